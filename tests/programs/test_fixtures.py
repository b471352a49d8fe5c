#!/usr/bin/env python3
"""Real input: every fixture comes in, and comes out equal by FHIR meaning, numbers to the letter."""
import gzip
import json
import sys

from ctl_harness import *


def need_fixtures():
    if not (FIXTURES / "MANIFEST.tsv").exists():
        raise Skip("the fixtures are not here: put them into ../shared/fixtures, or set OMNICARE_FIXTURES to their folder")


def read(path):
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def entries_of(text, path):
    """What import --from-server must make of a file: resources by Type/id, urn:uuid references resolved."""
    if ".ndjson" in path.name:
        return [loads(line) for line in text.split("\n") if line.strip()]
    document = loads(text)
    if document["resourceType"] != "Bundle":
        return [document]
    known = {}
    found = []
    for entry in document.get("entry", []):
        resource = entry.get("resource")
        if resource is None:
            continue
        url = entry.get("fullUrl", "")
        if url.startswith("urn:uuid:"):
            resource.setdefault("id", url[len("urn:uuid:"):])
            known[url] = f"{resource['resourceType']}/{resource['id']}"
        found.append(resource)

    def mend(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "reference" and isinstance(value, str) and value in known:
                    node[key] = known[value]
                else:
                    mend(value)
        elif isinstance(node, list):
            for value in node:
                mend(value)

    for resource in found:
        mend(resource)
    return found


def bare(resource):
    """Empty members and meta's version mean nothing; a number is no string."""
    if isinstance(resource, Number):
        return "number", str(resource)
    if isinstance(resource, dict):
        return {k: bare(v) for k, v in resource.items() if v not in ({}, [])}
    if isinstance(resource, list):
        return [bare(v) for v in resource]
    return resource


def round_trip(folder, paths):
    need_fixtures()
    paths = sorted(p for p in paths)
    check(paths, "no files in this folder of the fixtures")
    d = Device(folder)
    wanted = {}
    for path in paths:
        for resource in entries_of(read(path), path):
            if "id" in resource:
                wanted[f"{resource['resourceType']}/{resource['id']}"] = resource
    counts = d.ok("import", *paths, "--from-server", "--json").json
    equal(counts["failed"], "0", "bad items")
    got = {f"{r['resourceType']}/{r['id']}": r for r in d.ok("export").lines}
    missing = [k for k in wanted if k not in got]
    equal(missing[:5], [], "resources that are gone")
    for key, resource in wanted.items():
        if bare(got[key]) != bare(resource):
            differing = [k for k in set(resource) | set(got[key]) if bare(resource.get(k)) != bare(got[key].get(k))]
            equal({k: got[key].get(k) for k in differing}, {k: resource.get(k) for k in differing}, key)
    return d, wanted


def test_synthea_2019(folder):
    """the 20 patients of 2019 round-trip; their old blood pressure code reads as blood pressure"""
    d, wanted = round_trip(folder, (FIXTURES / "patients/synthea2019").glob("*.json*"))
    old = [r for r in wanted.values() if r["resourceType"] == "Observation"
           and any(c.get("code") == "55284-4" for c in r["code"].get("coding", []))]
    check(old, "there are old blood pressures")
    patient = old[0]["subject"]["reference"].split("/")[1]
    found = d.ok("search", f"Observation?patient={patient}&component-code=8480-6", "--json").json
    check(found.get("entry"), "the systolic component is found")


def test_synthea_2020(folder):
    """the 4 patients of 2020 round-trip"""
    round_trip(folder, (FIXTURES / "patients/synthea2020").glob("*.json*"))


def test_synthea_2023(folder):
    """the 3 patients of 2023 round-trip, conditional references verbatim"""
    _, wanted = round_trip(folder, (FIXTURES / "patients/synthea2023").glob("*.json*"))
    check(any("Practitioner?identifier=" in json.dumps(r) for r in wanted.values()), "conditional references")


def test_hl7_examples(folder):
    """HL7's examples round-trip: decimals to the letter, primitive extensions, contained, CJK, CRLF"""
    d, wanted = round_trip(folder, (FIXTURES / "hl7-r4-examples").glob("*.json"))
    decimal = json.dumps(wanted["Observation/decimal"])
    for text in ("1.00", "1E-22", "1.000000000000000000E-245"):
        check(text in decimal, f"{text} is in the fixture")


def test_us_core(folder):
    """US Core's examples round-trip"""
    round_trip(folder, (FIXTURES / "us-core").glob("*.json"))


def test_au_core(folder):
    """AU Core's test data round-trips"""
    round_trip(folder, (FIXTURES / "au-core").glob("*.json"))


def test_bulk(folder):
    """the bulk export round-trips"""
    round_trip(folder, (FIXTURES / "bulk-ndjson").glob("*.ndjson*"))


def test_all_at_once(folder):
    """all of them in one store: nothing is refused, the trail and the store are whole"""
    need_fixtures()
    d = Device(folder)
    paths = sorted(p for p in FIXTURES.rglob("*") if p.is_file() and "json" in p.name and "INDEX" not in p.name)
    counts = d.ok("import", *paths, "--from-server", "--json").json
    equal(counts["failed"], "0", "bad items")
    check(int(d.ok("status", "--json").json["resources"]) > 5000, "thousands of resources")
    check(d.ok("doctor", "--deep", "--json").json["ok"], "doctor")


def test_largest_patient(folder):
    """the largest patient (3 MB) opens, is charted on and found"""
    need_fixtures()
    d = Device(folder)
    path = max((FIXTURES / "patients").rglob("*.json*"), key=lambda p: len(read(p)))
    check(len(read(path)) > 3_000_000, "more than 3 MB")
    d.ok("import", path, "--from-server")
    patient = [r for r in d.ok("export", "--type", "Patient").lines][0]["id"]
    saved = d.ok("vitals", "add", "--patient", patient, "--pulse", "72", "--confirm", "--json").json
    check(saved["saved"], "charted on")
    proof = d.ok("status", "--patient", patient, "--json").json
    check(int(proof["resources"]) > 500 and len(proof["waiting"]) == len(saved["resources"]), str(proof)[:300])


if __name__ == "__main__":
    run(sys.modules[__name__])
