#!/usr/bin/env python3
"""Answers that never arrive: nothing doubled, nothing lost, whatever happened meanwhile on either side."""
import json
import sys
import urllib.request
import uuid

from ctl_harness import *

PROFILES = ("medplum", "hapi", "google", "azure", "aidbox", "strict")


def control(server, **body):
    url = server.url.replace("/fhir/R4", "/__control")
    request = urllib.request.Request(url, data=json.dumps(body).encode(), method="POST", headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=30).read()


def with_server(test):
    def run_it(folder):
        for profile in PROFILES:
            (folder / profile).mkdir()
            ward = folder / profile / "ward.ndjson"
            ward.write_text(json.dumps(patient(str(uuid.uuid4()), name=[{"family": "Resident"}])))
            server = Server(folder / profile, "--profile", profile, "--load", ward)
            try:
                device = Device(folder / profile)
                sync(device, server)
                # ids of here and of the server differ from now on
                device.ok("import", device.write("o.json", {**patient(str(uuid.uuid4())), "name": [{"family": "Other"}]}))
                sync(device, server)
                test(server, device)
                device.ok("audit", "verify")
            except AssertionError as error:
                raise AssertionError(f"{profile}: {error}")
            finally:
                server.stop()
    run_it.__doc__, run_it.__name__ = test.__doc__, test.__name__
    return run_it


def sync(device, server, status=0):
    done = device.run("sync", "--once", "--server", server.url, "--json")
    if status is not None:
        equal(done.status, status, f"sync: {done.out} {done.err}")
    check(done.status in (0, 1), f"sync died: {done.status} {done.err}")
    return done


def settle(device, server):
    for _ in range(20):
        done = sync(device, server, None)
        if done.status == 0 and not device.ok("queue", "list").out:
            return
        time.sleep(0.5)
    raise AssertionError(f"does not settle: {done.out} {done.err} {device.ok('queue', 'list', '--json').out}")


def held(server, type, family=None):
    status, found = server.request("GET", f"{type}?_count=100")
    equal(status, 200, "search")
    resources = [e["resource"] for e in found.get("entry", [])]
    return [r for r in resources if family is None or r["name"][0]["family"] == family]


def lost_create(server, device, resource):
    device.ok("import", device.write("n.json", resource))
    control(server, faults=["drop-after,method=POST"])
    sync(device, server, None)
    control(server, faults=[])


@with_server
def test_edit_after_a_lost_create(server, device):
    """a create whose answer was lost and that was edited here meanwhile arrives once, with the edit"""
    new = {**patient(str(uuid.uuid4())), "name": [{"family": "Newcomer"}]}
    lost_create(server, device, new)
    device.ok("import", device.write("n.json", {**new, "gender": "female"}))
    settle(device, server)
    settle(device, server)
    equal([p["gender"] for p in held(server, "Patient", "Newcomer")], ["female"], "on the server")
    equal([p["gender"] for p in device.ok("export", "--type", "Patient").lines if p["name"][0]["family"] == "Newcomer"], ["female"], "here")


@with_server
def test_foreign_edit_after_a_lost_create(server, device):
    """a create whose answer was lost and that another device edited meanwhile takes the edit over"""
    new = {**patient(str(uuid.uuid4())), "name": [{"family": "Newcomer"}]}
    lost_create(server, device, new)
    there = held(server, "Patient", "Newcomer")
    if there:
        changed = {**json.loads(json.dumps(there[0])), "telecom": [{"system": "phone", "value": "555"}]}
        status, _ = server.request("PUT", f"Patient/{changed['id']}", changed,
                                   {"If-Match": f'W/"{there[0]["meta"]["versionId"]}"'})
        equal(status, 200, "the other device's edit")
    settle(device, server)
    for where, found in (("server", held(server, "Patient", "Newcomer")),
                         ("here", [p for p in device.ok("export", "--type", "Patient").lines if p["name"][0]["family"] == "Newcomer"])):
        equal(len(found), 1, where)
        check(not there or found[0]["telecom"][0]["value"] == "555", f"{where}: {found}")


@with_server
def test_copy_of_a_sent_record(server, device):
    """a copy of a sent record under another id is another record, and is sent as one"""
    resident = [p for p in device.ok("export", "--type", "Patient").lines if p["name"][0]["family"] == "Resident"][0]
    device.ok("vitals", "add", "--patient", resident["id"], "--pulse", "70")
    settle(device, server)
    pulse = json.loads(json.dumps([o for o in device.ok("export", "--type", "Observation").lines if "valueQuantity" in o][0]))
    systems = [i["system"] for i in pulse["identifier"]]
    equal(len(systems), len(set(systems)), f"one key of one record: {pulse['identifier']}")
    equal(len(systems), 1, f"one key of one record: {pulse['identifier']}")
    pulse.update(id=str(uuid.uuid4()))
    pulse["valueQuantity"]["value"] = 99
    pulse.pop("meta", None)
    device.ok("import", device.write("copy.json", pulse))
    settle(device, server)
    values = sorted(o["valueQuantity"]["value"] for o in held(server, "Observation") if "valueQuantity" in o)
    equal(values, ["70", "99"], "on the server")
    values = sorted(o["valueQuantity"]["value"] for o in device.ok("export", "--type", "Observation").lines if "valueQuantity" in o)
    equal(values, ["70", "99"], "here")


if __name__ == "__main__":
    run(sys.modules[__name__])
