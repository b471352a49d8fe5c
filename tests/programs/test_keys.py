#!/usr/bin/env python3
"""omnicarectl keys, from the outside."""
import os
import re
import signal
import subprocess
import sys
import time

from ctl_harness import *


def administered(folder):
    """A store whose first person manages its keys."""
    d = Device(folder, practice=False)
    d.passphrase = d.write("pass", "correct horse battery\n")
    d.user = "ann"
    d.recovery_code = d.ok("init", "--role", "administrator", "--json").json["recoveryCode"]
    return d


def with_nurse(d):
    first = d.write("first", "a nurse's first words\n")
    d.ok("user", "add", "bob", "--role", "nurse", "--new-passphrase-file", first)
    nurse = Device(d.folder, practice=False)
    nurse.user, nurse.passphrase = "bob", first
    return nurse


def records(n):
    return "\n".join(json.dumps(patient(f"p{i}")) for i in range(n))


def wait_for_rotation(d):
    for _ in range(300):
        status = d.ok("keys", "status", "--json").json
        if not status["rotation"]["running"]:
            return status
        time.sleep(0.1)
    raise AssertionError("the rotation does not end: " + str(status))


def test_rotate_data(folder):
    """keys rotate makes a new data key, seals all anew, and says how long it holds"""
    d = administered(folder)
    nurse = with_nurse(d)
    nurse.ok("import", nurse.write("w.ndjson", records(300)), "--from-server")
    before = d.ok("keys", "status", "--json").json
    equal(before["epoch"], "1", "epoch")
    equal(before["daysUntilRotation"], "90", "days")
    d.ok("keys", "rotate", "--data")
    after = d.ok("keys", "status", "--json").json
    equal((after["epoch"], after["rotation"]["oldKeys"], after["rotation"]["running"]), ("2", "0", False), "after")
    equal(after["rotation"]["done"], after["rotation"]["total"], "progress")
    equal(nurse.ok("get", "Patient/p7", "--json").json["id"], "p7", "a record")
    check(nurse.ok("doctor", "--deep", "--json").json["ok"], "doctor")
    check(d.ok("audit", "verify", "--json").json["intact"], "audit")


def test_rotate_master_and_database(folder):
    """a new master key and a new database key keep every way in, and need nobody's secret"""
    d = administered(folder)
    nurse = with_nurse(d)
    nurse.ok("import", nurse.write("w.ndjson", records(50)), "--from-server")
    keyring = (d.data / "keyring").read_bytes()
    page = (d.data / "omnicare.db").read_bytes()[:4096]
    d.ok("keys", "rotate", "--master")
    check((d.data / "keyring").read_bytes() != keyring, "the keyring is another")
    check((d.data / "keyring").read_bytes() == (d.data / "keyring.1").read_bytes(), "the one before is no way in")
    d.ok("keys", "rotate", "--database")
    check((d.data / "omnicare.db").read_bytes()[:4096] != page, "the file is another")
    check(not list(d.data.glob("*.new*")), "no copy is left")
    equal(nurse.ok("get", "Patient/p7", "--json").json["id"], "p7", "a record")
    check(nurse.ok("doctor", "--deep", "--json").json["ok"], "doctor")
    check(d.ok("audit", "verify", "--json").json["intact"], "audit")
    equal(nurse.run("keys", "rotate", "--database").status, 1, "a nurse")


def test_rotation_days(folder):
    """the days until the next rotation follow keyRotationDays"""
    d = administered(folder)
    config = d.write("c.json", {"offline": {"storage": {"keyRotationDays": 7}}})
    equal(d.ok("keys", "status", "--json", "--config", config).json["daysUntilRotation"], "7", "days")


def test_rotate_denied(folder):
    """who may not manage keys rotates none, and is told"""
    d = administered(folder)
    nurse = with_nurse(d)
    done = nurse.run("keys", "rotate", "--data")
    equal(done.status, 1, "status")
    check("manage-keys" in done.err, done.err)
    equal(d.ok("keys", "status", "--json").json["epoch"], "1", "epoch")


def test_rotate_killed(folder):
    """a rotation that was killed goes on with the next program that opens the store"""
    d = administered(folder)
    nurse = with_nurse(d)
    nurse.ok("import", nurse.write("w.ndjson", records(1000)), "--from-server")
    command = [CTL, "--data-dir", str(d.data), "--user", "ann", "--passphrase-file", str(d.passphrase), "keys", "rotate"]
    for delay in (0.05, 0.3, 0.5, 0.7):
        process = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        check(nurse.ok("doctor", "--deep", "--json").json["ok"], "doctor")
    d.ok("keys", "rotate")
    status = wait_for_rotation(d)
    equal(status["rotation"]["oldKeys"], "0", "old keys")
    equal(nurse.ok("status", "--json").json["resources"], "1000", "resources")


def to_full_disk(d, *args):
    command = [CTL, "--data-dir", str(d.data), "--user", d.user, "--passphrase-file", str(d.passphrase)]
    with open("/dev/full", "w") as full:
        return Result(subprocess.run(command + list(args), stdout=full, stderr=subprocess.PIPE, text=True, env=environment()))


def test_code_is_never_lost(folder):
    """a recovery code that cannot be written to standard output is told all the same, and opens the store"""
    d = Device(folder, practice=False)
    d.passphrase = d.write("pass", "correct horse battery\n")
    d.user = "ann"
    for args in (("init", "--role", "administrator"), ("keys", "change", "recovery"), ("keys", "change", "recovery", "--json")):
        done = to_full_disk(d, *args)
        equal(done.status, 1, " ".join(args))
        codes = re.findall(r"this computer: (\S+)$", done.err, re.M)
        equal(len(codes), 1, "codes in: " + done.err)
        d.ok("keys", "recover", "--recovery-code-file", d.write("code", codes[0]), "--name", "ann", "--new-passphrase-file",
             d.passphrase)


if __name__ == "__main__":
    run(sys.modules[__name__])
