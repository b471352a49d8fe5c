#!/usr/bin/env python3
"""omnicarectl backup, from the outside."""
import shutil
import subprocess
import sys

from ctl_harness import *


def real_device(folder, name):
    """Not a practice store: with a recovery code."""
    folder = folder / name
    folder.mkdir()
    device = Device(folder, practice=False)
    device.passphrase = device.write("passphrase", "a passphrase of tests\n")
    device.user = "nurse.a"
    made = device.ok("init", "--json")
    device.write("code", made.json["recoveryCode"] + "\n")
    return device


def test_round_trip(folder):
    """create, verify and restore say what they did, and unsent work comes back"""
    device = Device(folder)
    device.ok("import", device.write("p1.json", patient("p1")))
    path = device.folder / "a.omcbackup"
    made = device.ok("backup", "create", path, "--json")
    equal(made.json["resources"], "1", "records in the backup")
    equal(made.json["unsent"], "1", "unsent in the backup")
    equal(device.ok("backup", "verify", path, "--json").json["kind"], "store", "kind")
    again = device.run("backup", "create", path)
    equal(again.status, 2, "an existing file")
    check("already" in again.err, again.err)

    device.ok("import", device.write("p2.json", patient("p2")))
    restored = device.ok("backup", "restore", path, "--json")
    equal(restored.json["unsentRecords"], "2", "unsent records put aside")
    check("not on the server" in restored.err, restored.err)
    equal(device.run("get", "Patient/p2").status, 1, "p2 after the restore")
    out = device.folder / "work.ndjson"
    device.ok("backup", "work", restored.json["unsentWork"], "--output", out)
    equal(out.stat().st_mode & 0o777, 0o600, "mode of the work in clear text")
    device.ok("import", out)
    equal(device.ok("get", "Patient/p2", "--json").json["id"], "p2", "p2 brought back")
    doctor = device.ok("doctor", "--deep", "--json")
    check(doctor.json["ok"], doctor.out)
    check(device.ok("audit", "verify", "--json").json["intact"], "the trail")


def test_bad_backups(folder):
    """a truncated, edited, foreign or wrong file is refused by a sentence and changes nothing"""
    device = Device(folder)
    device.ok("import", device.write("p1.json", patient("p1")))
    path = device.folder / "a.omcbackup"
    device.ok("backup", "create", path)
    data = path.read_bytes()
    other_folder = folder / "other"
    other_folder.mkdir()
    other = Device(other_folder)
    other.ok("backup", "create", other_folder / "b.omcbackup")
    edited = bytearray(data)
    edited[len(data) // 2] ^= 1
    newer = bytearray(data)
    newer[11] += 1
    cases = {
        "cut short or changed": device.write("cut", data[:-7]),
        "short or changed": device.write("edited", bytes(edited)),
        "newer version": device.write("newer", bytes(newer)),
        "another store": other_folder / "b.omcbackup",
        "no backup": device.write("text", "not a backup"),
        "cannot be opened": device.folder / "absent",
    }
    for words, file in cases.items():
        for act in ("verify", "restore"):
            done = device.run("backup", act, file)
            check(done.status in (1, 2), f"{act} {words}: {done.status}")
            check(words in done.err, f"{act} {words}: {done.err}")
            equal(done.out, "", "standard output")
    equal(device.ok("get", "Patient/p1", "--json").json["id"], "p1", "the store")
    left = sorted(p.name for p in device.data.iterdir() if "restor" in p.name or "verify" in p.name or "keys-" in p.name)
    check(left in ([], ["restore.lock"]), f"left behind: {left}")


def test_new_device(folder):
    """a backup opens in an empty folder with the passphrase or the recovery code, and with nothing else"""
    device = real_device(folder, "old")
    device.ok("import", device.write("p1.json", patient("p1")))
    path = folder / "a.omcbackup"
    device.ok("backup", "create", path)
    code = device.folder / "code"

    fresh_folder = folder / "new"
    fresh_folder.mkdir()
    fresh = Device(fresh_folder, practice=False)
    fresh.user = "nurse.a"
    fresh.passphrase = fresh.write("wrong", "another passphrase\n")
    done = fresh.run("backup", "restore", path)
    check(done.status in (1, 2), f"wrong passphrase: {done.status} {done.err}")
    done = fresh.run("backup", "restore", path, "--recovery-code-file", fresh.write("bad", "0000-0000"))
    check(done.status in (1, 2), f"wrong code: {done.status} {done.err}")
    equal([p.name for p in fresh.data.iterdir() if p.name != "restore.lock"], [], "after refusals")
    fresh.ok("backup", "restore", path, "--recovery-code-file", code)
    fresh.passphrase = device.passphrase
    equal(fresh.ok("get", "Patient/p1", "--json").json["id"], "p1", "p1 on the new device")
    check(fresh.ok("doctor", "--deep", "--json").json["ok"], "doctor")

    shutil.rmtree(fresh.data)
    fresh.ok("backup", "restore", path)
    equal(fresh.ok("get", "Patient/p1", "--json").json["id"], "p1", "p1 by the passphrase")


def test_unreadable_store(folder):
    """where the store cannot say who somebody is, only the recovery code restores it, and the trail says so"""
    device = real_device(folder, "ward")
    device.ok("import", device.write("p1.json", patient("p1")))
    path = folder / "a.omcbackup"
    device.ok("backup", "create", path)
    database = device.data / "omnicare.db"
    broken = bytearray(database.read_bytes())
    broken[100:4000] = bytes(3900)
    database.write_bytes(broken)
    for log in device.data.glob("omnicare.db-*"):
        log.unlink()
    done = device.run("backup", "restore", path)
    equal(done.status, 1, "by a passphrase alone")
    check("--recovery-code-file" in done.err, done.err)
    equal(database.read_bytes(), bytes(broken), "the store that was refused")
    equal(device.run("backup", "restore", path, "--recovery-code-file", device.write("bad", "0000-0000")).status, 2, "a wrong code")
    device.ok("backup", "restore", path, "--recovery-code-file", device.folder / "code")
    equal(device.ok("get", "Patient/p1", "--json").json["id"], "p1", "p1")
    device.ok("user", "add", "aud", "--role", "auditor", "--new-passphrase-file", device.write("aud", "an auditor's passphrase"))
    auditor = Device(device.folder, practice=False)
    auditor.user, auditor.passphrase = "aud", device.folder / "aud"
    entries = [e for e in auditor.ok("audit", "list", "--limit", "1000", "--json").lines if e["subtype"] == "restore"]
    equal(len(entries), 1, "restores in the trail")
    kept = [p for p in device.data.glob("omnicare.db.before-*")]
    equal(len(kept), 1, "kept stores")
    doctor = device.run("doctor", "--json").json["checks"]
    equal([c["ok"] for c in doctor if c["check"] == "kept"], [True], "kept for a month without a word")
    os.utime(kept[0], (1, 1))
    doctor = device.run("doctor", "--json").json["checks"]
    check(["rm " in c["remedy"] for c in doctor if c["check"] == "kept"] == [True], str(doctor))


def test_no_room(folder):
    """a disk that is full while the backup is written leaves no file and a whole store"""
    device = Device(folder)
    device.ok("import", device.write("p1.json", patient("p1")))
    done = subprocess.run(
        ["sh", "-c", f"ulimit -f 200; trap '' XFSZ; exec {CTL} --data-dir {device.data} backup create {folder}/a.omcbackup"],
        capture_output=True, text=True, env=environment())
    check(done.returncode == 1, f"{done.returncode} {done.stderr}")
    check("cannot be written" in done.stderr or "no room" in done.stderr, done.stderr)
    equal([p.name for p in folder.iterdir() if "omcbackup" in p.name], [], "left behind")
    check(device.ok("doctor", "--deep", "--json").json["ok"], "doctor")


if __name__ == "__main__":
    run(sys.modules[__name__])
