#!/usr/bin/env python3
"""omnicarectl policy, from the outside; signed with openssl, as a site does it."""
import base64
import shutil
import subprocess
import sys

from ctl_harness import *


class Site:
    """A key pair of a hospital, and the configuration that pins it."""

    def __init__(self, d):
        if not shutil.which("openssl"):
            raise Skip("openssl is not installed: install the package openssl")
        self.d = d
        self.key = d.folder / "site.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.key], check=True, capture_output=True)
        public = subprocess.run(["openssl", "pkey", "-in", self.key, "-pubout"], check=True, capture_output=True, text=True).stdout
        self.public = public.split("\n")[1]
        self.file = d.folder / "policy.json"
        self.config = d.write("site.json", {"access": {"policyKey": self.public, "policyFile": str(self.file)}})

    def sign(self, path):
        done = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.key, "-in", path], check=True,
                              capture_output=True)
        path.with_name(path.name + ".sig").write_bytes(base64.encodebytes(done.stdout))

    def write(self, name, policy):
        path = self.d.folder / name
        path.write_text(json.dumps(policy, indent=2))
        self.sign(path)
        return path


def enrolled(folder):
    d = Device(folder, practice=False)
    d.passphrase = d.write("pass", "correct horse battery\n")
    d.user = "ann"
    d.ok("init", "--role", "administrator")
    d.ok("user", "add", "bob", "--role", "nurse", "--new-passphrase-file", d.write("first", "a nurse's first words\n"))
    nurse = Device(folder, practice=False)
    nurse.user, nurse.passphrase = "bob", folder / "first"
    nurse.ok("import", nurse.write("p.ndjson", json.dumps(patient())), "--from-server")
    return d, nurse


def built_in(d):
    return json.loads(d.ok("policy", "show").out)


def test_install(folder):
    """a policy that is shown, changed, signed with openssl and installed is in force, and its version never goes down"""
    d, nurse = enrolled(folder)
    site = Site(d)
    shown = d.ok("policy", "show", "--json").json
    equal((shown["builtIn"], shown["version"]), (True, "0"), "at first")
    policy = built_in(d)
    equal(policy["roles"]["nurse"]["read"], "break-glass", "built in")
    nurse.ok("get", "Patient/p1")
    policy["version"], policy["issuer"] = 4, "General Hospital"
    policy["roles"]["nurse"]["read"] = {"Patient": "deny", "other": "department"}
    path = site.write("new.json", policy)
    found = d.ok("--config", site.config, "policy", "check", path, "--json").json
    equal((found["version"], found["signed"]), ("4", True), "check")
    equal(d.ok("--config", site.config, "policy", "install", path, "--json").json, {"version": "4", "changed": True}, "install")
    equal(nurse.run("get", "Patient/p1").status, 1, "a nurse under the new policy")
    shown = d.ok("policy", "show", "--json").json
    equal((shown["builtIn"], shown["policy"]["issuer"]), (False, "General Hospital"), "shown")

    policy["version"] = 3
    policy["roles"]["nurse"]["read"] = "allow"
    done = d.run("--config", site.config, "policy", "install", site.write("old.json", policy))
    equal(done.status, 1, "older")
    check("higher version" in done.err, done.err)
    policy["version"] = 5
    done = nurse.run("--config", site.config, "policy", "install", site.write("newer.json", policy))
    equal(done.status, 1, "a nurse")
    check("may not do this" in done.err, done.err)
    equal(nurse.run("get", "Patient/p1").status, 1, "still")


def test_check(folder):
    """policy check names file, line and path, and what is allowed there"""
    d, _ = enrolled(folder)
    site = Site(d)
    policy = built_in(d)
    path = d.write("unsigned.json", json.dumps(policy, indent=2))
    done = d.run("--config", site.config, "policy", "check", path)
    equal(done.status, 1, "unsigned")
    check("no signature" in done.err, done.err)
    policy["roles"]["physician"]["read"] = "yes"
    text = json.dumps(policy, indent=2)
    line = next(n for n, l in enumerate(text.split("\n"), 1) if '"yes"' in l)
    path = d.write("wrong.json", text)
    done = d.run("policy", "check", path)
    equal(done.status, 2, "wrong")
    check(f"{path}:{line}: roles.physician.read: must be one of allow, department, break-glass, deny" in done.err, done.err)
    policy = built_in(d)
    policy["roles"]["administrator"]["read"] = "allow"
    path = site.write("charts.json", policy)
    done = d.run("--config", site.config, "policy", "install", path)
    equal(done.status, 2, "charts for administrators")
    check("can never be given charts" in done.err, done.err)
    done = d.run("--config", site.config, "policy", "check", folder / "missing.json")
    equal(done.status, 2, "missing")
    equal(d.run("policy").status, 2, "usage")


def test_site_file(folder):
    """the site's file is taken at every start; a broken one leaves the last good one in force, loudly"""
    d, nurse = enrolled(folder)
    site = Site(d)
    with_site = ["--config", site.config]
    policy = built_in(d)
    policy["version"] = 2
    site.write("policy.json", policy)
    equal(d.ok(*with_site, "policy", "show", "--json").json["version"], "2", "taken by itself")
    policy["version"] = 3
    site.file.write_text(json.dumps(policy))
    done = d.run(*with_site, "policy", "show", "--json")
    equal((done.status, done.json["version"]), (1, "2"), "changed after it was signed")
    check("Version 2 stays in force" in done.json["notice"], done.json["notice"])
    done = d.run(*with_site, "doctor", "--json")
    equal(done.status, 1, "doctor")
    check(any(c["check"] == "policy" and not c["ok"] and "signature" in c["finding"] for c in done.json["checks"]), done.out)
    # Also for who looks without naming the site's configuration.
    equal(d.run("policy", "show").status, 1, "it is remembered")
    equal(nurse.run(*with_site, "status", "--json").json["policy"]["version"], "2", "status")
    site.sign(site.file)
    equal(d.ok(*with_site, "policy", "show", "--json").json["version"], "3", "signed again")
    equal(d.ok("doctor", "--json").json["ok"], True, "doctor again")
    d.ok("audit", "verify")


if __name__ == "__main__":
    run(sys.modules[__name__])
