#!/usr/bin/env python3
"""omnicarectl in the hands of scripts: odd files, closed outputs, odd locales, wrong calls."""
import os
import stat
import subprocess
import sys
import threading

from ctl_harness import *


def raw(d, *args, shell='exec "$@"', **env):
    return Result(subprocess.run(["sh", "-c", shell, "sh", CTL, "--data-dir", str(d.data), *args], capture_output=True,
                                 timeout=TIMEOUT, env={**environment(), **env}))


def test_more_wrong_calls(folder):
    """words too many and half values are refused, with nothing on standard output"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    for args in (["status", "more"], ["user", "list", "more"], ["user", "disable", "a", "b"],
                 ["news2", "--temperature", "99xxdegF"], ["vitals", "add", "--patient", "p1", "--bp", "120/"],
                 ["vitals", "add", "--patient", "p1", "--bp", "/80"], ["sync", "--server", "not-a-url"],
                 ["sync", "--server", "ftp://127.0.0.1/"], ["sync", "--server", "https://127.0.0.1:1/", "--ca-file", "/nonexistent"]):
        done = d.run(*args, "--json")
        equal((done.status, done.out), (2, ""), " ".join(args) + ": " + done.err)
    equal(d.ok("export", "--type", "Observation").lines, [], "nothing was stored")
    check("vitals add" in d.ok("vitals", "add", "--help").out, "help after a word")


def test_wrong_calls_of_the_servers_programs(folder):
    """the practice server and the maker of wards refuse words too many, addresses of a network, and profiles unknown"""
    for command in ([SANDBOX, "--no-auth", "--port", "0", "more"], [SANDBOX, "--no-auth", "--address", "0.0.0.0"], [SANDBOX],
                    [SANDBOX, "--no-auth", "--profile", "x"], [SANDBOX, "--no-auth", "--fault", "x"], [GEN_WARD],
                    [GEN_WARD, "--output", "-", "more"], [GEN_WARD, "--output", "-", "--patients", "23"]):
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment(), preexec_fn=die_with_parent)
        equal((done.returncode, done.stdout), (2, ""), f"{command}: {done.stderr}")
        check(done.stderr.count("\n") == 1, f"{command}: one line: {done.stderr}")


def test_own_entry(folder):
    """nobody locks themselves out: one's own entry cannot be disabled"""
    d = Device(folder)
    equal(d.run("user", "disable", "practice.nurse").status, 2, "status")
    d.ok("status")


def test_first_passphrases(folder):
    """a colleague's first passphrase has the same least length as the first person's; nothing is made otherwise"""
    d = Device(folder)
    done = d.run("user", "add", "bob", "--role", "nurse", "--new-passphrase-file", d.write("bob", "short"))
    equal(done.status, 2, done.err)
    equal([u["user"] for u in d.ok("user", "list", "--json").lines], ["practice.nurse"], "people")


def test_passphrase_file_forms(folder):
    """of a passphrase file the first line counts, whatever ends it and whatever mark an editor put before it"""
    d = Device(folder, practice=False)
    d.user, d.passphrase = "ann", d.write("unix", "correct horse battery\n")
    d.ok("init")
    for name, content in (("bare", b"correct horse battery"), ("dos", b"correct horse battery\r\n"), ("more", b"correct horse battery\nx\n"),
                          ("mark", b"\xef\xbb\xbfcorrect horse battery\r\n")):
        d.passphrase = d.write(name, content)
        equal(d.run("status").status, 0, name)


def test_export_into_a_pipe(folder):
    """export into a pipe or device writes into it and leaves it what it is; files are for their owner only"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    got = []
    for command in (["export"], ["audit", "export"]):
        reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
        reader.start()
        d.ok(*command, "--output", pipe)
        reader.join(TIMEOUT)
        check(stat.S_ISFIFO(pipe.stat().st_mode), "the pipe is still one")
        d.ok(*command, "--output", folder / "file")
        equal(stat.S_IMODE((folder / "file").stat().st_mode), 0o600, "mode")
        (folder / "file").unlink()
    equal(loads(got[0])["id"], "p1", "through the pipe")
    check("recorded" in got[1], "the trail through the pipe")
    equal(sorted(p.name for p in folder.iterdir()), ["p.json", "pipe", "store"], "nothing is left over")


def test_no_standard_output(folder):
    """with no standard output a command says that it cannot write, and no file of the store takes its place"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    for args in (["status"], ["status", "--json"], ["export"], ["get", "Patient/p1"], ["search", "Patient", "--json"], ["audit", "list"],
                 ["news2", "--rr", "16"], ["doctor"], ["user", "list"], ["--version"]):
        done = raw(d, *args, shell='exec "$@" >&-')
        equal(done.status, 1, " ".join(args))
        check(b"cannot write" in done.err, f"{args}: {done.err}")
    raw(d, "vitals", "add", "--patient", "p1", "--pulse", "70", shell='exec "$@" >&- <&- 2>&-')
    check(d.ok("doctor", "--deep", "--json").json["ok"], "doctor")
    d.ok("audit", "verify")


def test_names_of_files(folder):
    """a file whose name is no UTF-8 is named all the same, and --json stays JSON"""
    d = Device(folder)
    path = os.fsencode(folder) + b"/\xff.json"
    with open(path, "wb") as out:
        out.write(b"{bad")
    done = Result(subprocess.run([CTL, "--data-dir", str(d.data), "import", path, "--json"], capture_output=True, env=environment()))
    equal(done.status, 2, "status")
    check(".json" in loads(done.out)["problems"][0]["place"], str(done.out))
    check(b"CRITICAL" not in done.err, str(done.err))


def test_locales(folder):
    """results are the same in every locale and time zone"""
    d = Device(folder)
    text = '{"resourceType":"Patient","id":"tr","name":[{"family":"I\\u015f\\u0131k \\u674e","given":["\\u0130brahim"]}],"birthDate":"1960-02-03"}'
    path = d.write("p.json", text)
    d.ok("import", path, "--from-server")
    calls = [["get", "Patient/tr"], ["search", "Patient?name=ISIK"], ["search", "Patient?name=ibrahim"], ["export"],
             ["search", "Patient?birthdate=1960-02-03"], ["merge", "--base", "none", "--local", str(path), "--remote", str(path)],
             ["news2", "--temperature", "98.6degF", "--rr", "16"]]
    wanted = [d.run(*c, "--json").out for c in calls]
    installed = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    for name in ["C", "POSIX"] + [n for n in installed if n.startswith(("de_", "tr_", "ar_", "fa_"))]:
        for zone in ("UTC", "Pacific/Kiritimati", "Nonsense/Zone"):
            for call, want in zip(calls, wanted):
                equal(raw(d, *call, "--json", LC_ALL=name, TZ=zone).out.decode(), want, f"{name} {zone} {call}")


def test_damaged_keyring_is_a_finding(folder):
    """a damaged keyring is a finding, not a wrong call"""
    d = Device(folder)
    keyring = d.data / "keyring"
    keyring.write_bytes(bytes(b ^ 1 for b in keyring.read_bytes()))
    done = d.run("status")
    equal(done.status, 1, done.err)
    check("keyring" in done.err, done.err)


def test_killed_init(folder):
    """an init that was killed leaves a store that works, or one that says what to do"""
    for i in range(12):
        (folder / str(i)).mkdir()
        d = Device(folder / str(i), practice=False)
        process = subprocess.Popen([CTL, "--data-dir", str(d.data), "init", "--practice"], env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.005 * i)
        process.kill()
        process.wait()
        done = d.run("status")
        check(done.status == 0 or "omnicarectl init" in done.err or "passphrase" in done.err, f"{done.status} {done.err}")
        check("user add" not in done.err, done.err)


def test_number_only(folder):
    """_count=0 asks how many there are, and is told"""
    d = Device(folder)
    d.ok("import", d.write("p.ndjson", "\n".join(json.dumps(patient(f"p{i}")) for i in range(7))), "--from-server")
    found = d.ok("search", "Patient?_count=0", "--json").json
    equal((found.get("total"), "entry" in found), ("7", False), "the number")


if __name__ == "__main__":
    run(sys.modules[__name__])
