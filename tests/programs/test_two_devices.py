#!/usr/bin/env python3
"""Two devices, one server: what is acknowledged is never lost, merges ask only when they must, both end equal."""
import json
import sys

from ctl_harness import *

WARD = [patient("john", telecom=[{"system": "phone", "use": "home", "value": "555-0100"}],
                address=[{"use": "home", "line": ["Old Road 1"], "city": "Town"}])]


def ward(folder, *args):
    path = folder / "ward.ndjson"
    path.write_text("\n".join(map(json.dumps, WARD)))
    server = Server(folder, "--load", path, *args)
    devices = []
    for name in ("one", "two"):
        (folder / name).mkdir()
        devices.append(Device(folder / name))
        sync(devices[-1], server)
    return server, devices


def sync(device, server, status=0):
    done = device.run("sync", "--once", "--server", server.url, "--json")
    equal(done.status, status, f"sync: {done.out} {done.err}")
    return done.json


def edit(device, id="john", **changes):
    got = device.ok("get", f"Patient/{id}", "--json").json
    got.update(changes)
    # numbers of a Patient are none of ours; ids and texts only
    device.ok("import", device.write("edit.json", json.loads(json.dumps(got))))


def content(resource):
    return {k: v for k, v in resource.items() if k not in ("id", "meta", "text")}


def same_everywhere(server, devices, server_id="john"):
    status, remote = server.request("GET", f"Patient/{server_id}")
    equal(status, 200, "the server's copy")
    for d in devices:
        equal(content(d.ok("get", "Patient/john", "--json").json), content(remote), "a device against the server")


def with_ward(test, profiles=("medplum", "hapi")):
    def run_it(folder):
        server = None
        for profile in profiles:
            (folder / profile).mkdir()
            server, devices = ward(folder / profile, "--profile", profile)
            try:
                test(server, devices)
                for d in devices:
                    check(d.ok("audit", "verify", "--json").json["intact"], "the trail")
                    checks = d.run("doctor", "--deep", "--json").json["checks"]
                    equal([c for c in checks if not c["ok"] and c["check"] != "queue"], [], "doctor")
            finally:
                server.stop()
    run_it.__doc__, run_it.__name__ = test.__doc__, test.__name__
    return run_it


@with_ward
def test_one_resource(server, devices):
    """one resource is synchronised alone, and the exit status says whether it was"""
    one = devices[0]
    edit(one, gender="female")
    one.ok("import", one.write("p.json", patient("other")))
    dry = one.run("sync", "--dry-run", "--server", "http://127.0.0.1:1/fhir", "--json")
    equal((dry.status, "error" in dry.json), (1, True), "a dry run without a server")
    done = one.run("sync", "--resource", "Patient/john", "--server", server.url, "--json")
    equal((done.status, done.json["sent"]), (0, "1"), f"one resource: {done.err}")
    equal([i["resourceId"] for i in one.ok("queue", "list", "--json").lines], ["other"], "what still waits")
    equal(server.request("GET", "Patient/john")[1]["gender"], "female", "the server's copy")
    server.stop()
    edit(one, gender="male")
    equal(one.run("sync", "--resource", "Patient/john", "--server", server.url).status, 1, "without a server")
    server.start()
    sync(one, server)
    sync(devices[1], server)


@with_ward
def test_offline_vitals(server, devices):
    """vitals charted while the server is gone arrive once, with number and unit as typed"""
    one, two = devices
    server.stop()
    one.ok("vitals", "add", "--patient", "john", "--temperature", "98.6degF", "--pulse", "72", "--bp", "160/80")
    report = one.run("sync", "--once", "--server", server.url, "--json")
    equal(report.status, 1, "a sync without a server")
    check(int(one.ok("status", "--json").json["queue"]["pending"]) > 0, "still waiting")
    server.start()
    sync(one, server)
    equal(one.ok("queue", "list").out, "", "queue")
    sync(one, server)
    status, found = server.request("GET", "Observation?code=8310-5")
    equal([(e["resource"]["valueQuantity"]["value"], e["resource"]["valueQuantity"]["code"]) for e in found["entry"]],
          [("98.6", "[degF]")], "on the server")
    sync(two, server)
    got = two.ok("search", "Observation?patient=john&code=8310-5", "--json").json
    equal([e["resource"]["valueQuantity"]["value"] for e in got["entry"]], ["98.6"], "on the other device")
    proof = one.ok("status", "--patient", "john", "--json").json
    equal((proof["waiting"], proof["confirmed"]), ([], proof["resources"]), "proof")


@with_ward
def test_merge_without_asking(server, devices):
    """a telephone here and an address there merge without asking, and the journal says so"""
    one, two = devices
    edit(one, address=[{"use": "home", "line": ["New Street 2"], "city": "Town"}])
    edit(two, telecom=[{"system": "phone", "use": "home", "value": "555-0199"}])
    sync(two, server)
    sync(one, server)
    sync(two, server)
    got = one.ok("get", "Patient/john", "--json").json
    equal((got["address"][0]["line"], got["telecom"][0]["value"]), (["New Street 2"], "555-0199"), "both changes")
    equal(one.ok("conflicts", "list", "--json").lines, [], "nothing to decide")
    journal = one.ok("conflicts", "list", "--all", "--json").lines
    equal([j["status"] for j in journal], ["auto-merged"], "journal")
    same_everywhere(server, devices)


@with_ward
def test_conflict_and_decision(server, devices):
    """two birth dates ask a person, nothing is overwritten meanwhile, and the decision reaches all"""
    one, two = devices
    edit(one, birthDate="1961-01-01")
    edit(two, birthDate="1962-02-02")
    sync(two, server)
    report = one.run("sync", "--once", "--server", server.url, "--json")
    check(report.status in (0, 1), report.err)
    conflict = one.ok("conflicts", "list", "--json").lines
    equal(len(conflict), 1, "one conflict")
    shown = one.ok("conflicts", "show", conflict[0]["id"], "--json").json
    equal((shown["base"]["birthDate"], shown["local"]["birthDate"], shown["remote"]["birthDate"]),
          ("1960-02-03", "1961-01-01", "1962-02-02"), "three sides")
    equal(server.request("GET", "Patient/john")[1]["birthDate"], "1962-02-02", "the server while undecided")
    equal(one.ok("get", "Patient/john", "--json").json["birthDate"], "1961-01-01", "this device while undecided")
    one.ok("conflicts", "resolve", conflict[0]["id"], "--take", "local")
    sync(one, server)
    sync(two, server)
    equal(server.request("GET", "Patient/john")[1]["birthDate"], "1961-01-01", "the server afterwards")
    same_everywhere(server, devices)


@with_ward
def test_new_patient(server, devices):
    """a patient made offline keeps its id here, gets the server's there, and what refers to it follows"""
    one, two = devices
    one.ok("import", one.write("new.json", patient("11111111-2222-4333-8444-555555555555",
                                                   name=[{"family": "Newborn"}], birthDate="2026-11-01")))
    one.ok("vitals", "add", "--patient", "11111111-2222-4333-8444-555555555555", "--pulse", "140", "--confirm")
    sync(one, server)
    equal(one.ok("queue", "list").out, "", "queue")
    sync(one, server)
    status, found = server.request("GET", "Patient?family=Newborn")
    equal(len(found["entry"]), 1, "one on the server")
    id = found["entry"][0]["resource"]["id"]
    status, pulse = server.request("GET", f"Observation?subject=Patient/{id}&code=8867-4")
    equal(len(pulse["entry"]), 1, "its pulse refers to the server's id")
    equal(one.ok("get", "Patient/11111111-2222-4333-8444-555555555555", "--json").json["name"][0]["family"], "Newborn", "by its id here")
    equal(len(one.ok("search", "Patient?family=Newborn", "--json").json["entry"]), 1, "one here, not two")
    got = one.ok("search", "Observation?patient=11111111-2222-4333-8444-555555555555&code=8867-4", "--json").json
    equal(len(got["entry"]), 1, "its pulse here")
    sync(two, server)
    equal(len(two.ok("search", "Patient?family=Newborn", "--json").json["entry"]), 1, "on the other device")


@with_ward
def test_deleted_there(server, devices):
    """what the server deleted goes here, but never with unsent work"""
    one, two = devices
    server.request("POST", "Observation", {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
                                           "subject": {"reference": "Patient/john"}, "valueString": "y"})
    sync(one, server)
    found = one.ok("search", "Observation?patient=john", "--json").json["entry"][0]["resource"]["id"]
    edit(one, birthDate="1961-01-01")
    status, _ = server.request("DELETE", f"Observation/{found}")
    check(status in (200, 204), "deleted")
    server.request("DELETE", "Patient/john")
    one.run("sync", "--once", "--server", server.url)
    equal(one.run("get", f"Observation/{found}").status, 1, "the deleted observation")
    equal(one.ok("get", "Patient/john", "--json").json["birthDate"], "1961-01-01", "unsent work stays")
    equal(len(one.ok("conflicts", "list", "--json").lines), 1, "and asks")
    check(server.request("GET", "Patient/john")[0] in (404, 410), "the deletion was not undone")


def poison(server, devices):
    """an item that the server refuses is named and set aside; everything else goes"""
    one, _ = devices
    # valid, so that the device queues it; these servers refuse what refers to nothing that they have
    one.ok("import", one.write("bad.json", {"resourceType": "Observation", "id": "bad", "status": "final", "code": {"text": "x"},
                                            "subject": {"reference": "Patient/john"}, "valueString": "y",
                                            "performer": [{"reference": "Practitioner/nowhere"}]}))
    one.ok("vitals", "add", "--patient", "john", "--pulse", "71")
    one.run("sync", "--once", "--server", server.url)
    items = one.ok("queue", "list", "--json").lines
    equal([(i["resourceId"], i["state"]) for i in items], [("bad", "needs-attention")], "what is left")
    check(items[0]["error"], "with a sentence")
    equal(len(server.request("GET", "Observation?code=8867-4")[1].get("entry", [])), 1, "the rest arrived")


test_poison = with_ward(poison, ("hapi", "strict"))


if __name__ == "__main__":
    run(sys.modules[__name__])
