#!/usr/bin/env python3
"""Nothing of a patient and no secret stands in any log, with all debug output on."""
import base64
import re
import sys

from ctl_harness import *

# Planted: none of these stands in the program, and none may stand in a log.
FAMILY, GIVEN, TOWN, PHONE = "Zwetschkenbaum", "Ottokarina", "Quittenhausen", "0699-4711-8150"
IDENTIFIER, BIRTH, NOTE = "SVNR-7391250266", "1931-05-27", "fell beside the plum tree"
PATIENT_ID, SYSTOLIC = "zb-4711", "187.31"
PASSPHRASE, FRESH, PIN, CLIENT_SECRET = "planted plum passphrase", "planted second passphrase", "839174", "planted-client-secret-77"
PATIENT_DATA = [FAMILY, GIVEN, TOWN, PHONE, IDENTIFIER, BIRTH, NOTE, PATIENT_ID, SYSTOLIC]
# A key, a hash or a token in any writing is a long run of these: nothing as long has a reason to stand in a log.
KEY_LIKE = [re.compile(p) for p in (r"[0-9a-fA-F]{48,}", r"(?=[A-Za-z0-9+/_-]*[0-9])(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{40,}={0,2}",
                                    r"practice-[0-9a-f-]{20,}", r"[Bb]earer\s+(?!<)\S{12,}")]


def writings(secret):
    """A secret as a careless line of code may print it."""
    raw = secret.encode()
    return [secret, raw.hex(), raw.hex().upper(), base64.b64encode(raw).decode().rstrip("="), raw.hex(" ")]


def leaks(text, secrets):
    """What of it stands in the text."""
    lower = text.lower()
    found = [w for s in PATIENT_DATA + secrets for w in writings(s) if w.lower() in lower]
    # Paths of this test's own folder are long.
    found += [m.group(0) for line in text.split("\n") for p in KEY_LIKE for m in p.finditer(re.sub(r"/\S*", "", line))]
    return found


class Recorder(Device):
    """A device all of whose log goes into one text: standard error, and of standard output what is no result."""

    def __init__(self, folder):
        self.log = []
        super().__init__(folder, practice=False)
        self.secrets = [PASSPHRASE, FRESH, PIN, CLIENT_SECRET]

    def run(self, *args, results=False, **kwargs):
        done = super().run(*args, env={"G_MESSAGES_DEBUG": "all"}, **kwargs)
        self.log.append(done.err)
        # Where a command was asked for records its standard output is theirs: only what looks like a line of the log is one.
        self.log += [line for line in done.out.split("\n") if not results or re.match(r"\*\*|\(|[A-Za-z-]+:?(DEBUG|INFO|Message)", line)]
        return done

    def check_clean(self):
        text = "\n".join(self.log)
        check(len(text) > 0, "nothing was recorded")
        equal(leaks(text, self.secrets), [], "leaks")


def full_patient():
    return {"resourceType": "Patient", "id": PATIENT_ID, "active": True, "name": [{"family": FAMILY, "given": [GIVEN]}], "birthDate": BIRTH,
            "gender": "female", "telecom": [{"system": "phone", "value": PHONE}], "address": [{"city": TOWN, "text": NOTE}],
            "identifier": [{"system": "http://example.org/svnr", "value": IDENTIFIER}]}


def make(folder):
    d = Recorder(folder)
    d.passphrase = d.write("pass", PASSPHRASE + "\n")
    d.user = "ann"
    done = d.ok("init", "--role", "charge-nurse", "--json", results=True)
    code = done.json["recoveryCode"]
    d.secrets += [code, code.replace("-", "")]
    d.code = d.write("code", code)
    return d


def test_scanner(folder):
    """a planted leak of every kind and in every writing is found"""
    for secret in PATIENT_DATA + [PASSPHRASE, PIN]:
        for text in writings(secret):
            check(leaks(f"omc-store-DEBUG: row {text} written", [PASSPHRASE, PIN]), f"{text} was not found")
    key = bytes(range(100, 132))
    for text in (key.hex(), base64.b64encode(key).decode(), "practice-0f0f0f0f-1234-5678-9abc-def012345678", "Authorization: Bearer abcdefghijklmnop"):
        check(leaks("key " + text, []), f"{text} was not found")
    equal(leaks("(omnicarectl:17): omc-store-DEBUG: opened /tmp/omnicare-x/store in 15 ms, 3 of 1000 rows", []), [], "an innocent line")


def test_recorder(folder):
    """a program that prints a passphrase or a name is caught by the recorder itself"""
    d = make(folder)
    d.check_clean()
    for path in (d.write(f"{FAMILY}.json", full_patient()), d.write(PASSPHRASE + ".json", full_patient())):
        # A file that the user named is told by its name: the leak here is the user's own, and is seen.
        fresh = Recorder(folder)
        fresh.user, fresh.passphrase = d.user, d.passphrase
        fresh.run("import", path.with_suffix(".missing"))
        check(leaks("\n".join(fresh.log), fresh.secrets), "the leak was not seen")


def test_local_work(folder):
    """import, vitals, search, correction, keys, backup, restore and the errors of each leave nothing in a log"""
    d = make(folder)
    d.ok("import", d.write("p.json", full_patient()))
    for name, changes in (("date.json", {"birthDate": NOTE}), ("type.json", {"name": NOTE}), ("gender.json", {"gender": FAMILY}),
                          ("deep.json", {"contact": [{"name": {"family": [FAMILY]}}]})):
        d.run("import", d.write(name, {**full_patient(), **changes}))
    d.run("import", d.write("cut.json", json.dumps(full_patient())[:-30]))
    d.run("import", d.write("bundle.json", {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {**full_patient(), "gender": NOTE}}]}))
    d.ok("vitals", "add", "--patient", PATIENT_ID, "--bp", "187/60", "--note", NOTE, results=True)
    d.run("vitals", "add", "--patient", PATIENT_ID, "--temperature", SYSTOLIC)
    d.ok("search", f"Patient?name={FAMILY}", results=True)
    d.run("search", f"Patient?nonsense={FAMILY}", results=True)
    d.run("search", f"Observation?date={NOTE}", results=True)
    d.ok("get", f"Patient/{PATIENT_ID}", results=True)
    d.ok("queue", "list", "--json", results=True)
    d.ok("export", results=True)
    d.ok("keys", "slots", results=True)
    d.ok("keys", "add", "pin", "--secret-file", d.write("pin", PIN + "\n"))
    d.run("keys", "add", "pin", "--secret-file", d.write("weak", "123456\n"))
    d.ok("keys", "change", "passphrase", "--secret-file", d.write("fresh", FRESH + "\n"))
    d.run("status")
    d.passphrase = d.folder / "fresh"
    d.ok("keys", "recover", "--recovery-code-file", d.code, "--name", "ann", "--new-passphrase-file", d.folder / "pass")
    d.run("keys", "recover", "--recovery-code-file", d.folder / "pass", "--name", "ann", "--new-passphrase-file", d.folder / "pass")
    d.passphrase = d.folder / "pass"
    d.run("keys", "rotate")
    backup = d.folder / "b.omcbackup"
    d.ok("backup", "create", backup)
    d.ok("backup", "verify", backup)
    d.ok("backup", "restore", backup)
    d.run("backup", "verify", d.folder / "pass")
    backup.write_bytes(backup.read_bytes()[:-100])
    d.run("backup", "restore", backup)
    d.ok("doctor", "--deep")
    d.check_clean()


def test_sync(folder):
    """runs with a login, refusals, faults and a conflict leave nothing in the log of either side"""
    d = make(folder)
    secret = d.write("secret", CLIENT_SECRET + "\n")
    error_file = open(folder / "server.log", "w+")
    port_file = d.folder / "port"
    process = subprocess.Popen([SANDBOX, "--port", "0", "--port-file", str(port_file), "--client", f"ward:{CLIENT_SECRET}", "--database",
                                str(d.folder / "server.db")], env=environment(G_MESSAGES_DEBUG="all"), stdout=error_file, stderr=error_file,
                               preexec_fn=die_with_parent)
    try:
        for _ in range(600):
            if port_file.exists() and port_file.read_text().strip():
                break
            check(process.poll() is None, "the practice server did not start")
            time.sleep(0.05)
        url = f"http://127.0.0.1:{port_file.read_text().strip()}/fhir/R4"
        options = ("--server", url, "--client-id", "ward", "--client-secret-file", secret)
        d.ok("import", d.write("p.json", full_patient()))
        done = d.run("sync", *options)
        equal(done.status, 0, "sync " + done.err)
        d.ok("vitals", "add", "--patient", PATIENT_ID, "--pulse", "71", results=True)
        d.ok("sync", *options)
        d.run("sync", "--server", url, "--client-id", "ward", "--client-secret-file", d.write("bad", PASSPHRASE))
        d.run("sync", "--server", url + f"/{FAMILY}?name={FAMILY}", *options[2:])
        other = d.write("other.json", {"server": {"url": url}, "auth": {"clientId": "ward", "clientSecretFile": str(secret),
                                                                        "tokenUrl": f"http://127.0.0.2:9/{FAMILY}?name={FAMILY}"}})
        bad = d.write("login.json", {"server": {"url": url}, "auth": {"tokenUrl": f"https://{FAMILY}:{CLIENT_SECRET}@127.0.0.1/{FAMILY}"}})
        for config in (other, bad):
            for command in ("sync", "status", "doctor"):
                d.run(command, "--config", config)
        d.run("sync", "--resource", f"Patient/{PATIENT_ID}", *options)
    finally:
        process.terminate()
        process.wait(20)
        error_file.close()
    d.run("sync", *options)
    d.check_clean()
    equal(leaks((folder / "server.log").read_text().replace(f"ward:{CLIENT_SECRET}", ""), d.secrets), [], "leaks of the server")


if __name__ == "__main__":
    run(sys.modules[__name__])
