#!/usr/bin/env python3
"""omnicarectl at another server that calls somebody else by the same number."""
import sys

from ctl_harness import *

ANNA = patient("17", name=[{"family": "Berg", "given": ["Anna"]}], identifier=[{"system": "urn:mrn", "value": "1001"}])
OLE = patient("17", name=[{"family": "Olsen", "given": ["Ole"]}], identifier=[{"system": "urn:mrn", "value": "2002"}],
              birthDate="1962-05-05")


def server(folder, name, *records):
    here = folder / name
    here.mkdir()
    (here / "load").write_text("".join(json.dumps(r) + "\n" for r in records))
    return Server(here, "--profile", "hapi", "--load", here / "load")


def search(server, query):
    status, bundle = server.request("GET", query)
    equal(status, 200, query)
    return [e["resource"] for e in bundle.get("entry", [])]


def moved(folder):
    """A device with unsent values of Anna, the server that has her, and one that has Ole under her number."""
    d = Device(folder)
    first, second = server(folder, "a", ANNA), server(folder, "b", OLE)
    d.ok("sync", "--server", first.url)
    d.ok("vitals", "add", "--patient", "17", "--pulse", "72")
    return d, first, second


def test_audit_names(folder):
    """the trail at another server says of nobody what was done to somebody else with that number"""
    d, first, second = moved(folder)
    for _ in range(3):
        d.run("sync", "--server", second.url)
    d.ok("vitals", "add", "--patient", "17", "--pulse", "75")
    for _ in range(2):
        d.run("sync", "--server", second.url)
    events = search(second, "AuditEvent?_count=200")
    check(len(events) > 5, f"{len(events)} events")
    named = {w["what"].get("reference") for e in events for w in e.get("entity", []) if "what" in w}
    equal(named, {None}, "who is named")
    equal(len(search(second, "Observation")), 0, "values there")
    equal(len(d.ok("queue", "list", "--json").lines) > 0, True, "what waits")


def test_one_record(folder):
    """sync --resource sends nothing to somebody else, and all of it once the device is back"""
    d, first, second = moved(folder)
    values = [i["resourceId"] for i in d.ok("queue", "list", "--json").lines]
    for value in values:
        done = d.run("sync", "--server", second.url, "--resource", f"Observation/{value}")
        equal(done.status, 1, "the value waits: " + done.err)
    equal(len(search(second, "Observation")), 0, "values there")
    d.run("sync", "--server", second.url)
    d.ok("sync", "--server", first.url)
    for item in d.ok("queue", "list", "--json").lines:
        d.ok("queue", "retry", item["id"])
    d.ok("sync", "--server", first.url)
    there = search(first, "Observation")
    equal(len(there), len(values), "values at the first server")
    equal({o["subject"]["reference"] for o in there}, {"Patient/17"}, "whose")
    equal(d.ok("queue", "list", "--json").lines, [], "the queue")


if __name__ == "__main__":
    run(sys.modules[__name__])
