#!/usr/bin/env python3
"""omnicarectl --json: every sub-command has one document, or one a line, on standard output, and nothing else there."""
import re
import sys

from ctl_harness import *

ONE, LINES, SILENT = "one document", "one document a line", "nothing"
RESULTS = {}


def device_of(ward, user, secret):
    device = Device(ward.folder, practice=False)
    device.user, device.passphrase = user, ward.write(user, secret)
    return device


def shape(device, kind, *args, status=0, **kwargs):
    """What a call prints: whole documents that are objects, one a line, and as many as are documented."""
    done = device.run(*args, "--json", **kwargs)
    words = " ".join(map(str, args))
    equal(done.status, status, f"{words}: {done.err}")
    documents = done.lines
    check(all(isinstance(d, dict) for d in documents), f"{words}: {done.out}")
    check(done.out == "" or done.out.endswith("\n"), f"{words}: the last line ends")
    wanted = {ONE: (1,), SILENT: (0,)}.get(kind)
    check(wanted is None or len(documents) in wanted, f"{words}: {len(documents)} documents, wanted {kind}: {done.out}")
    if status != 0:
        check(done.err.strip() != "", f"{words}: no message")
    RESULTS[" ".join(w for w in map(str, args[:2]) if re.fullmatch(r"[a-z][a-z0-9-]*", w))] = kind
    return documents[0] if kind == ONE else documents


class Ward:
    """A practice store in which everybody is that the commands want."""

    def __init__(self, folder):
        self.nurse = Device(folder)
        self.nurse.user = "practice.nurse"
        add = ("user", "add")
        shape(self.nurse, ONE, *add, "adm", "--role", "administrator", "--new-passphrase-file", self.nurse.write("adm", "an administrator's words"))
        shape(self.nurse, ONE, *add, "aud", "--role", "auditor", "--new-passphrase-file", self.nurse.write("aud", "an auditor's long words"))
        shape(self.nurse, ONE, *add, "eve", "--role", "nurse", "--department", "ward-a", "--new-passphrase-file",
              self.nurse.write("eve", "eve's own long words"))
        self.admin = device_of(self.nurse, "adm", "an administrator's words")
        self.auditor = device_of(self.nurse, "aud", "an auditor's long words")
        self.other = device_of(self.nurse, "eve", "eve's own long words")


def people_and_records(ward):
    d = ward.nurse
    shape(d, LINES, "user", "list")
    equal(shape(d, ONE, "user", "disable", "eve")["disabled"], True, "disabled")
    equal(shape(d, ONE, "user", "enable", "eve")["disabled"], False, "enabled")
    shape(d, SILENT, "user", "disable", "nobody", status=1)
    ward.other.ok("keys", "add", "pin", "--secret-file", d.write("pin", "830417\n"))
    equal(shape(ward.admin, ONE, "user", "reset-pin", "eve")["user"], "eve", "reset")
    shape(ward.admin, SILENT, "user", "reset-pin", "eve", status=1)
    shape(d, ONE, "import", d.write("p.json", patient()))
    shape(d, ONE, "import", d.write("bad.json", "{"), status=2)
    shape(d, ONE, "get", "Patient/p1")
    shape(d, SILENT, "get", "Patient/nobody", status=1)
    shape(d, ONE, "search", "Patient?name=doe")
    shape(d, ONE, "search", "Patient?name=nobody")
    shape(d, SILENT, "search", "Patient?nonsense=1", status=2)
    shape(d, ONE, "vitals", "add", "--patient", "p1", "--pulse", "72")
    shape(d, SILENT, "vitals", "add", "--patient", "nobody", "--pulse", "72", status=1)
    shape(d, LINES, "export")
    shape(d, SILENT, "export", "--patient", "nobody", status=1)
    out = d.folder / "out.ndjson"
    told = shape(d, ONE, "export", "--output", out)
    equal((told["output"], told["resources"]), (str(out), str(len(out.read_text().splitlines()))), "the export")
    shape(d, SILENT, "export", "--output", "/nonexistent/x", status=2)
    shape(d, ONE, "status")
    shape(d, ONE, "status", "--patient", "p1")
    shape(d, SILENT, "status", "--patient", "nobody", status=1)


def queue_and_conflicts(ward):
    d = ward.nurse
    items = shape(d, LINES, "queue", "list")
    check(len(items) > 1, "items")
    shape(d, ONE, "queue", "show", items[0]["id"])
    shape(d, SILENT, "queue", "show", 999, status=1)
    done = shape(d, ONE, "queue", "retry", items[0]["id"])
    equal((done["done"], done["count"]), ("retry", "1"), "put back")
    equal([(i["id"], i["resourceType"], i["resourceId"]) for i in done["items"]], [(items[0]["id"], "Patient", "p1")], "which")
    shape(d, SILENT, "queue", "retry", 999, status=1)
    done = shape(d, ONE, "queue", "cancel", items[1]["id"], "--reason", "typed twice")
    equal((done["done"], done["count"], done["items"][0]["id"]), ("cancel", "1", items[1]["id"]), "taken back")
    shape(d, SILENT, "queue", "cancel", 999, "--reason", "typed twice", status=1)
    d.ok("import", d.write("base.json", patient("c1")), "--from-server")
    d.ok("import", d.write("mine.json", patient("c1", birthDate="1961-02-03")))
    d.ok("import", d.write("theirs.json", patient("c1", birthDate="1962-02-03")), "--from-server")
    conflicts = shape(d, LINES, "conflicts", "list")
    equal(len(conflicts), 1, "conflicts")
    number = conflicts[0]["id"]
    shape(d, ONE, "conflicts", "show", number)
    shape(d, SILENT, "conflicts", "show", 999, status=1)
    shape(d, SILENT, "conflicts", "resolve", 999, "--take", "local", status=1)
    done = shape(d, ONE, "conflicts", "resolve", number, "--take", "local")
    equal((done["id"], done["resourceId"], done["done"]), (number, "c1", "resolve"), "decided")


def pure(ward):
    d = ward.nurse
    file = d.folder / "p.json"
    shape(d, ONE, "merge", "--base", "none", "--local", file, "--remote", file)
    shape(d, SILENT, "merge", "--base", "none", "--local", file, "--remote", "/nonexistent", status=2)
    shape(d, ONE, "news2", "--rr", 16)
    shape(d, ONE, "news2", "--rr", 16, "--age", 3, status=1)
    shape(d, SILENT, "news2", "--rr", "x", status=2)
    shape(d, ONE, "policy", "show")
    shape(d, SILENT, "policy", "check", "/nonexistent", status=2)
    shape(d, SILENT, "policy", "install", file, status=1)
    shape(d, SILENT, "init", status=1)


def audit_and_emergency(ward):
    a = ward.auditor
    place = {"resourceType": "Location", "id": "ward-b", "meta": {"versionId": "1"}, "name": "B", "physicalType": {"coding": [{"code": "wa"}]}}
    stay = {"resourceType": "Encounter", "id": "e1", "meta": {"versionId": "1"}, "status": "in-progress", "class": {"code": "IMP"},
            "subject": {"reference": "Patient/c1"}, "location": [{"location": {"reference": "Location/ward-b"}}]}
    for name, resource in (("l", place), ("e", stay)):
        ward.nurse.ok("import", ward.nurse.write(f"{name}.json", resource), "--from-server")
    shape(a, LINES, "audit", "list", "--limit", 3)
    shape(a, LINES, "audit", "list", "--patient", "p1")
    shape(a, ONE, "audit", "verify")
    shape(a, LINES, "audit", "export")
    out = a.folder / "trail.ndjson"
    told = shape(a, ONE, "audit", "export", "--output", out)
    equal((told["output"], told["entries"]), (str(out), str(len(out.read_text().splitlines()))), "the trail")
    shape(a, SILENT, "audit", "export", "--output", "/nonexistent/x", status=2)
    shape(ward.admin, ONE, "audit", "archive", "--dry-run")
    equal(shape(a, ONE, "audit", "retry")["done"], "retry", "retry")
    shape(a, SILENT, "audit", "archive", "--older-than", 0, status=1)
    shape(ward.other, ONE, "break-glass", "c1", "--reason", "emergency", "--words", "collapsed in the corridor")
    shape(ward.other, SILENT, "break-glass", "c1", "--reason", "emergency", "--words", "now", status=2)
    waiting = shape(a, LINES, "audit", "review")
    equal(shape(ward.other, ONE, "break-glass", "c1", "--end"), {"patient": "c1", "done": "end"}, "ended")
    done = shape(a, ONE, "audit", "review", waiting[0]["number"], "--justified", "--words", "I was there")
    equal((done["number"], done["verdict"]), (waiting[0]["number"], "justified"), "reviewed")
    shape(a, SILENT, "audit", "review", 999, "--justified", status=1)


def keys_and_care(ward):
    k = ward.admin
    shape(k, ONE, "keys", "status")
    shape(k, LINES, "keys", "slots")
    code = shape(k, ONE, "keys", "change", "recovery")["recoveryCode"]
    shape(k, LINES, "keys", "add", "hospital", "--name", "it", "--key", "11" * 32)
    shape(k, LINES, "keys", "remove", "hospital", "--name", "it")
    shape(k, SILENT, "keys", "remove", "recovery", status=2)
    shape(k, LINES, "keys", "add", "credential", "--output", k.folder / "credential")
    shape(k, ONE, "keys", "try-credential", status=1)
    shape(k, SILENT, "keys", "recover", "--recovery-code-file", k.write("no", "0000"), "--name", "eve", "--new-passphrase-file", k.passphrase,
          status=2)
    shape(k, ONE, "keys", "recover", "--recovery-code-file", k.write("code", code), "--name", "eve", "--new-passphrase-file", k.passphrase)
    shape(k, LINES, "keys", "change", "passphrase", "--secret-file", k.passphrase)
    shape(k, ONE, "keys", "extend", "--recovery-code-file", k.folder / "code")
    shape(k, ONE, "keys", "confirm", "--server", "https://fhir.example/r4")
    shape(ward.nurse, SILENT, "keys", "rotate", "--database", status=1)
    done = shape(k, ONE, "keys", "rotate")
    equal((done["data"], done["master"], done["database"], done["epoch"]), (True, True, False, "2"), "rotated")
    equal(shape(k, ONE, "keys", "rotate", "--data", "--no-wait")["epoch"], "3", "rotated again")
    equal(shape(k, ONE, "keys", "rotate", "--database")["database"], True, "the database's")
    shape(k, ONE, "cache", "status")
    config = k.write("config.json", {"server": {"url": "https://fhir.example/r4"}})
    shape(k, SILENT, "cache", "evict", status=2)
    shape(k, LINES, "cache", "evict", "--dry-run", "--config", config)
    shape(k, ONE, "cache", "evict", "--config", config)
    for act in ("pin", "unpin", "recall"):
        shape(ward.nurse, ONE, "cache", act, "p1")
    shape(ward.nurse, SILENT, "cache", "pin", "nobody", status=1)
    shape(k, ONE, "doctor")


def backups(ward):
    d = ward.nurse
    file = d.folder / "a.omcbackup"
    shape(d, ONE, "backup", "create", file)
    shape(d, SILENT, "backup", "create", file, status=2)
    shape(d, ONE, "backup", "verify", file)
    shape(d, SILENT, "backup", "verify", d.folder / "p.json", status=2)
    work = shape(d, ONE, "backup", "restore", file)["unsentWork"]
    shape(d, LINES, "backup", "work", work)
    out = d.folder / "work.ndjson"
    told = shape(d, ONE, "backup", "work", work, "--output", out)
    equal((told["output"], told["records"]), (str(out), str(len(out.read_text().splitlines()))), "the work")
    shape(d, SILENT, "backup", "restore", d.folder / "p.json", status=2)


def test_every_command(folder):
    """every sub-command prints one document, or one a line, when it is done; a finding is one too, and what fails prints none"""
    ward = Ward(folder)
    for part in (people_and_records, queue_and_conflicts, pure, audit_and_emergency, keys_and_care, backups):
        part(ward)
    shape(ward.nurse, SILENT, "sync", status=2)
    shape(ward.nurse, ONE, "sync", "--server", "http://127.0.0.1:9/", status=1)
    help_text = ward.nurse.ok("--help").out
    commands = re.findall(r"^ {13}([a-z][a-z0-9-]+)(.*)$", help_text.split("Options:")[0], re.M)
    check(len(commands) > 15, help_text)
    tried = {name.split(" ")[0] for name in RESULTS}
    equal({c for c, _ in commands} - tried, set(), "commands that this table lacks")
    acts = {f"{c} {w.split(' ')[0]}" for c, usage in commands for w in usage.strip().split(" | ")
            if re.fullmatch(r"[a-z][a-z-]+", w.split(" ")[0])}
    check(len(acts) > 25, str(acts))
    equal({a for a in acts if a not in RESULTS}, set(), "sub-commands that this table lacks")


def test_done_with_a_server(folder):
    """a run with a server is one document"""
    device = Device(folder)
    device.ok("import", device.write("p.json", patient()))
    server = Server(folder)
    try:
        equal(shape(device, ONE, "sync", "--server", server.url)["sent"], "1", "sent")
    finally:
        server.stop()


if __name__ == "__main__":
    run(sys.modules[__name__])
