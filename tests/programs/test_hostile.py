#!/usr/bin/env python3
"""Broken input and broken surroundings: a clear error or a degraded mode that says so; nothing lost."""
import gzip
import json
import os
import struct
import subprocess
import sys
import time

from ctl_harness import *

GOOD = {"resourceType": "Patient", "id": "good", "name": [{"family": "Good"}]}


def refuses(d, name, content, needle=None, status=2):
    before = d.ok("export").out
    done = d.run("import", d.write(name, content), "--from-server", "--json")
    equal(done.status, status, f"{name}: {done.err:.300}")
    check(name in done.err, f"{name}: the message names the file: {done.err:.300}")
    if needle:
        check(needle in done.err, f"{name}: the message says {needle!r}: {done.err:.300}")
    equal(d.ok("export").out, before, f"{name}: the store is as it was")


def test_truncated(folder):
    """truncated JSON at any place is refused and changes nothing"""
    d = Device(folder)
    text = json.dumps(GOOD)
    for cut in (1, 5, len(text) // 2, len(text) - 1):
        refuses(d, f"cut{cut}.json", text[:cut])


def test_wrong_types(folder):
    """wrong types, empty files and other documents are refused"""
    d = Device(folder)
    for i, content in enumerate(["", " \n", "null", "42", '"x"', "[]", "[1]", "{}", '{"resourceType": 1}', '{"resourceType": "Nonsense"}',
                                 '{"resourceType": "Patient", "id": 7}', '{"resourceType": "Patient", "id": ["x"]}', "<html></html>",
                                 '{"resourceType": "Patient", "meta": "x", "id": "a"}']):
        refuses(d, f"wrong{i}.json", content)


def test_duplicate_keys(folder):
    """a duplicate key is refused with its place"""
    refuses(Device(folder), "twice.json", '{"resourceType": "Patient", "id": "a", "gender": "male", "gender": "female"}', "line 1, column 59")


def test_deep(folder):
    """nesting 10,000 deep is refused without a crash"""
    d = Device(folder)
    refuses(d, "deep.json", '{"resourceType":"Patient","id":"a","extension":' + "[" * 10000 + "]" * 10000 + "}")
    refuses(d, "deeper.json", '{"a":' * 10000 + "1" + "}" * 10000)


def test_invalid_utf8(folder):
    """invalid UTF-8 and lone surrogates are refused"""
    d = Device(folder)
    refuses(d, "latin1.json", b'{"resourceType":"Patient","id":"a","name":[{"family":"M\xfcller"}]}')
    refuses(d, "surrogate.json", '{"resourceType":"Patient","id":"a","name":[{"family":"\\ud800"}]}')


def test_bombs(folder):
    """packed files that lie about their size, are cut, or unpack without end are refused in bounded memory"""
    d = Device(folder)
    packed = gzip.compress(json.dumps(GOOD).encode())
    refuses(d, "lies.json.gz", packed[:-4] + struct.pack("<I", 2147483647))
    refuses(d, "cut.json.gz", packed[:-9])
    refuses(d, "bomb.json.gz", gzip.compress(b'{"resourceType":"Patient","id":"' + b"a" * (300 << 20)))
    # a zstd frame that declares 2 GiB of content and has none
    refuses(d, "declares.json.zst", b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", 2147483647) + b"\x01\x00\x00")


def test_one_bad_entry(folder):
    """a Bundle with one bad entry: the bad one is named by its path, the rest is stored"""
    d = Device(folder)
    bundle = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": GOOD}, {"resource": {"resourceType": "Nonsense", "id": "x"}}, {"resource": {**GOOD, "id": "too"}}]}
    done = d.run("import", d.write("bundle.json", bundle), "--from-server", "--json")
    equal((done.status, done.json["failed"], done.json["created"]), (1, "1", "2"), done.err)
    check("entry[1]" in done.err and "bundle.json" in done.err, done.err)
    equal(len(d.ok("export").lines), 2, "stored")


def test_one_bad_line(folder):
    """NDJSON with one bad line: the line is named, the rest is stored"""
    d = Device(folder)
    lines = [json.dumps({**GOOD, "id": f"g{i}"}) for i in range(5000)]
    lines[3210] = lines[3210][:-3]
    done = d.run("import", d.write("many.ndjson", "\n".join(lines)), "--from-server", "--json")
    equal((done.status, done.json["failed"], done.json["created"]), (1, "1", "4999"), done.err)
    check("many.ndjson:3211" in done.err, done.err)


def test_endless_files(folder):
    """a file that is too large or never ends is refused by name and limit, wherever one is named"""
    d = Device(folder, practice=False)
    d.passphrase = d.write("pass", "correct horse battery\n")
    d.user = "ann"
    d.ok("init", "--role", "administrator")
    before = d.ok("user", "list", "--json").out
    large = d.write("large", "x" * (1024 * 1024 + 1))
    key = d.write("key.json", {"access": {"policyKey": "MCowBQYDK2VwAyEA" + "A" * 43 + "="}})
    secret = d.write("secret.json", {"server": {"url": "https://fhir.example/r4"}, "auth": {"clientId": "c", "clientSecretFile": str(large)}})
    one = d.write("one.json", patient())
    for args, named in ((("--config", "/dev/zero", "status"), "/dev/zero"), (("--config", large, "status"), large),
                        (("--config", secret, "sync", "--once"), large),
                        (("sync", "--server", "https://fhir.example/r4", "--client-id", "c", "--client-secret-file", "/dev/zero"), "/dev/zero"),
                        (("merge", "--base", "none", "--local", "/dev/zero", "--remote", one), "/dev/zero"),
                        (("--config", key, "policy", "check", "/dev/zero"), "/dev/zero"),
                        (("--config", key, "policy", "check", one, "--signature", large), large),
                        (("backup", "restore", one, "--recovery-code-file", large), large)):
        done = d.run(*args)
        equal(done.status, 2, " ".join(map(str, args)) + done.err)
        check(str(named) in done.err and "limit" in done.err, done.err)
    equal(d.ok("user", "list", "--json").out, before, "nothing was changed")


def test_store_without_keyring(folder):
    """a store whose keyring is gone is told apart from no store, and nothing is made anew"""
    d = Device(folder)
    d.ok("import", d.write("p.json", GOOD), "--from-server")
    kept = {p.name: p.read_bytes() for p in d.data.iterdir() if p.is_file()}
    for p in d.data.glob("keyring*"):
        p.unlink()
    equal(d.run("get", "Patient/good").status, 1, "get")
    done = d.run("init", "--practice")
    equal(done.status, 1, "init over a database: " + done.err)
    check(not (d.data / "keyring").exists(), "no keyring was made over a database")
    for name, data in kept.items():
        if name.startswith("keyring"):
            (d.data / name).write_bytes(data)
    equal(d.ok("get", "Patient/good", "--json").json["id"], "good", "with the keyring back")


def test_keyring_damaged(folder):
    """a damaged keyring falls back to its previous generation, or is named as damaged; never made anew"""
    d = Device(folder, practice=False)
    d.passphrase, d.user = d.write("pass", "correct horse battery"), "ann"
    d.ok("init")
    d.ok("user", "add", "bob", "--role", "nurse", "--new-passphrase-file", d.write("bob", "another long passphrase"))
    keyring = d.data / "keyring"
    whole = keyring.read_bytes()
    keyring.write_bytes(whole[:len(whole) // 2])
    done = d.run("status")
    check(done.status == 0 or "keyring" in done.err, f"{done.status} {done.err}")
    for p in d.data.glob("keyring*"):
        p.write_bytes(b"garbage")
    done = d.run("status")
    equal(done.status, 1, done.err)
    check("keyring" in done.err.lower(), done.err)
    keyring.write_bytes(whole)
    d.ok("status")


def test_half_written_store(folder):
    """a database cut in the middle, a foreign one and a plain one are named; the files stay as they are"""
    d = Device(folder)
    d.ok("import", d.write("p.ndjson", "\n".join(json.dumps({**GOOD, "id": f"g{i}"}) for i in range(2000))), "--from-server")
    database = d.data / "omnicare.db"
    whole = database.read_bytes()
    for p in d.data.iterdir():
        if p.name.endswith(("-wal", "-shm")):
            p.unlink()
    for what, content in (("empty", b""), ("random", os.urandom(65536)), ("plain", b"SQLite format 3\0" + bytes(4080)),
                          ("cut", whole[:len(whole) // 2 // 4096 * 4096 + 100])):
        database.write_bytes(content)
        done = d.run("doctor", "--deep")
        check(done.status == 1 and done.err + done.out, f"{what}: {done.status} {done.err}")
        equal(d.run("get", "Patient/g1999").out.find("g1999") if what != "cut" else -1, -1, what)
        check(database.stat().st_size <= max(len(content), 4096 * 4) or what == "cut", f"{what}: left as it was")
    database.write_bytes(whole)
    equal(len(d.ok("export").lines), 2000, "with the file back")


def test_read_only(folder):
    """on a read-only disk the store says that it cannot be written, and nothing is half-written"""
    if os.geteuid() != 0:
        raise Skip("mounting needs root: run this as root, or inside of build-aux/in-debian13")
    d = Device(folder)
    d.ok("import", d.write("p.json", GOOD), "--from-server")
    done = subprocess.run(["unshare", "--mount", "sh", "-c",
                           f"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}' && "
                           f"'{CTL}' --data-dir '{d.data}' get Patient/good --json; echo read=$?; "
                           f"'{CTL}' --data-dir '{d.data}' vitals add --patient good --pulse 72; echo write=$?"],
                          capture_output=True, text=True, timeout=TIMEOUT, env=environment())
    if "read=" not in done.stdout:
        raise Skip("no mount namespaces here: run this where root may make them")
    check("write=1" in done.stdout, f"{done.stdout} {done.stderr}")
    check("read-only" in done.stderr.lower() or "cannot be written" in done.stderr.lower(), done.stderr)
    equal(len(d.ok("queue", "list").out), 0, "nothing half-written")


def test_full_disk(folder):
    """on a full disk a save is refused honestly, nothing acknowledged is lost, and works again with room"""
    if os.geteuid() != 0:
        raise Skip("mounting needs root: run this as root, or inside of build-aux/in-debian13")
    script = f"""
set -e
mount -t tmpfs -o size=12m full '{folder}'
export C="{CTL} --data-dir {folder}/store"
$C init --practice >/dev/null
echo '{json.dumps(GOOD)}' > '{folder}/p.json'
$C import '{folder}/p.json' --from-server >/dev/null
dd if=/dev/zero of='{folder}/fill' bs=4k 2>/dev/null || :
n=0; status=0
while [ $n -lt 40 ] && [ $status = 0 ]; do
  n=$((n+1)); status=0
  said=$($C vitals add --patient good --pulse 7$((n % 10)) --confirm 2>&1 >/dev/null) || status=$?
  [ $status != 0 ] || echo saved
done
echo "status=$status $said"
status=0; said=$($C get Patient/good --json 2>&1 >/dev/null) || status=$?
echo "read=$status $said"
rm '{folder}/fill'
$C vitals add --patient good --pulse 99 --confirm >/dev/null && echo again=0
echo "stored=$($C export --type Observation | grep -c 8867-4)"
$C audit verify >/dev/null && echo verified=0
"""
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, timeout=TIMEOUT, env=environment())
    if "status=" not in done.stdout:
        raise Skip("no mount namespaces here: " + done.stderr[:100])
    out = done.stdout
    check("status=1" in out, f"a save on a full disk: {out} {done.stderr}")
    check("no room left" in out, f"the sentence: {out} {done.stderr}")
    check("again=0" in out and "verified=0" in out, f"{out} {done.stderr}")
    saved = out.count("saved\n") + 1
    check(f"stored={saved}\n" in out, f"exactly what was acknowledged is stored: {saved} in {out}")


def test_reserve(folder):
    """on a full disk reads and a person's work go on in the reserve, and what a server brings is refused"""
    if os.geteuid() != 0:
        raise Skip("mounting needs root: run this as root, or inside of build-aux/in-debian13")
    script = f"""
set -e
mount -t tmpfs -o size=48m full '{folder}'
export C="{CTL} --data-dir {folder}/store"
$C init --practice >/dev/null
echo '{json.dumps(GOOD)}' > '{folder}/p.json'
echo '{json.dumps({**GOOD, "id": "later"})}' > '{folder}/q.json'
$C import '{folder}/p.json' --from-server >/dev/null
echo "reserve=$(stat -c %s '{folder}/store/reserve')"
dd if=/dev/zero of='{folder}/fill' bs=4k 2>/dev/null || :
n=0; status=0
while [ $n -lt 400 ] && [ $status = 0 ] && [ -e '{folder}/store/reserve' ]; do
  n=$((n+1)); status=0
  said=$($C import '{folder}/p.json' 2>&1 >/dev/null) || :
  $C vitals add --patient good --pulse 70 --confirm >/dev/null 2>&1 || status=$?
  [ $status != 0 ] || echo saved
done
[ -e '{folder}/store/reserve' ] || echo given
n=0
while [ $n -lt 20 ] && [ $status = 0 ]; do
  n=$((n+1))
  $C vitals add --patient good --pulse 70 --confirm >/dev/null 2>&1 || status=$?
  [ $status != 0 ] || {{ echo saved; echo inside; }}
done
echo "status=$status"
status=0; said=$($C import '{folder}/q.json' --from-server 2>&1 >/dev/null) || status=$?
echo "bulk=$status $said"
status=0; $C get Patient/good --json >/dev/null || status=$?
echo "read=$status"
$C doctor | grep reserve || :
rm '{folder}/fill'
$C import '{folder}/q.json' --from-server >/dev/null && echo again=0
echo "made=$(stat -c %s '{folder}/store/reserve')"
echo "stored=$($C export --type Observation | grep -c 8867-4)"
$C audit verify >/dev/null && echo verified=0
"""
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, timeout=TIMEOUT, env=environment())
    if "reserve=" not in done.stdout:
        raise Skip("no mount namespaces here: " + done.stderr[:100])
    out = done.stdout
    check("reserve=8388608\n" in out and "given\n" in out, f"the reserve: {out} {done.stderr}")
    equal(out.count("inside\n"), 20, f"sets saved in the reserve: {out} {done.stderr}")
    check("bulk=1" in out and "kept for unsent work" in out, f"what a server brings: {out}")
    check("read=0" in out, f"reading: {out}")
    check("!!  reserve" in out, f"what doctor says: {out}")
    check("again=0" in out and "made=8388608" in out and "verified=0" in out, f"with room: {out} {done.stderr}")
    saved = out.count("saved\n")
    check(f"stored={saved}\n" in out, f"exactly what was acknowledged is stored: {saved} in {out}")


def test_size_limit(folder):
    """at maxSize what a server brings is refused before a person's work is, and both by a sentence"""
    d = Device(folder)
    config = d.write("config.json", {"offline": {"storage": {"maxSize": 33554432}}})
    d.ok("import", d.write("p.json", GOOD), "--from-server")
    for part in range(8):
        lines = []
        for i in range(2500):
            noise = os.urandom(1500).hex()
            lines.append(json.dumps({"resourceType": "Basic", "id": f"b{part}-{i}", "code": {"text": noise}}))
        path = d.write("many.ndjson", "\n".join(lines))
        done = d.run("import", path, "--from-server", "--config", config)
        if done.status:
            break
    equal(done.status, 1, "the import that is too much")
    check("as large as it may be" in done.err or "no room left" in done.err, done.err)
    d.ok("vitals", "add", "--patient", "good", "--pulse", "72", "--confirm", "--config", config)
    # What waits is sent all the same, and the run says why it did not read all.
    server = Server(d.folder)
    try:
        for i in range(5):
            equal(server.request("POST", "Patient", {**GOOD, "active": True})[0], 201, "a patient on the server")
        done = d.run("sync", "--server", server.url, "--config", config)
        equal(done.status, 1, "a run of a full store")
        check("as large as it may be" in done.err, done.err)
        queue = d.ok("status", "--json", "--config", config).json["queue"]
        equal(queue["pending"], "0", "what waits after it")
        check(int(server.request("GET", "Observation?_summary=count")[1]["total"]) > 0, "what the server has")
    finally:
        server.stop()
    status = d.ok("status", "--json", "--config", config).json["storage"]
    check(int(status["usedBytes"]) <= 33554432 == int(status["maxBytes"]), f"{status}")
    equal({row["type"] for row in status["byType"]}, {"Basic", "Patient", "Observation"}, "storage by type")
    equal([row["patient"] for row in status["byPatient"]], ["good"], "storage by patient")


def test_kill_during_import(folder):
    """kill -9 in the middle of an import: whole batches or nothing, the chain verifies"""
    d = Device(folder)
    path = d.write("many.ndjson", "\n".join(json.dumps({**GOOD, "id": f"g{i}"}) for i in range(20000)))
    for delay in (0.05, 0.15, 0.3):
        process = subprocess.Popen([CTL, "--data-dir", str(d.data), "import", str(path), "--from-server"], env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        d.ok("audit", "verify")
        check(d.ok("doctor", "--json").json["ok"], "doctor")
    d.ok("import", path, "--from-server")
    equal(len(d.ok("export").lines), 20000, "after the whole import")


def test_two_programs(folder):
    """two programs on one store at once lose nothing"""
    d = Device(folder)
    d.ok("import", d.write("p.json", GOOD), "--from-server")
    writers = [subprocess.Popen([CTL, "--data-dir", str(d.data), "vitals", "add", "--patient", "good", "--pulse", str(60 + i), "--confirm"],
                                env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for i in range(8)]
    for w in writers:
        equal((w.wait(TIMEOUT), w.stderr.read()), (0, ""), "a writer")
    pulses = {r["valueQuantity"]["value"] for r in d.ok("export", "--type", "Observation").lines if "valueQuantity" in r}
    check({str(60 + i) for i in range(8)} <= pulses, str(pulses))
    d.ok("audit", "verify")


if __name__ == "__main__":
    run(sys.modules[__name__])
