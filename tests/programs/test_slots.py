#!/usr/bin/env python3
"""The ways into a store, one by one, and how long they work without the server."""
import http.server
import os
import subprocess
import sys
import threading

from ctl_harness import *
from test_keys import administered, with_nurse


def acts(d, subtype):
    """Entries of the audit trail, read by somebody who may."""
    auditor = Device(d.folder, practice=False)
    auditor.user, auditor.passphrase = "eve", d.folder / "eve"
    if not auditor.passphrase.exists():
        d.write("eve", "an auditor's words\n")
        d.ok("user", "add", "eve", "--role", "auditor", "--new-passphrase-file", auditor.passphrase)
    entries = auditor.ok("audit", "list", "--json").lines
    return [e for e in entries if e.get("subtype") == subtype]


def kinds(d):
    return [(s["kind"], s.get("user")) for s in d.ok("keys", "slots", "--json").lines]


def as_user(d, name, passphrase):
    other = Device(d.folder, practice=False)
    other.user, other.passphrase = name, passphrase
    return other


def test_pin_reset(folder):
    """a PIN that somebody forgot is taken away by who manages keys, and by no colleague"""
    d = administered(folder)
    nurse = with_nurse(d)
    pin = nurse.write("pin", "830417\n")
    d.ok("user", "add", "cleo", "--role", "nurse", "--new-passphrase-file", d.write("cleo", "cleo's first words\n"))
    nurse.ok("keys", "add", "pin", "--secret-file", pin)
    equal(as_user(d, "cleo", folder / "cleo").run("user", "reset-pin", "bob").status, 1, "a colleague")
    check(("pin", "bob") in kinds(d), kinds(d))
    check("bob" in d.ok("user", "reset-pin", "bob").out, "said")
    check(("pin", "bob") not in kinds(d), kinds(d))
    nurse.ok("status")
    equal([e["entity"] for e in acts(d, "key-slot-removed")], ["pin bob"], "removed")


def test_passphrase_and_pin(folder):
    """a person changes their own passphrase and PIN, each is named by its kind and audited"""
    d = administered(folder)
    nurse = with_nurse(d)
    pin = nurse.write("pin", "830417\n")
    nurse.ok("keys", "add", "pin", "--secret-file", pin)
    check(("pin", "bob") in kinds(d), kinds(d))
    fresh = nurse.write("fresh", "another good one\n")
    nurse.ok("keys", "change", "passphrase", "--secret-file", fresh)
    equal(nurse.run("status").status, 2, "the old one")
    as_user(d, "bob", fresh).ok("status")
    as_user(d, "bob", fresh).ok("keys", "remove", "pin")
    check(("pin", "bob") not in kinds(d), kinds(d))
    equal([e["entity"] for e in acts(d, "key-slot-added")], ["pin bob"], "added")
    equal([e["entity"] for e in acts(d, "key-slot-changed")], ["passphrase bob"], "changed")
    equal([e["entity"] for e in acts(d, "key-slot-removed")], ["pin bob"], "removed")


def test_failed_at_the_door(folder):
    """a sign-in that failed while the store was closed is in the trail, without what was typed as a name"""
    d = administered(folder)
    with_nurse(d)
    equal(as_user(d, "bob", d.write("wrong", "not bob's words\n")).run("status").status, 2, "a wrong passphrase")
    equal(as_user(d, "Wundersame Weltreise", d.folder / "wrong").run("status").status, 1, "a passphrase for a name")
    failed = [(e.get("entity"), int(e["outcome"])) for e in acts(d, "login") if "while the store was closed" in e.get("detail", "")]
    equal(failed, [("passphrase bob", 4), ("passphrase of nobody here", 4)], "entries")
    d.ok("audit", "verify")


def test_disabled_with_the_right_secret(folder):
    """who is disabled and comes with a right secret is turned away with a sentence, and that is recorded"""
    d = administered(folder)
    nurse = with_nurse(d)
    names = ("keyring", "keyring.1")
    before = {n: (d.data / n).read_bytes() for n in names}
    d.ok("user", "disable", "bob")
    for name in names:
        (d.data / name).write_bytes(before[name])
    done = nurse.run("status")
    equal((done.status, done.out), (1, ""), "turned away")
    check("bob is disabled on this device" in done.err, done.err)
    refused = [e["entity"] for e in acts(d, "login") if e.get("detail") == "right, of nobody who may use this device"]
    equal(refused, ["passphrase bob"], "recorded")


def test_secret_from_standard_input(folder):
    """a new secret is read from standard input, and never from the command line"""
    d = administered(folder)
    d.ok("keys", "change", "passphrase", "--secret-file", "-", stdin="typed in a pipe\n")
    as_user(d, "ann", d.write("p", "typed in a pipe\n")).ok("status")


def test_denied(folder):
    """who may not manage keys changes nobody else's, and is recorded"""
    d = administered(folder)
    nurse = with_nurse(d)
    secret = nurse.write("s", "something long\n")
    for args in (("change", "passphrase", "--name", "ann", "--secret-file", secret), ("change", "recovery"),
                 ("remove", "passphrase", "--name", "ann"), ("add", "hospital", "--name", "IT", "--key", "00" * 32)):
        done = nurse.run("keys", *args)
        equal(done.status, 1, " ".join(map(str, args)))
        check("manage-keys" in done.err, done.err)
    d.ok("status")


def test_refusals(folder):
    """bad kinds, weak PINs, missing files and slots that are not there are told, and change nothing"""
    d = administered(folder)
    before = (d.data / "keyring").read_bytes()
    weak = d.write("weak", "123456\n")
    short = d.write("short", "abc\n")
    for status, args in ((2, ("add", "badge")), (2, ("add", "pin", "--secret-file", weak)), (2, ("add", "pin")),
                         (2, ("change", "passphrase", "--secret-file", short)), (2, ("add", "hospital", "--name", "IT", "--key", weak)),
                         (2, ("add", "hospital", "--key", weak)), (2, ("change", "pin", "--secret-file", weak)),
                         (2, ("add", "passphrase", "--secret-file", weak)), (1, ("remove", "hospital", "--name", "x")),
                         (2, ("recover", "--name", "ann")), (2, ("extend",))):
        done = d.run("keys", *args)
        equal(done.status, status, " ".join(map(str, args)) + done.err)
        check(done.err.startswith("omnicarectl: "), done.err)
    equal((d.data / "keyring").read_bytes(), before, "the keyring")


def test_last_resort(folder):
    """the last way in beside the passphrases goes only when that is said twice"""
    d = administered(folder)
    done = d.run("keys", "remove", "recovery")
    equal(done.status, 2, "the recovery code, alone")
    check("--yes" in done.err and "hospital" in done.err, done.err)
    check(("recovery", None) in kinds(d), kinds(d))
    equal(acts(d, "key-slot-removed"), [], "nothing was begun")
    d.ok("keys", "add", "hospital", "--name", "IT", "--key", "09" * 32)
    d.ok("keys", "remove", "recovery")
    equal(d.run("keys", "remove", "hospital", "--name", "IT").status, 2, "the hospital key, alone")
    d.ok("keys", "remove", "hospital", "--name", "IT", "--yes")
    equal([k for k, _ in kinds(d)], ["passphrase", "passphrase"], "what is left")


def test_recovery_code(folder):
    """a new recovery code replaces the old one; it sets a passphrase, and a wrong one does not"""
    d = administered(folder)
    old = d.write("old", d.recovery_code)
    code = d.ok("keys", "change", "recovery", "--json").json["recoveryCode"]
    check(code != d.recovery_code, "another code")
    fresh = d.write("fresh", "after the recovery\n")
    args = ("keys", "recover", "--name", "ann", "--new-passphrase-file", fresh, "--recovery-code-file")
    equal(d.run(*args, old).status, 2, "the old code")
    d.ok("status")
    done = d.ok(*args, "-", "--json", stdin=code + "\n")
    equal(done.json["user"], "ann", "user")
    equal(d.run("status").status, 2, "the lost passphrase")
    d.passphrase = fresh
    d.ok("status")
    equal(len(acts(d, "key-recovered")), 1, "audited")
    equal(d.run("keys", "recover", "--name", "zoe", "--new-passphrase-file", fresh, "--recovery-code-file", d.write("c", code)).status, 1,
          "somebody unknown")


def hospital_pair(folder):
    """By the tool that a hospital uses, where it is there."""
    private = folder / "hospital.pem"
    public = folder / "hospital.pub"
    try:
        subprocess.run(["openssl", "genpkey", "-algorithm", "X25519", "-out", private], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
    except FileNotFoundError:
        raise Skip("openssl is not installed: install the package openssl")
    return private, public


def test_hospital_key(folder):
    """a hospital's key, made with openssl, opens the store and sets a person's passphrase"""
    d = administered(folder)
    private, public = hospital_pair(folder)
    d.ok("keys", "add", "hospital", "--name", "City IT", "--key", public)
    check(("hospital", "City IT") in kinds(d), kinds(d))
    equal(d.run("keys", "add", "hospital", "--name", "City IT", "--key", public).status, 2, "twice")
    fresh = d.write("fresh", "given by the hospital\n")
    done = d.ok("keys", "recover", "--hospital", private, "--name", "ann", "--new-passphrase-file", fresh)
    d.passphrase = fresh
    d.ok("status")
    other, _ = hospital_pair(folder)
    equal(d.run("keys", "recover", "--hospital", other, "--name", "ann", "--new-passphrase-file", fresh).status, 2, "another key")
    d.ok("keys", "remove", "hospital", "--name", "City IT")
    check(("hospital", "City IT") not in kinds(d), kinds(d))


def later(d, seconds, *args, **kwargs):
    """omnicarectl some time later: the clock of the computer's start is moved, the one on the wall stands still."""
    command = ["unshare", "--time", "--boottime", str(int(seconds)), CTL, "--data-dir", str(d.data), "--passphrase-file", str(d.passphrase),
               "--user", d.user, *map(str, args)]
    return Result(subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, env=environment(), **kwargs))


def need_time_namespace():
    done = subprocess.run(["unshare", "--time", "--boottime", "100", "true"], capture_output=True)
    if done.returncode:
        raise Skip("no time namespaces here: run this as root or where users may make namespaces")


def test_lifetime(folder):
    """past the hours without the server nobody signs in but to meet it; the recovery code gives more time"""
    need_time_namespace()
    d = administered(folder)
    hour = 3600
    equal(later(d, 500 * hour, "status").status, 0, "a store without a server")
    server = Server(folder)
    try:
        d.run("sync", "--server", server.url)
    finally:
        server.stop()
    status = d.ok("keys", "status", "--json").json["offline"]
    equal((status["hasServer"], status["limitHours"], status["soon"]), (True, "72", False), "status")
    equal(later(d, 50 * hour, "status").status, 0, "in time")
    soon = later(d, 60 * hour, "status")
    equal(soon.status, 0, "soon")
    check("has not met its server" in soon.err, soon.err)
    over = later(d, 80 * hour, "status")
    equal(over.status, 1, "over")
    check("80 hours" in over.err and "recovery code" in over.err, over.err)
    wrong = d.write("wrong", "0000-0000\n")
    equal(later(d, 80 * hour, "keys", "extend", "--recovery-code-file", wrong).status, 2, "a wrong code")
    code = d.write("code", d.recovery_code)
    equal(later(d, 80 * hour, "keys", "extend", "--hours", "24", "--recovery-code-file", code).status, 0, "extend")
    equal(later(d, 100 * hour, "status").status, 0, "extended")
    equal(later(d, 105 * hour, "status").status, 1, "over again")
    server.start()
    try:
        met = later(d, 106 * hour, "sync", "--server", server.url)
        check(met.status == 0, met.err)
        equal(later(d, 107 * hour, "status").status, 0, "met again")
    finally:
        server.stop()


def test_lifetime_configured(folder):
    """0 hours bound nothing, and a time beyond a year is refused"""
    need_time_namespace()
    d = administered(folder)
    none = d.write("none.json", {"offline": {"access": {"lifetimeHours": 0}}})
    server = Server(folder)
    try:
        d.run("sync", "--server", server.url, "--config", none)
    finally:
        server.stop()
    equal(later(d, 900 * 3600, "status", "--config", none).status, 0, "none")
    much = d.write("much.json", {"offline": {"access": {"lifetimeHours": 9000}}})
    equal(d.run("status", "--config", much).status, 2, "refused")


def test_lifetime_lifted_by_a_file(folder):
    """a configuration that gives more time than was confirmed does not; an administrator confirms it, nobody else"""
    need_time_namespace()
    d = administered(folder)
    nurse = with_nurse(d)
    more = d.write("more.json", {"offline": {"access": {"lifetimeHours": 0}}})
    hours = 80 * 3600
    server = Server(folder)
    try:
        d.run("sync", "--server", server.url)
        said = d.ok("status", "--config", more).err
        check("72 hours stay in force" in said and "keys confirm" in said, said)
        held = d.ok("keys", "status", "--json", "--config", more).json["offline"]
        equal((held["limitHours"], held["moreConfigured"]), ("72", True), "status")
        equal(later(d, hours, "status", "--config", more).status, 1, "lifted")
        d.run("sync", "--server", server.url)
        denied = nurse.run("keys", "confirm", "--config", more)
        equal(denied.status, 1, "a nurse")
        check("manage-device" in denied.err, denied.err)
        equal(d.ok("keys", "confirm", "--config", more, "--json").json["limitHours"], "0", "confirmed")
        equal([e["entity"] for e in acts(d, "configuration-confirmed")], ["0 h"], "audited")
        equal(later(d, hours, "status", "--config", more).status, 0, "in force")
        equal(later(d, hours, "status").status, 1, "less is in force at once")
        d.run("sync", "--server", server.url)
        check("72 hours without" in d.ok("keys", "confirm").out, "and can be confirmed too")
        equal(later(d, hours, "status", "--config", more).status, 1, "which bounds it again")
    finally:
        server.stop()


def test_other_server(folder):
    """a device that has met its server sends nothing to another one before an administrator confirms that"""
    d = administered(folder)
    nurse = with_nurse(d)
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    first, second = Server(folder / "a"), Server(folder / "b")
    try:
        nurse.ok("import", nurse.write("p.json", patient("p1")))
        nurse.ok("sync", "--server", first.url + "/")
        nurse.ok("import", nurse.write("q.json", patient("q1")))
        other = d.write("other.json", {"server": {"url": second.url}})
        for args in (("sync", "--config", other), ("sync", "--server", second.url)):
            done = nurse.run(*args)
            equal(done.status, 1, " ".join(map(str, args)))
            check(all(f"http://127.0.0.1:{s.port})" in done.err for s in (first, second)) and "keys confirm" in done.err, done.err)
        check(not second.request("GET", "Patient")[1].get("entry"), "nothing went there")
        equal(nurse.run("keys", "confirm", "--server", second.url).status, 1, "a nurse")
        d.ok("keys", "confirm", "--config", other)
        nurse.ok("sync", "--config", other)
        check(second.request("GET", "Patient")[1].get("entry"), "now it does")
        equal(nurse.run("sync", "--server", first.url).status, 1, "the one before is another one now")
        equal([e["entity"] for e in acts(d, "configuration-confirmed")], ["72 h, " + second.url], "audited")
    finally:
        first.stop()
        second.stop()


class Listener:
    """Counts what is asked of it over HTTP, and says no to all of it."""

    def __init__(self):
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                outer.seen.append((self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
                self.send_error(401)

            def log_message(self, *args):
                pass

            do_GET = do_PUT = do_POST
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def test_other_login(folder):
    """a device that has met its server gives its secret to no other place before an administrator confirms that"""
    d = administered(folder)
    nurse = with_nurse(d)
    server, thief = Server(folder, "--client", "ward:planted-secret"), Listener()
    secret = d.write("secret", "planted-secret\n")

    def config(**auth):
        return d.write(f"config{len(auth)}.json", {"server": {"url": server.url}, "auth": {"clientId": "ward", "clientSecretFile": str(secret), **auth}})
    try:
        nurse.ok("import", nurse.write("p.json", patient("p1")))
        nurse.ok("sync", "--config", config())
        other = config(tokenUrl=thief.origin + "/Doe/token?name=Doe")
        for user in (nurse, d):
            done = user.run("sync", "--config", other)
            equal(done.status, 1, "the run")
            equal(thief.seen, [], "nothing went there")
            check(thief.origin + ")" in done.err and "keys confirm" in done.err and "Doe" not in done.err, done.err)
        told = d.ok("status", "--config", other)
        check(thief.origin in told.out and "keys confirm" in told.out, told.out)
        check(thief.origin in d.ok("status", "--config", other, "--json").json["server"]["refused"], "in figures")
        found = [c for c in d.run("doctor", "--json", "--config", other).json["checks"] if c["check"] == "server"]
        check(len(found) == 1 and not found[0]["ok"] and "keys confirm" in found[0]["remedy"], found)
        equal(nurse.run("keys", "confirm", "--config", other).status, 1, "a nurse")
        done = d.ok("keys", "confirm", "--config", other).out
        check(f"{thief.origin} (before: its server)" in done, done)
        equal(thief.seen, [], "confirming asks nobody")
        equal(nurse.run("sync", "--config", other).status, 1, "it is no server")
        check(thief.seen and "planted-secret" in thief.seen[0][1], "now it gets it")
        nurse.ok("sync", "--config", config())
        done = d.ok("keys", "confirm", "--config", config(), "--json").json
        equal((done.get("login"), done["before"]["login"]), (None, thief.origin), "and back")
        equal(nurse.run("sync", "--config", other).status, 1, "refused again")
        equal(len(thief.seen), 1, "requests")
        equal([e["entity"] for e in acts(d, "configuration-confirmed")],
              [f"72 h, {server.url}, login {thief.origin}", "72 h, " + server.url], "audited")
    finally:
        server.stop()
        thief.stop()


def test_people_withheld(folder):
    """where the server does not tell who may work here, status and doctor say what follows and what is to be granted"""
    d = administered(folder)
    server = Server(folder, "--fault", "status,code=403,path=*Practitioner*")
    try:
        check("Sign-in" not in d.ok("status").out, "nothing to say yet")
        check("does not let this device read Practitioner" in d.run("sync", "--server", server.url).err, "the run")
        status = d.ok("status").out
        check("read Practitioner, where" in status and "grant this device's login the right" in status, status)
        equal(d.ok("status", "--json").json["peopleUnheard"], "Practitioner", "in figures")
        done = d.run("doctor", "--json")
        equal(done.status, 1, "doctor")
        found = [c for c in done.json["checks"] if c["check"] == "sign-in"]
        check(len(found) == 1 and "hours more" in found[0]["finding"] and "Practitioner and Device" in found[0]["remedy"], found)
    finally:
        server.stop()


def test_withdrawn_person(folder):
    """a person whose Practitioner is no longer active is blocked by the next contact; unsent work goes out all the same"""
    d = administered(folder)
    server = Server(folder)
    try:
        entry = server.request("POST", "Practitioner", {"resourceType": "Practitioner", "active": True})[1]
        reference = "Practitioner/" + entry["id"]
        first = d.write("first", "a nurse's first words\n")
        d.ok("user", "add", "bob", "--role", "nurse", "--practitioner", reference, "--new-passphrase-file", first)
        nurse = as_user(d, "bob", first)
        nurse.ok("import", nurse.write("p.json", patient("p1")))
        nurse.ok("sync", "--server", server.url)
        nurse.ok("status")
        server.request("PUT", reference, {**entry, "active": False})
        nurse.ok("vitals", "add", "--patient", "p1", "--pulse", "72")
        d.run("sync", "--server", server.url)
        blocked = nurse.run("status")
        check(blocked.status != 0 and "blocked" in blocked.err, blocked.err)
        slots = [s for s in d.ok("keys", "slots", "--json").lines if s.get("user") == "bob"]
        equal([s["blocked"] for s in slots], [True], "the slot is kept")
        equal([e["entity"] for e in acts(d, "user-disabled")], ["bob"], "audited")
        sent = server.request("GET", "Observation")[1]
        check(sent.get("entry"), "what was charted went out")
        d.ok("user", "enable", "bob")
        nurse.ok("status")
    finally:
        server.stop()


def test_withdrawn_device(folder):
    """a device that the server calls inactive opens for nobody but by the recovery code"""
    d = administered(folder)
    server = Server(folder)
    store = d.ok("keys", "status", "--json").json["storeId"]
    entry = {"resourceType": "Device", "identifier": [{"system": "https://omnicare.org/fhir/sid/device", "value": store}]}
    try:
        entry = server.request("POST", "Device", {**entry, "status": "active"})[1]
        d.run("sync", "--server", server.url)
        d.ok("status")
        server.request("PUT", "Device/" + entry["id"], {**entry, "status": "inactive"})
        d.run("sync", "--server", server.url)
        done = d.run("status")
        equal(done.status, 1, "withdrawn")
        check("withdrawn" in done.err, done.err)
        server.request("PUT", "Device/" + entry["id"], {**entry, "status": "active"})
        d.run("sync", "--server", server.url)
        d.ok("status")
        equal((len(acts(d, "device-withdrawn")), len(acts(d, "device-restored"))), (1, 1), "audited")
    finally:
        server.stop()


def test_rotation_over_damage(folder):
    """a rotation that cannot go on over damage ends with a finding"""
    d = administered(folder)
    nurse = with_nurse(d)
    nurse.ok("import", nurse.write("w.ndjson", "\n".join(json.dumps(patient(f"p{i}", text={"status": "generated", "div": f"<div>{os.urandom(400).hex()}</div>"}))
                                                         for i in range(2000))), "--from-server")
    database = d.data / "omnicare.db"
    size = database.stat().st_size // 4096
    with open(database, "r+b") as file:
        for page in range(size // 3, size // 3 * 2, 3):
            file.seek(page * 4096 + 100)
            file.write(b"damage")
    done = d.run("keys", "rotate", "--data")
    equal(done.status, 1, "status " + done.err)
    check("doctor --deep" in done.err or "damaged" in done.err, done.err)


def test_backup_before_a_new_database_key(folder):
    """a backup from before a new database key says which way opens it, and that way does"""
    d = administered(folder)
    backup = folder / "old.omcbackup"
    d.ok("backup", "create", backup)
    d.ok("keys", "rotate", "--database")
    done = d.run("backup", "verify", backup)
    equal(done.status, 1, "verify")
    check("empty folder" in done.err and "recovery code" in done.err, done.err)
    (folder / "other").mkdir()
    fresh = Device(folder / "other", practice=False)
    fresh.user, fresh.passphrase = d.user, d.passphrase
    fresh.ok("backup", "restore", backup, "--recovery-code-file", d.write("code", d.recovery_code))
    fresh.ok("status")


if __name__ == "__main__":
    run(sys.modules[__name__])
