#!/usr/bin/env python3
"""omnicarectl audit archive and verify, from the outside."""
import os
import pty
import stat
import subprocess
import sys

from ctl_harness import *


class Ward:
    """A device with a nurse, an administrator and an auditor, whose work is on a server."""

    def __init__(self, folder):
        self.server = Server(folder)
        self.nurse = Device(folder)
        self.admin = self.person("ann", "administrator")
        self.auditor = self.person("eve", "auditor")
        self.archive = self.nurse.data / "audit-archive"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()

    def person(self, name, role):
        other = Device(self.nurse.folder, practice=False)
        other.user, other.passphrase = name, other.write(name, f"the words of {name}\n")
        self.nurse.ok("user", "add", name, "--role", role, "--new-passphrase-file", other.passphrase)
        return other

    def work(self, name="p1", sets=3):
        """Charting whose trail the server has, as far as it was there when the last run began."""
        self.nurse.ok("import", self.nurse.write("p.json", patient(name)))
        for n in range(sets):
            self.nurse.ok("vitals", "add", "--patient", name, "--pulse", 70 + n)
        self.nurse.ok("sync", "--server", self.server.url)

    def files(self):
        return sorted(self.archive.glob("*.omcaudit")) if self.archive.exists() else []

    def entries(self):
        return self.auditor.ok("audit", "list", "--json").lines

    def archived(self, *args):
        return self.admin.ok("audit", "archive", "--older-than", "0", "--json", *args).json


def numbers(object):
    return {k: int(v) if isinstance(v, Number) else v for k, v in object.items()}


def test_archive(folder):
    """what the server accepted goes into a sealed file, is audited, still read, and still verifies"""
    with Ward(folder) as ward:
        ward.work()
        before = ward.entries()
        done = numbers(ward.archived())
        check(done["entries"] > 5 and done["segments"] == 1 and done["bytes"] > 0 and done["dryRun"] is False, str(done))
        files = ward.files()
        equal(len(files), 1, "files")
        equal(stat.S_IMODE(files[0].stat().st_mode), 0o600, "mode")
        equal(files[0].stat().st_size, done["bytes"], "size")
        check(b"practice" not in files[0].read_bytes() and b"Patient" not in files[0].read_bytes(), "sealed")
        after = ward.entries()
        equal(after[:len(before)], before, "the same entries are read")
        told = [e for e in after if e["subtype"] == "archive"]
        equal([(e["user"], e["entity"]) for e in told], [("ann", f"audit/1-{done['entries']}")], "audited")
        report = numbers(ward.auditor.ok("audit", "verify", "--full", "--json").json)
        equal((report["intact"], report["segments"], report["from"]), (True, 1, 1), "verify")
        check(report["entries"] >= len(after), str(report))
        patients = ward.auditor.ok("audit", "list", "--patient", "p1", "--json").lines
        check(any(int(e["sequence"]) <= done["entries"] for e in patients), "of a patient, from the file")
        text = ward.auditor.ok("audit", "export").out
        equal([int(json.loads(l)["sequence"]) for l in text.split("\n") if l][:len(after)], list(range(1, len(after) + 1)), "export")


def test_dry_run(folder):
    """a dry run counts what would go and what would stay, and changes nothing"""
    with Ward(folder) as ward:
        stay = numbers(ward.archived("--dry-run")["stay"])
        check(stay["unsent"] > 0 and stay["young"] == 0, f"nothing was sent: {stay}")
        ward.work()
        plan = ward.archived("--dry-run")
        check(plan["dryRun"] and int(plan["entries"]) > 5, str(plan))
        check("segments" not in plan, str(plan))
        equal(ward.files(), [], "nothing was made")
        text = ward.admin.ok("audit", "archive", "--older-than", "0", "--dry-run").out
        check("Nothing was changed" in text and plan["entries"] in text, text)
        young = ward.admin.ok("audit", "archive", "--older-than", "30", "--dry-run", "--json").json
        equal((young["entries"], young["stay"]["young"]), ("0", plan["entries"]), "not old enough")
        equal(ward.archived()["entries"], plan["entries"], "and that many go")


def test_unsent_stays(folder):
    """what the server has not accepted stays in the database, and is counted"""
    with Ward(folder) as ward:
        done = ward.archived()
        equal((done["entries"], done["segments"]), ("0", "0"), "nothing is on a server")
        check(int(done["stay"]["unsent"]) > 0, str(done))
        text = ward.admin.ok("audit", "archive", "--older-than", "0").out
        check("Nothing was archived" in text and "Not accepted by the server" in text, text)
        equal(ward.files(), [], "files")
        ward.work()
        sent = int(ward.archived()["entries"])
        status = ward.nurse.ok("status", "--json").json["audit"]
        equal((int(status["sent"]), int(status["archived"])), (sent, sent), "up to what was sent")
        done = ward.archived()
        equal(done["entries"], "0", "again")
        ward.work("p2")
        check(int(ward.archived()["entries"]) > 0, "more was sent")
        equal(len(ward.files()), 2, "a second file")
        check(ward.auditor.ok("audit", "verify", "--json").json["intact"], "verify")


def test_who_may(folder):
    """only who manages the device archives; the attempt of others is recorded, and nothing changes"""
    with Ward(folder) as ward:
        ward.work()
        for person in (ward.person("bob", "nurse"), ward.auditor):
            for more in ([], ["--dry-run"]):
                done = person.run("audit", "archive", "--older-than", "0", "--json", *more)
                equal((done.status, done.out), (1, ""), f"{person.user} {more}")
                check("may not do this" in done.err, done.err)
        equal(ward.files(), [], "nothing was made")
        denied = [e for e in ward.entries() if e.get("detail") == "denied"]
        equal([e["user"] for e in denied], ["bob", "bob", "eve", "eve"], "recorded")


def test_wrong_calls(folder):
    """wrong words and numbers end with 2 and one sentence, and nothing is archived"""
    with Ward(folder) as ward:
        ward.work(sets=1)
        wrong = [["archive", "more"], ["archive", "--older-than", "-1"], ["archive", "--older-than", "3651"], ["archive", "--older-than", "x"],
                 ["archive", "--older-than"], ["archive", "--older-than", "1.5"], ["archive", "--full"], ["archive", "--from", "1"],
                 ["verify", "more"], ["verify", "--full", "more"], ["verify", "--dry-run"], ["verify", "--older-than", "1"], ["verfy"],
                 ["list", "--full"], ["list", "--dry-run"]]
        for args in wrong:
            done = ward.admin.run("audit", *args, "--json")
            equal((done.status, done.out), (2, ""), f"{args}: {done.err}")
            check("omnicarectl" in done.err, done.err)
        equal(ward.files(), [], "files")
        equal(Device(folder / "none", practice=False).run("audit", "archive", "--older-than", "1").status, 1, "no store")


def test_configuration(folder):
    """audit.retentionDays says how old; 0 is never, which archive does not guess away; wrong values name file and line"""
    with Ward(folder) as ward:
        ward.work()
        never = ward.admin.write("never.json", {"audit": {"retentionDays": 0}})
        done = ward.admin.run("--config", never, "audit", "archive")
        equal((done.status, done.out), (2, ""), done.err)
        check("audit.retentionDays" in done.err and "--older-than" in done.err, done.err)
        check(int(ward.admin.ok("audit", "archive", "--json").json["stay"]["young"]) > 0, "a month when nothing is said")
        month = ward.admin.write("month.json", {"audit": {"retentionDays": 30}})
        done = ward.admin.ok("--config", month, "audit", "archive", "--json").json
        equal(done["entries"], "0", "not a month old")
        check(int(done["stay"]["young"]) > 0, str(done))
        for value in ('-1', '3651', '"30"', '1.5', 'true', 'null', '[]'):
            path = ward.admin.write("wrong.json", '{\n  "audit": {\n    "retentionDays": %s\n  }\n}\n' % value)
            done = ward.admin.run("--config", path, "audit", "verify")
            equal(done.status, 2, value)
            check(f"{path}:3: audit.retentionDays: must be a whole number from 0 to 3650" in done.err, done.err)
        path = ward.admin.write("wrong.json", '{\n  "audit": {\n    "retention": 1\n  }\n}\n')
        done = ward.admin.run("--config", path, "status")
        check(done.status == 2 and "audit.retention: there is no such key; allowed here: retentionDays" in done.err, done.err)


def test_verify_goes_on(folder):
    """verify reads what is new since the last one, --full all of it, and both say from where"""
    with Ward(folder) as ward:
        ward.work()
        first = numbers(ward.auditor.ok("audit", "verify", "--json").json)
        equal((first["from"], first["full"]), (1, True), "the first one reads all")
        second = numbers(ward.auditor.ok("audit", "verify", "--json").json)
        check(second["from"] > first["entries"] and not second["full"] and second["intact"], str(second))
        equal(second["lastFull"], first["lastFull"], "that was the whole")
        check("those before were found good earlier" in ward.auditor.ok("audit", "verify").out, "in words")
        full = numbers(ward.auditor.ok("audit", "verify", "--full", "--json").json)
        check(full["from"] == 1 and full["full"] and full["lastFull"] > first["lastFull"], str(full))
        ward.archived()
        third = numbers(ward.auditor.ok("audit", "verify", "--json").json)
        equal((third["lastFull"], third["checkpointForged"], third["segments"]), (full["lastFull"], False, 1), "later")
        text = ward.auditor.ok("audit", "verify", "--full").out
        equal(text.count("\n"), 1, "one sentence when all was read")


def on_terminal(d, *args):
    """Standard error on a terminal of its own."""
    master, slave = pty.openpty()
    process = subprocess.Popen([CTL, "--data-dir", str(d.data), "--passphrase-file", str(d.passphrase), "--user", d.user, *args],
                               stdout=subprocess.PIPE, stderr=slave, env=environment())
    os.close(slave)
    out = process.communicate(timeout=TIMEOUT)[0]
    shown = b""
    try:
        while data := os.read(master, 65536):
            shown += data
    except OSError:
        pass  # the other end is closed
    os.close(master)
    return process.returncode, out, shown.decode()


def test_progress(folder):
    """on a terminal verify and archive show how far they are; in a script they do not"""
    with Ward(folder) as ward:
        ward.work()
        status, out, shown = on_terminal(ward.auditor, "audit", "verify", "--full", "--json")
        entries = loads(out)["entries"]
        check(status == 0 and f"\r{entries} / {entries}" in shown and shown.endswith("\n"), shown)
        status, out, shown = on_terminal(ward.admin, "audit", "archive", "--older-than", "0", "--json")
        check(status == 0 and f"\r{loads(out)['entries']} " in shown, shown)
        equal(ward.auditor.ok("audit", "verify", "--full").err, "", "no terminal")
        equal(ward.admin.ok("audit", "archive", "--older-than", "0").err, "", "no terminal")


def spoiled(ward, what, finding, place, through):
    """The finding in each place where somebody looks for it."""
    done = ward.auditor.run("audit", "verify", "--json")
    equal(done.status, 1, what)
    equal((done.json["intact"], done.json["finding"], done.json["place"], done.json["through"]),
          (False, finding, place, through), what)
    check(f"entry {place}" in done.err and "security officer" in done.err, done.err)
    equal(ward.auditor.run("audit", "verify", "--full", "--json").json["finding"], finding, what)
    status = ward.nurse.ok("status", "--json").json["audit"]["archive"]
    equal((status["intact"], status["finding"], status["place"]), (False, finding, place), "status")
    check("Finding" in ward.nurse.ok("status").out, "status in words")
    report = ward.admin.run("doctor", "--json")
    equal(report.status, 1, "doctor")
    audit = [c for c in report.json["checks"] if c["check"] == "audit"]
    check(len(audit) == 1 and not audit[0]["ok"] and f"entry {place}" in audit[0]["finding"] and "backup" in audit[0]["remedy"], str(audit))


def test_files_lost(folder):
    """a file that is missing, cut or another one is told by verify, status and doctor, and is well when it is back"""
    with Ward(folder) as ward:
        ward.work()
        last = ward.archived()["entries"]
        ward.work("p2")
        ward.archived()
        one, other = ward.files()
        whole = one.read_bytes()
        one.unlink()
        spoiled(ward, "missing", "segment-missing", "1", last)
        denied = ward.auditor.run("audit", "list", "--json")
        check(denied.status == 1 and f"1 to {last}" in denied.err, denied.err)
        one.write_bytes(whole[:-1])
        spoiled(ward, "cut", "segment-damaged", "1", last)
        one.write_bytes(other.read_bytes())
        spoiled(ward, "another", "segment-foreign", "1", last)
        one.write_bytes(whole)
        check(ward.auditor.ok("audit", "verify", "--full", "--json").json["intact"], "put back")
        ward.nurse.ok("vitals", "add", "--patient", "p1", "--pulse", "71")


def test_backups_tell(folder):
    """a backup, its check and its restore say how many files of the archive they hold, and how many they lack"""
    with Ward(folder) as ward:
        ward.work()
        ward.archived()
        ward.work("p2")
        ward.archived()
        one, other = ward.files()
        file = folder / "whole.omcbackup"
        made = ward.nurse.ok("backup", "create", file, "--json").json
        equal((made["segments"], made["lostSegments"]), ("2", "0"), "made")
        equal(ward.nurse.ok("backup", "verify", file, "--json").json["segments"], "2", "verified")
        check("2 files of the audit archive" in ward.nurse.ok("backup", "verify", file).out, "in words")
        content = one.read_bytes()
        one.unlink()
        poor = folder / "poor.omcbackup"
        done = ward.nurse.ok("backup", "create", poor, "--json")
        equal((done.json["segments"], done.json["lostSegments"]), ("2", "1"), "one is missing")
        check("1 of them" in ward.nurse.ok("backup", "create", folder / "other.omcbackup").err, "told")
        restored = ward.nurse.ok("backup", "restore", poor, "--json").json["backup"]
        equal((restored["segments"], restored["lostSegments"]), ("2", "1"), "restored without it")
        restored = ward.nurse.ok("backup", "restore", file, "--json").json["backup"]
        equal((restored["segments"], restored["lostSegments"]), ("2", "0"), "restored with it")
        equal(one.read_bytes(), content, "the file is back")
        one.write_bytes(content[:-1])
        restored = ward.nurse.ok("backup", "restore", poor, "--json").json["backup"]
        equal((restored["segments"], restored["lostSegments"]), ("2", "1"), "the one that is here is damaged")
        one.write_bytes(content)
        restored = ward.nurse.ok("backup", "restore", poor, "--json").json["backup"]
        equal((restored["segments"], restored["lostSegments"]), ("2", "0"), "the one that is here is whole")


def test_kept_archive(folder):
    """what a restore put aside of the archive is told by doctor, and asked about after a month"""
    with Ward(folder) as ward:
        ward.work()
        file = folder / "a.omcbackup"
        ward.nurse.ok("backup", "create", file)
        ward.archived()
        ward.nurse.ok("backup", "restore", file)

        def kept():
            checks = ward.admin.run("doctor", "--json").json["checks"]
            return {c["finding"].split(",")[0]: c for c in checks if c["check"] == "kept" and "archive" in c["finding"]}

        equal(kept(), {}, "nothing of the archive was put aside")
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        whole = ward.nurse.data / f"audit-archive.before-{stamp}-1a2b"
        whole.mkdir()
        (whole / "1.omcaudit").write_bytes(b"x" * 3000)
        os.utime(whole, (1, 1))  # it is as old as its newest file, not as the restore
        one = ward.files()[0].with_name(f"{ward.files()[0].name}.before-{stamp}-1a2b")
        one.write_bytes(b"x" * 2000)
        os.utime(one, (1, 1))
        found = kept()
        equal({n: c["ok"] for n, c in found.items()}, {whole.name: True, f"audit-archive/{one.name}": True}, "kept for a month without a word")
        check("3.0" in found[whole.name]["finding"] and "2.0" in found[f"audit-archive/{one.name}"]["finding"], str(found))
        old = whole.rename(whole.with_name("audit-archive.before-20200102-030405-1a2b"))
        older = one.rename(one.with_name(f"{ward.files()[0].name}.before-20200102-030405-1a2b"))
        found = kept()
        check(f"rm -r '{old}'" in found[old.name]["remedy"], str(found))
        check(f"rm '{older}'" in found[f"audit-archive/{older.name}"]["remedy"], str(found))


def test_told(folder):
    """status and doctor tell how many files there are, how large they are, and how far back the database goes"""
    with Ward(folder) as ward:
        ward.work()
        archive = ward.nurse.ok("status", "--json").json["audit"]["archive"]
        equal((archive["segments"], archive["bytes"], archive["last"], archive["oldestLive"], archive["intact"]), ("0", "0", "0", "1", True), "at first")
        check("Audit archive:    none" in ward.nurse.ok("status").out, "in words")
        done = ward.archived()
        archive = ward.nurse.ok("status", "--json").json["audit"]["archive"]
        equal((archive["segments"], archive["bytes"], archive["last"]), ("1", done["bytes"], done["entries"]), "status")
        equal(int(archive["oldestLive"]), int(done["entries"]) + 1, "the oldest in the database")
        oldest = next(e for e in ward.entries() if e["sequence"] == archive["oldestLive"])
        equal(archive["oldestLiveRecorded"], oldest["recorded"], "its time")
        text = ward.nurse.ok("status").out
        check(f"1 file, " in text and f"entries 1 to {done['entries']}" in text, text)
        report = ward.admin.ok("doctor", "--json").json
        line = [c for c in report["checks"] if c["check"] == "archive"][0]
        check(line["ok"] and "1 file" in line["finding"] and f"entry {archive['oldestLive']}" in line["finding"], str(line))
        check(ward.admin.ok("doctor", "--deep", "--json").json["ok"], "doctor --deep")


def test_full_disk(folder):
    """when a file cannot be written archive says so, and every entry stays where it was"""
    with Ward(folder) as ward:
        ward.work()
        ward.archive.write_text("in the way")
        done = ward.admin.run("audit", "archive", "--older-than", "0", "--json")
        equal((done.status, done.out), (1, ""), done.err)
        check(".omcaudit" in done.err, done.err)
        ward.archive.unlink()
        report = ward.auditor.ok("audit", "verify", "--full", "--json").json
        check(report["intact"] and report["segments"] == "0", str(report))
        check(int(ward.archived()["entries"]) > 0, "then it goes")


def test_export_keeps_what_was_there(folder):
    """an export of the trail that is refused, or that cannot be written to its end, leaves the one before as it was"""
    d = Device(folder)
    d.user = "practice.nurse"
    d.ok("user", "add", "bob", "--role", "nurse", "--new-passphrase-file", d.write("bob", "a nurse's long words"))
    before = d.write("trail", "the one of last month")
    nurse = Device(folder, practice=False)
    nurse.user, nurse.passphrase = "bob", folder / "bob"
    equal(nurse.run("audit", "export", "--output", before).status, 1, "a nurse")
    equal(before.read_text(), "the one of last month", "after the refusal")
    equal(d.run("audit", "export", "--output", "/dev/full").status, 1, "a full device")
    d.ok("audit", "export", "--output", before)
    check(len([json.loads(e) for e in before.read_text().splitlines()]) > 1, "entries")
    equal(before.stat().st_mode & 0o777, 0o600, "for nobody else")
    equal([p.name for p in folder.glob("*.part")], [], "what is left")


if __name__ == "__main__":
    run(sys.modules[__name__])
