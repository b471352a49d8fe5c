#!/usr/bin/env python3
"""A kiosk's slot from the outside: sealed by systemd-creds to a TPM, which is simulated."""
import os
import shutil
import subprocess
import sys
import time

from ctl_harness import *

NAME = "omnicare-kiosk"


class Tpm:
    """A simulated TPM with a memory of its own: the same folder is the same chip."""

    def __init__(self, folder):
        if not shutil.which("swtpm") or not shutil.which("systemd-creds"):
            check("OMNICARE_INSIDE" not in os.environ and "CI" not in os.environ, "the build root lacks swtpm or systemd-creds")
            raise Skip("swtpm or systemd-creds is not installed")
        folder.mkdir(exist_ok=True)
        # The library finds the second socket by the name of the first one.
        socket = folder / "s"
        self.device = f"swtpm:path={socket}"
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={folder}", "--server", f"type=unixio,path={socket}", "--ctrl",
             f"type=unixio,path={socket}.ctrl", "--flags", "not-need-init,startup-clear"], preexec_fn=die_with_parent,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            if socket.exists() and (folder / "s.ctrl").exists():
                return
            check(self.process.poll() is None, "swtpm did not start")
            time.sleep(0.05)
        raise AssertionError("swtpm did not start")

    # It leaves after one connection.
    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)


def creds(chip, *args):
    with Tpm(chip) as tpm:
        return subprocess.run(["systemd-creds", *args[:1], f"--tpm2-device={tpm.device}", f"--name={NAME}", *map(str, args[1:])],
                              capture_output=True, text=True, timeout=TIMEOUT)


def enrolled(folder):
    d = Device(folder, practice=False)
    d.passphrase = d.write("pass", "correct horse battery\n")
    d.user = "ann"
    d.ok("init", "--role", "administrator")
    return d


def try_it(d, given):
    anybody = Device(d.folder, practice=False)
    return anybody.run("keys", "try-credential", "--json", env={"CREDENTIALS_DIRECTORY": str(given)})


def given_by_systemd(folder, content):
    given = folder / "given"
    given.mkdir(exist_ok=True)
    path = given / NAME
    path.unlink(missing_ok=True)
    path.write_text(content)
    path.chmod(0o400)
    return given


def test_sealed_to_the_tpm(folder):
    """a credential that systemd-creds sealed to a TPM opens the store with that TPM and with no other"""
    d = enrolled(folder)
    clear, sealed = folder / "clear", folder / "sealed"
    d.ok("keys", "add", "credential", "--output", clear)
    equal(clear.stat().st_mode & 0o777, 0o600, "mode of the clear credential")
    done = creds(folder / "chip", "encrypt", "--with-key=tpm2", clear, sealed)
    equal(done.returncode, 0, "encrypt: " + done.stderr)
    check(clear.read_text().strip() not in sealed.read_text(), "the sealed one is not clear")
    clear.unlink()

    opened = creds(folder / "chip", "decrypt", sealed, "-")
    equal(opened.returncode, 0, "decrypt: " + opened.stderr)
    tried = try_it(d, given_by_systemd(folder, opened.stdout))
    equal((tried.status, tried.json["opens"]), (0, True), "the same TPM " + tried.err)

    strange = creds(folder / "another-chip", "decrypt", sealed, "-")
    check(strange.returncode != 0 and strange.stdout == "", "another TPM opens nothing")
    # systemd starts the service without it, or not at all; people go on with their own ways in.
    tried = try_it(d, folder / "nothing")
    equal((tried.status, tried.json["opens"]), (1, False), "without a credential")
    check("no kiosk credential" in tried.err, tried.err)
    equal(d.ok("keys", "slots", "--json").lines[-1]["kind"], "credential", "the slot")
    d.ok("keys", "status")


def test_whose_secret(folder):
    """a credential of another store, a replaced one, and one that others can read open nothing"""
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    one, two = enrolled(folder / "a"), enrolled(folder / "b")
    first = one.ok("keys", "add", "credential", "--output", "-").out
    equal(try_it(one, given_by_systemd(folder, first)).status, 0, "its own")
    found = try_it(two, given_by_systemd(folder, first))
    equal(found.status, 1, "no slot")
    check("no kiosk slot" in found.err, found.err)
    two.ok("keys", "add", "credential", "--output", "-")
    found = try_it(two, given_by_systemd(folder, first))
    equal(found.status, 1, "another store's")
    check("belongs to another store" in found.err, found.err)
    second = one.ok("keys", "add", "credential", "--output", "-").out
    equal(try_it(one, given_by_systemd(folder, first)).status, 1, "replaced")
    given = given_by_systemd(folder, second)
    equal(try_it(one, given).status, 0, "the new one")
    (given / NAME).chmod(0o444)
    found = try_it(one, given)
    equal(found.status, 1, "readable by all")
    check("could be read by others" in found.err, found.err)
    one.ok("audit", "verify")


def test_making(folder):
    """the credential is written once, to a new file; a nurse cannot make one"""
    d = enrolled(folder)
    there = d.write("there", "mine\n")
    done = d.run("keys", "add", "credential", "--output", there)
    equal((done.status, there.read_text()), (2, "mine\n"), "a file that is there")
    equal(len(d.ok("keys", "slots", "--json").lines), 2, "no slot was made")
    equal(d.run("keys", "add", "credential").status, 2, "without --output")
    equal(d.run("keys", "add", "credential", "--output", "-", "--json").status, 2, "two things on standard output")
    done = d.ok("keys", "add", "credential", "--output", folder / "new", "--json")
    equal([s["kind"] for s in done.lines], ["passphrase", "recovery", "credential"], "slots")
    d.ok("user", "add", "bob", "--role", "nurse", "--new-passphrase-file", d.write("first", "a nurse's first words\n"))
    nurse = Device(d.folder, practice=False)
    nurse.user, nurse.passphrase = "bob", folder / "first"
    equal(nurse.run("keys", "add", "credential", "--output", folder / "bobs").status, 1, "a nurse")
    check(not (folder / "bobs").exists(), "nothing is left")


def test_lost_on_the_way(folder):
    """a credential that cannot be written takes the place of no other"""
    d = enrolled(folder)
    first = given_by_systemd(folder, d.ok("keys", "add", "credential", "--output", "-").out)
    command = [CTL, "--data-dir", d.data, "--passphrase-file", d.passphrase, "--user", d.user, "keys", "add", "credential",
               "--output", "-"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT, env=environment())
    equal(done.returncode, 1, "a full disk " + done.stderr)
    check("nothing was changed" in done.stderr, done.stderr)
    equal(try_it(d, first).status, 0, "the one before")
    d.ok("audit", "verify")


if __name__ == "__main__":
    run(sys.modules[__name__])
