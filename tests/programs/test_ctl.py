#!/usr/bin/env python3
"""omnicarectl from the outside: what IT and scripts rely on."""
import gzip
import json
import os
import subprocess
import sys

from ctl_harness import *

ADULT = dict(rr=16, spo2=97, scale=1, oxygen="no", sbp=120, pulse=72, consciousness="A", temperature="37.0", age=40)


def news2(device, **values):
    given = {**ADULT, **values}
    return device.run("news2", "--json", *[x for k, v in given.items() if v is not None
                                           for x in ([f"--{k}"] if v is True else [f"--{k}", v])])


def test_init_makes_a_store_once(folder):
    """init makes a store, prints the recovery code once, and never makes a second one over it"""
    d = Device(folder, practice=False)
    d.passphrase = d.write("pass", "correct horse battery\n")
    d.user = "ann"
    made = d.ok("init", "--json").json
    check(len(made["recoveryCode"].replace("-", "")) >= 32, "a recovery code of 160 bit")
    before = sorted((p.name, p.read_bytes()) for p in d.data.iterdir() if p.name.startswith("keyring"))
    again = d.run("init", "--json")
    equal(again.status, 1, "second init")
    after = sorted((p.name, p.read_bytes()) for p in d.data.iterdir() if p.name.startswith("keyring"))
    equal(after, before, "the keyring after a refused init")
    equal(d.ok("status", "--json").json["resources"], "0", "resources")
    for p in d.data.rglob("*"):
        if p.is_file():
            check(b"SQLite format 3" not in p.read_bytes()[:16], f"{p.name} starts in clear text")
            check(made["recoveryCode"].encode() not in p.read_bytes(), "the recovery code is in no file")


def test_init_practice_has_one_person(folder):
    """init --practice takes no other person, role or passphrase, says so, and makes nothing"""
    d = Device(folder, practice=False)
    secret = d.write("pass", "correct horse battery")
    for option, value in (("--user", "ann"), ("--display", "Ann"), ("--role", "auditor"), ("--passphrase-file", secret)):
        done = d.run("init", "--practice", "--json", option, value)
        equal((done.status, done.out, len(done.err.splitlines())), (2, "", 1), f"{option}: {done.err}")
        check(option in done.err and "practice.nurse" in done.err and "leave out" in done.err, done.err)
        check(not d.data.exists(), "nothing was made")
    equal(d.ok("init", "--practice", "--json", "--user", "practice.nurse").json["user"], "practice.nurse", "its person")


def test_wrong_passphrase(folder):
    """a wrong passphrase is bad input, says so, and changes nothing"""
    d = Device(folder, practice=False)
    d.passphrase = d.write("pass", "correct horse battery")
    d.user = "ann"
    d.ok("init")
    d.ok("import", d.write("p.json", patient()), "--from-server")
    d.passphrase = d.write("bad", "incorrect horse")
    done = d.run("get", "Patient/p1")
    equal(done.status, 2, "status")
    equal(done.out, "", "standard output")
    check("passphrase" in done.err.lower(), done.err)
    d.passphrase = folder / "pass"
    equal(d.ok("get", "Patient/p1", "--json").json["id"], "p1", "id")


def test_short_and_empty_passphrases(folder):
    """short, empty and missing passphrases are refused before anything is made"""
    d = Device(folder, practice=False)
    d.user = "ann"
    for content in (b"", b"\n", b"short", b"x" * 5000):
        d.passphrase = d.write("pass", content)
        equal(d.run("init").status, 2, f"init with {len(content)} bytes")
        check(not (d.data / "keyring").exists(), "no keyring was made")
    d.passphrase = folder / "absent"
    equal(d.run("init").status, 2, "init with an absent file")


def test_usage(folder):
    """every wrong call ends with 2 and says what is right, on standard error only"""
    d = Device(folder)
    for args in ([], ["nonsense"], ["get"], ["get", "Patient"], ["get", "Nonsense/1"], ["get", "Patient/a/b"], ["search"],
                 ["search", "Patient?nonsense=1"], ["search", "Nonsense?x=1"], ["import"], ["import", "/nonexistent"],
                 ["queue"], ["queue", "show", "x"], ["queue", "cancel", "1"], ["conflicts", "resolve", "1"],
                 ["conflicts", "resolve", "1", "--take", "both"], ["merge"], ["merge", "--base", "none"], ["news2", "--rr", "x"],
                 ["vitals"], ["vitals", "add"], ["audit"], ["audit", "list", "--from", "0"], ["keys"], ["user", "add"],
                 ["user", "add", "bob", "--role", "king"], ["export", "--type", "Nonsense"], ["sync"], ["status", "--bogus"]):
        done = d.run(*args)
        equal(done.status, 2, " ".join(args) + ": " + done.err)
        equal(done.out, "", "standard output of " + " ".join(args))
        check(done.err.strip() != "", "no message for " + " ".join(args))


def test_wrong_choices(folder):
    """what is none of an option's choices is refused with the choices, and nothing else is said of it"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    add = ["vitals", "add", "--patient", "p1", "--pulse", "72"]
    other = ["--data-dir", folder / "other"]
    roles = ["nurse", "charge-nurse", "physician", "home-care-nurse", "health-care-assistant", "auditor", "administrator", "kiosk"]
    for args, option, value, choices in (
            (["news2"], "--scale", "3", ["1 or 2"]), (["news2"], "--scale", "x", ["1 or 2"]), (["news2"], "--scale", "1.5", ["1 or 2"]),
            (["news2"], "--oxygen", "maybe", ["yes", "no"]), (["news2"], "--consciousness", "X", ["A, C, V, P or U"]),
            (["news2"], "--consciousness", "", ["A, C, V, P or U"]),
            (add, "--oxygen", "maybe", ["air or no, oxygen or yes"]), (add, "--fio2", "x", ["is not a number"]),
            (add, "--consciousness", "X", ["A, C, V, P or U"]),
            (["merge", "--base", "none", "--local", "x", "--remote", "x"], "--strategy", "mine",
             ["merge, server-wins, client-wins, manual"]),
            (["conflicts", "resolve", "1"], "--take", "both", ["local", "remote"]),
            (["user", "add", "bob"], "--role", "king", roles), (["user", "add", "bob"], "--role", "device", roles),
            (other + ["init"], "--role", "king", roles), (other + ["init"], "--role", "device", roles),
            (["break-glass", "p1", "--words", "x"], "--reason", "whim", ["emergency", "covering"])):
        done = d.run(*args, option, value)
        equal((done.status, done.out, len(done.err.splitlines())), (2, "", 1), f"{args} {option} {value}: {done.err}")
        check(option in done.err and all(c in done.err for c in choices), done.err)
        check(option == "--take" or f"'{value}'" in done.err, done.err)
    check(not (folder / "other").exists(), "nothing was made")
    equal(d.ok("queue", "list", "--json").lines, [], "nothing was saved")


def test_empty_and_absent_settings(folder):
    """an empty option, or a configuration file that is absent or wrong, is told at once by every command"""
    d = Device(folder)
    wrong = d.write("wrong.json", '{\n  "syncc": {}\n}')
    for args in (["--data-dir", "", "status"], ["--data-dir=", "init", "--practice"], ["--user", "", "status"],
                 ["--passphrase-file", "", "status"], ["--config", "", "status"], ["--config", "/nonexistent", "status"],
                 ["--config", wrong, "queue", "list"], ["--passphrase-file", "-", "import", "-"]):
        done = d.run(*args)
        equal(done.status, 2, f"{args}: {done.err}")
        equal(done.out, "", f"standard output of {args}")
    check("wrong.json:2" in d.run("--config", wrong, "status").err, "the line of the configuration")
    d.ok("status", env={"OMNICARE_PASSPHRASE_FILE": ""})


def test_help_and_version(folder):
    """--help and --version answer without a store"""
    d = Device(folder, practice=False)
    check("Usage" in d.ok("--help").out, "help")
    check("omnicarectl" in d.ok("--version").out, "version")
    check("import" in d.ok("import", "--help").out, "help of a command")


def test_import_get_export(folder):
    """numbers and unknown elements come out as they went in"""
    d = Device(folder)
    text = ('{"resourceType":"Observation","id":"n","status":"final","code":{"text":"x"},"valueQuantity":{"value":98.60},'
            '"component":[{"code":{"text":"y"},"valueQuantity":{"value":1E-22}},{"code":{"text":"z"},'
            '"valueQuantity":{"value":1.000000000000000000E-245}}],"extension":[{"url":"https://x.example/e","valueDecimal":37.0}]}')
    counts = d.ok("import", d.write("o.json", text), "--from-server", "--json").json
    equal(counts["created"], "1", "created")
    equal(loads(d.ok("get", "Observation/n", "--json").out), loads(text), "get")
    equal(d.ok("export").lines, [loads(text)], "export")
    equal(d.ok("export", "--type", "Patient").lines, [], "export of another type")
    d.ok("export", "--output", folder / "out.ndjson")
    equal(loads((folder / "out.ndjson").read_text()), loads(text), "export to a file")
    equal(d.run("export", "--output", "/nonexistent/x").status, 2, "export to nowhere")


def test_import_from_standard_input(folder):
    """import - reads a resource, NDJSON or something packed from standard input"""
    d = Device(folder)
    lines = "\n".join(json.dumps(patient(f"p{i}")) for i in range(3))
    equal(d.ok("import", "-", "--from-server", "--json", stdin=json.dumps(patient())).json["created"], "1", "a resource")
    equal(d.ok("import", "-", "--from-server", "--json", stdin=lines).json["created"], "2", "NDJSON")
    packed = subprocess.run([CTL, "--data-dir", str(d.data), "import", "-", "--json"], capture_output=True, timeout=TIMEOUT,
                            input=gzip.compress(json.dumps(patient("z")).encode()), env=environment())
    equal((packed.returncode, loads(packed.stdout)["created"]), (0, "1"), "gzip")
    bad = d.run("import", "-", "--json", stdin=lines + "\n{")
    equal((bad.status, [p["place"] for p in bad.json["problems"]]), (1, ["-:4"]), "the place of a bad line")
    equal(d.run("import", "-", stdin="").status, 2, "nothing")


def test_export_of_nobody(folder):
    """exporting a patient who is not here is a finding, and leaves no file"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    done = d.run("export", "--patient", "nobody", "--output", folder / "out.ndjson")
    equal(done.status, 1, done.err)
    check(not list(folder.glob("out*")), "a file was left")
    equal(len(d.ok("export", "--patient", "Patient/p1").lines), 1, "a patient who is here")


def test_local_import_is_queued(folder):
    """import without --from-server is work that waits for the server"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()))
    items = d.ok("queue", "list", "--json").lines
    equal([(i["resourceType"], i["operation"], i["state"]) for i in items], [("Patient", "create", "pending")], "queue")
    equal(d.ok("status", "--json").json["queue"]["pending"], "1", "pending")
    proof = d.ok("status", "--patient", "p1", "--json").json
    check("confirmedByServer" not in proof and len(proof["waiting"]) == 1, f"proof {proof}")


def test_local_import_is_valid(folder):
    """import without --from-server queues nothing that a server would refuse, and says what is wrong"""
    d = Device(folder)
    bad = {"birthDate": "x", "gender": "robot", "active": "yes"}
    for name, value in bad.items():
        result = d.run("import", d.write(f"{name}.json", patient(**{name: value})))
        equal(result.status, 1, f"{name} as work")
        check(f"{name}.json" in result.err and f"Patient.{name}" in result.err, f"{name}: {result.err}")
    equal(d.ok("queue", "list", "--json").lines, [], "queue")
    d.ok("import", d.write("server.json", patient(birthDate="x")), "--from-server")
    equal(d.ok("get", "Patient/p1", "--json").json["birthDate"], "x", "what a server keeps is taken as it is")


def test_queue_cancel(folder):
    """taking work back needs a reason and leaves the server's version"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient(meta={"versionId": "7"})), "--from-server")
    d.ok("import", d.write("q.json", patient(meta={"versionId": "7"}, gender="female")))
    item = d.ok("queue", "list", "--json").lines[0]
    equal(item["operation"], "update", "operation")
    d.ok("queue", "show", item["id"], "--json")
    d.ok("queue", "cancel", item["id"], "--reason", "typed for the wrong person")
    equal(d.ok("queue", "list", "--json").lines, [], "queue")
    equal(d.ok("get", "Patient/p1", "--json").json["gender"], "male", "gender")
    equal(d.run("queue", "cancel", item["id"], "--reason", "again").status, 1, "cancelling what is gone")


def test_search(folder):
    """local FHIR search works offline and answers with a searchset"""
    d = Device(folder)
    lines = [patient(f"p{i}", name=[{"family": f, "given": ["Ann"]}], birthDate=f"19{50 + i}-01-01") for i, f in
             enumerate(["Müller", "Muller", "Ångström", "O'Brien", "李"])]
    d.ok("import", d.write("p.ndjson", "\n".join(map(json.dumps, lines))), "--from-server")
    bundle = d.ok("search", "Patient?name=mul&_sort=birthdate", "--json").json
    equal((bundle["resourceType"], bundle["type"]), ("Bundle", "searchset"), "bundle")
    equal([e["resource"]["id"] for e in bundle["entry"]], ["p0", "p1"], "diacritics folded")
    equal(len(d.ok("search", "Patient?birthdate=ge1953-01-01", "--json").json["entry"]), 2, "birthdate")
    check("entry" not in d.ok("search", "Patient?name=nobody", "--json").json, "nothing found")
    equal(d.ok("search", "Patient?_id=p3", "--json").json["entry"][0]["resource"]["id"], "p3", "_id")


def test_vitals_add(folder):
    """a set of vital signs is stored as typed, scored and queued"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    saved = d.ok("vitals", "add", "--patient", "p1", "--temperature", "98.6degF", "--rr", "16", "--spo2", "97", "--oxygen", "air",
                 "--bp", "160/80", "--pulse", "72", "--consciousness", "A", "--json").json
    equal(saved["news2"], "0", "NEWS2")
    found = d.ok("search", "Observation?patient=p1&code=8310-5", "--json").json["entry"][0]["resource"]
    equal(found["valueQuantity"]["value"], "98.6", "the number as typed")
    equal(found["valueQuantity"]["code"], "[degF]", "the unit as typed")
    check(len({i["set"] for i in d.ok("queue", "list", "--json").lines}) == 1, "one set")
    for bad in (["--temperature", "98.6degC"], ["--pulse", "abc"], ["--bp", "120"], ["--spo2", "101"], ["--weight", "70degF"],
                ["--pulse", "72", "--taken-at", "2999-01-01T00:00:00Z"]):
        done = d.run("vitals", "add", "--patient", "p1", *bad)
        equal(done.status, 2, f"{bad}: {done.err}")
    equal(len(d.ok("search", "Observation?patient=p1&code=8310-5", "--json").json["entry"]), 1, "nothing more was stored")
    equal(d.run("vitals", "add", "--patient", "nobody", "--pulse", "72").status, 1, "an unknown patient")


def test_news2_contract(folder):
    """news2 prints the contract's fields; absent options are missing parameters; out of scope has no total"""
    d = Device(folder, practice=False)
    r = news2(d).json
    equal((r["total"], r["partial"], r["complete"], r["red"], r["band"], r["scope"]), ("0", "0", True, False, "low", "adult"), "normal")
    equal(set(r), {"total", "partial", "complete", "red", "band", "scores", "scope", "monitoring"}, "fields")
    r = news2(d, pulse=None).json
    equal((r["total"], r["complete"], r["scores"]["pulse"]), (None, False, None), "missing pulse")
    r = news2(d, rr=25).json
    equal((r["total"], r["red"], r["band"]), ("3", True, "low-medium"), "one red parameter")
    r = news2(d, spo2=95, scale=2, oxygen="yes").json
    equal((r["scores"]["spo2"], r["scores"]["oxygen"], r["total"]), ("2", "2", "4"), "scale 2 on oxygen")
    equal(news2(d, temperature="95.1degF").json["scores"]["temperature"], "1", "95.1 degF is 35.1")
    for more in (dict(age=15), dict(pregnant=True)):
        done = news2(d, **more)
        equal((done.status, done.json["total"]), (1, None), str(more))
        check(done.err.strip() != "", "a sentence")
    equal(news2(d, age=None).json["scope"], "unknown", "no age")
    for bad in (dict(rr="1x"), dict(spo2="nan"), dict(scale=3), dict(oxygen="maybe"), dict(consciousness="X"), dict(pulse="-1"),
                dict(temperature="37x")):
        equal(news2(d, **bad).status, 2, str(bad))


def test_news2_boundaries(folder):
    """every band of chart 1, on both sides of each boundary, by an encoding of its own"""
    d = Device(folder, practice=False)
    bands = {
        "rr": [(8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3)],
        "sbp": [(90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3)],
        "pulse": [(40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3)],
        "temperature": [("35.0", 3), ("35.1", 1), ("36.0", 1), ("36.1", 0), ("38.0", 0), ("38.1", 1), ("39.0", 1), ("39.1", 2)],
        "consciousness": [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)],
        "spo2": [(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0)],
    }
    for name, rows in bands.items():
        for value, score in rows:
            r = news2(d, **{name: value}).json
            equal((r["scores"][name], r["total"]), (str(score), str(score)), f"{name} {value}")
    for oxygen, rows in (("no", [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 0), (100, 0)]),
                         ("yes", [(83, 3), (85, 2), (87, 1), (88, 0), (92, 0), (93, 1), (94, 1), (95, 2), (96, 2), (97, 3)])):
        for value, score in rows:
            r = news2(d, spo2=value, scale=2, oxygen=oxygen).json
            equal(r["scores"]["spo2"], str(score), f"scale 2, oxygen {oxygen}, {value}")


def test_merge_contract(folder):
    """merge needs no store, prints the contract, and its status says whether a person is needed"""
    d = Device(folder, practice=False)
    base = d.write("b.json", patient(telecom=[{"system": "phone", "use": "home", "value": "1"}]))
    local = d.write("l.json", patient(telecom=[{"system": "phone", "use": "home", "value": "1"}],
                                      address=[{"use": "home", "line": ["New Street 2"]}]))
    remote = d.write("r.json", patient(telecom=[{"system": "phone", "use": "home", "value": "2"}]))
    done = d.run("merge", "--base", base, "--local", local, "--remote", remote, "--json")
    equal((done.status, done.json["clean"], done.json["stop"]), (0, True, False), done.err)
    equal(done.json["merged"]["telecom"][0]["value"], "2", "their telephone")
    equal(done.json["merged"]["address"][0]["line"], ["New Street 2"], "my address")
    other = d.write("o.json", patient(birthDate="1961-02-03"))
    third = d.write("t.json", patient(birthDate="1962-02-03"))
    done = d.run("merge", "--base", base, "--local", other, "--remote", third, "--json")
    equal((done.status, done.json["clean"]), (1, False), "both changed the birth date")
    hunk = [h for h in done.json["hunks"] if "birthDate" in h["path"]][0]
    equal((hunk["state"], hunk["base"], hunk["local"], hunk["remote"]), ("ask", "1960-02-03", "1961-02-03", "1962-02-03"), "hunk")
    equal(done.json["merged"]["birthDate"], "1962-02-03", "an undecided unit holds the server's value")
    equal(d.run("merge", "--base", "none", "--local", local, "--remote", local, "--json").status, 0, "no base, equal")
    for bad in ("{", "[]", '{"resourceType": "Observation", "status": "final"}'):
        done = d.run("merge", "--base", base, "--local", d.write("bad.json", bad), "--remote", remote, "--json")
        equal((done.status, done.out), (2, ""), bad)


def test_users(folder):
    """people are added with a role, unlock with their own passphrase, and can be switched off"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    d.ok("user", "add", "bob", "--role", "auditor", "--new-passphrase-file", d.write("bob", "bob's long passphrase"))
    equal({u["user"]: u["role"] for u in d.ok("user", "list", "--json").lines}["bob"], "auditor", "role")
    bob = Device(folder, practice=False)
    bob.user, bob.passphrase = "bob", folder / "bob"
    denied = bob.run("get", "Patient/p1")
    equal((denied.status, denied.out), (1, ""), "an auditor reads no chart")
    check(bob.ok("audit", "list", "--json").lines, "an auditor reads the trail")
    d.user = "practice.nurse"
    check("bob" in d.ok("user", "disable", "bob").out, "said")
    equal(bob.run("audit", "list").status, 1, "a disabled person")
    equal(d.ok("user", "enable", "bob", "--json").json["disabled"], False, "enable --json")
    done = d.ok("user", "disable", "bob", "--json").json
    equal((done["user"], done["role"], done["disabled"]), ("bob", "auditor", True), "disable --json")
    added = d.ok("user", "add", "eve", "--role", "nurse", "--new-passphrase-file", folder / "bob", "--json").json
    equal((added["user"], added["role"], added["disabled"]), ("eve", "nurse", False), "add --json")


def test_user_again(folder):
    """who is there already is changed only when that is said, keeps what is not named, and nobody changes their own role"""
    d = Device(folder)
    d.user = "practice.nurse"
    words = d.write("words", "a first passphrase\n")
    other = d.write("other", "another first passphrase\n")
    add = ("user", "add", "bob", "--new-passphrase-file")
    d.ok(*add, words, "--role", "nurse", "--display", "Bob B.", "--practitioner", "Practitioner/7")
    bob = Device(folder, practice=False)
    bob.user, bob.passphrase = "bob", words
    before = d.ok("user", "list", "--json").out
    again = d.run(*add, other, "--role", "auditor")
    equal(again.status, 2, "again")
    check("--replace" in again.err and "bob" in again.err, again.err)
    equal(d.ok("user", "list", "--json").out, before, "people")
    bob.ok("status")
    d.ok("user", "disable", "bob")
    before = d.ok("user", "list", "--json").out
    blocked = d.run(*add, other, "--role", "auditor", "--replace")
    equal(blocked.status, 2, "who may not sign in")
    check("enable" in blocked.err, blocked.err)
    equal(d.ok("user", "list", "--json").out, before, "people")
    d.ok("user", "enable", "bob")
    changed = d.ok(*add, other, "--role", "auditor", "--replace", "--json").json
    equal((changed["role"], changed["display"], changed["practitioner"]), ("auditor", "Bob B.", "Practitioner/7"), "what was not named")
    equal(bob.run("status").status, 2, "the passphrase before")
    bob.passphrase = other
    bob.ok("audit", "list")
    own = d.run("user", "add", "practice.nurse", "--role", "nurse", "--replace", "--new-passphrase-file", words)
    equal(own.status, 2, "one's own role")
    check("own role" in own.err, own.err)


def test_user_names(folder):
    """a person without a usable name, or with an entry on the server that cannot be one, is bad input and changes nothing"""
    d = Device(folder)
    secret = d.write("secret", "a first passphrase\n")
    before = d.ok("user", "list", "--json").out
    for name in ["", "   ", "a\nb", "a\x1b[31mb", "x" * 5000, "\u00a0"]:
        done = d.run("user", "add", name, "--role", "nurse", "--new-passphrase-file", secret)
        equal(done.status, 2, f"status of {name[:10]!r}: {done.err}")
        check("user name" in done.err and "CRITICAL" not in done.err, done.err)
    for entry in ["nonsense", "Practitioner/", "Patient/1", "Practitioner"]:
        done = d.run("user", "add", "bob", "--role", "nurse", "--practitioner", entry, "--new-passphrase-file", secret)
        equal(done.status, 2, f"status of {entry}: {done.err}")
        check("Practitioner/ID" in done.err, done.err)
    folder_for_file = d.run("user", "add", "bob", "--role", "nurse", "--new-passphrase-file", folder)
    equal(folder_for_file.status, 2, "a folder")
    check("directory" in folder_for_file.err, folder_for_file.err)
    equal(d.ok("user", "list", "--json").out, before, "people")
    d.ok("user", "add", "Åsa ben-Ali", "--role", "nurse", "--new-passphrase-file", secret)


def test_departments(folder):
    """a nurse of another ward needs a reason and her passphrase, for half an hour, and is reviewed"""
    d = Device(folder)
    place = {"resourceType": "Location", "id": "ward-b", "meta": {"versionId": "1"}, "name": "B",
             "physicalType": {"coding": [{"code": "wa"}]}}
    stay = {"resourceType": "Encounter", "id": "e1", "meta": {"versionId": "1"}, "status": "in-progress", "class": {"code": "IMP"},
            "subject": {"reference": "Patient/p1"}, "location": [{"location": {"reference": "Location/ward-b"}}]}
    for name, resource in (("p", patient()), ("l", place), ("e", stay)):
        d.ok("import", d.write(f"{name}.json", resource), "--from-server")
    d.ok("user", "add", "anna", "--role", "nurse", "--department", "ward-a", "--new-passphrase-file", d.write("anna", "anna's long passphrase"))
    d.ok("user", "add", "bob", "--role", "auditor", "--new-passphrase-file", d.write("bob", "bob's long passphrase"))
    anna = Device(folder, practice=False)
    anna.user, anna.passphrase = "anna", folder / "anna"
    bob = Device(folder, practice=False)
    bob.user, bob.passphrase = "bob", folder / "bob"
    denied = anna.run("get", "Patient/p1")
    equal((denied.status, denied.out), (1, ""), "a patient of another ward")
    check("entry" not in anna.ok("search", "Patient?name=doe", "--json").json, "and none that is found")
    equal(anna.run("break-glass", "p1", "--reason", "emergency", "--words", "now").status, 2, "words that say nothing")
    done = anna.run("break-glass", "p1", "--reason", "curious", "--words", "collapsed in the corridor")
    equal(done.status, 2, "a reason that there is not")
    check("curious" in done.err and "emergency, covering, transfer, advice, other" in done.err, done.err)
    check(anna.ok("break-glass", "Patient/p1", "--reason", "emergency", "--words", "collapsed in the corridor", "--json").json["until"], "until when")
    anna.ok("get", "Patient/p1")
    waiting = bob.ok("audit", "review", "--json").json
    equal((waiting["user"], waiting["patient"], waiting["reason"]), ("anna", "p1", "emergency"), "what waits")
    anna.ok("break-glass", "p1", "--end")
    equal(anna.run("get", "Patient/p1").status, 1, "closed by hand")
    bob.ok("audit", "review", waiting["number"], "--justified", "--words", "I was there")
    equal(bob.ok("audit", "review", "--json").out, "", "nothing waits")
    purposes = [e.get("purpose") for e in bob.ok("audit", "list", "--json").lines if e["user"] == "anna" and e["subtype"] == "read"]
    check("BTG" in purposes, f"purposes {purposes}")


def test_audit(folder):
    """every act is in the trail, the chain verifies, and no value is in it"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    d.ok("get", "Patient/p1")
    d.ok("search", "Patient?name=doe")
    d.ok("vitals", "add", "--patient", "p1", "--pulse", "72")
    entries = d.ok("audit", "list", "--json").lines
    equal([int(e["sequence"]) for e in entries], list(range(1, len(entries) + 1)), "gapless")
    subtypes = {e["subtype"] for e in entries}
    check({"read", "search", "create"} <= subtypes, f"subtypes {subtypes}")
    text = d.ok("audit", "export").out
    check("Doe" not in text and "1960" not in text and '"72"' not in text, "no values in the trail")
    report = d.ok("audit", "verify", "--json").json
    check(report["intact"] and int(report["entries"]) >= len(entries), str(report))


def test_doctor_and_keys(folder):
    """doctor and keys status say that all is well when it is"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    report = d.ok("doctor", "--deep", "--json").json
    check(report["ok"] and all(c["ok"] for c in report["checks"]), str(report))
    keys = d.ok("keys", "status", "--json").json
    equal(sorted(s["kind"] for s in keys["slots"]), ["passphrase", "recovery"], "slots")
    equal(len(d.ok("keys", "slots", "--json").lines), 2, "slots")


def test_cache(folder):
    """cache: nothing is removed without a server; charts are pinned and recalled; the dry run changes nothing"""
    d = Device(folder)
    d.ok("import", d.write("p.json", patient()), "--from-server")
    id = d.ok("search", "Patient", "--json").json["entry"][0]["resource"]["id"]
    status = d.ok("cache", "status", "--json").json
    equal((status["enabled"], status["chartsNotOnWard"], status["onServerOnly"]["resources"]), (False, "1", "0"), "status")
    done = d.run("cache", "evict")
    check(done.status != 0 and "server.url" in done.err, done.err)
    config = d.write("site.json", {"server": {"url": "https://fhir.example/r4"}, "offline": {"cache": {"retentionDays": 14}},
                                   "sync": {"resourceStrategies": {"Observation": {"cacheStrategy": {
                                       "priority": "high", "retention": {"active": 90, "recent": 21}}}}}})
    status = d.ok("--config", config, "cache", "status", "--json").json
    equal((status["enabled"], status["retentionDays"], status["shortOfBytes"]), (True, "21", "0"), "the longest time counts")
    equal(d.run("--config", config, "cache", "evict").status, 1, "a nurse removes no charts")
    d.ok("user", "add", "it", "--role", "administrator", "--new-passphrase-file", d.write("it", "it's long passphrase"))
    it = Device(folder, practice=False)
    it.user, it.passphrase = "it", folder / "it"
    equal(it.ok("--config", config, "cache", "evict", "--dry-run", "--json").out, "", "nobody's time is over")
    equal(it.ok("--config", config, "cache", "evict", "--json").json["resources"], "0", "nothing goes")
    check("Not on the ward:  1 chart, 0 patients pinned" in d.ok("--user", "practice.nurse", "cache", "status").out, "plural")
    d.user = "practice.nurse"
    d.ok("cache", "pin", f"Patient/{id}")
    equal(d.ok("cache", "status", "--json").json["pinned"], "1", "pinned")
    d.ok("cache", "unpin", id)
    equal(d.ok("cache", "status", "--json").json["pinned"], "0", "unpinned")
    equal(d.ok("cache", "recall", id, "--json").json["wanted"], False, "nothing to recall")
    equal(d.run("cache", "pin", "nobody").status, 1, "nobody")
    for wrong in (["cache"], ["cache", "pin"], ["cache", "status", "x"], ["cache", "pin", id, "--dry-run"]):
        equal(d.run(*wrong).status, 2, " ".join(wrong))
    check("Patient" in d.ok("status", "--storage").out, "storage by type")


if __name__ == "__main__":
    run(sys.modules[__name__])
