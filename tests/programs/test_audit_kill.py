#!/usr/bin/env python3
"""A device that is killed when the server has taken a piece of its audit trail: nothing twice, nothing lost."""
import collections
import http.server
import threading
import urllib.error
import urllib.request
import uuid

from ctl_harness import *

PROFILES = ("medplum", "hapi", "google", "strict")
N_PATIENTS = 60
KILLS = 3


class Relay(http.server.ThreadingHTTPServer):
    """Passes everything on. Once a write of AuditEvents was taken behind it, the writer is killed in place of an answer."""

    daemon_threads = True

    def __init__(self, server):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind = f"http://127.0.0.1:{server.port}"
        self.url = f"http://127.0.0.1:{self.server_address[1]}/fhir/R4"
        self.armed = False
        self.victim = None
        self.aimed = threading.Event()
        self.killed = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length", "accept-encoding", "connection")}
        request = urllib.request.Request(self.server.behind + self.path, data=body or None, method=self.command, headers=headers)
        try:
            answer = urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        content = answer.read()
        if self.server.armed and self.command in ("POST", "PUT") and b'"AuditEvent"' in body:
            self.server.aimed.wait(TIMEOUT)
            self.server.armed = False
            self.server.killed += 1
            self.server.victim.kill()
            self.server.victim.wait()
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value.replace(self.server.behind, self.server.url[:-len("/fhir/R4")]))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = pass_on

    def log_message(self, *args):
        pass


def sync_and_die(device, relay):
    relay.aimed.clear()
    relay.armed = True
    process = subprocess.Popen([CTL, "--data-dir", str(device.data), "sync", "--once", "--server", relay.url, "--json"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), preexec_fn=die_with_parent)
    relay.victim = process
    relay.aimed.set()
    process.wait(TIMEOUT)
    relay.armed = False
    return process.returncode


def list_there(server):
    entries = []
    url = "AuditEvent?_count=100"
    while url:
        status, page = server.request("GET", url)
        equal(status, 200, "search")
        entries += [e["resource"] for e in page.get("entry", [])]
        following = [l["url"] for l in page.get("link", []) if l["relation"] == "next"]
        url = following[0].split("/fhir/R4/")[-1] if following else None
        if following and "/fhir/R4/" not in following[0]:
            url = "?" + following[0].split("?", 1)[1]
    return entries


def key_of(event):
    return [t["code"] for t in event["meta"]["tag"] if t["system"].endswith("/audit-entry")][0]


def test_kill_when_the_trail_was_taken(folder):
    """kill -9 between the server's word and the device's note of it leaves each entry once on the server"""
    for profile in PROFILES:
        (folder / profile).mkdir()
        server = Server(folder / profile, "--profile", profile)
        relay = Relay(server)
        try:
            device = Device(folder / profile)
            for kill in range(KILLS):
                people = [patient(str(uuid.uuid4())) for _ in range(N_PATIENTS)]
                device.ok("import", device.write("people.ndjson", "\n".join(json.dumps(p) for p in people)))
                equal(sync_and_die(device, relay), -signal.SIGKILL, f"{profile}, run {kill}")
            equal(relay.killed, KILLS, f"{profile}: killed")
            for _ in range(20):
                device.ok("sync", "--once", "--server", relay.url)
                audit = device.ok("status", "--json").json["audit"]
                if int(audit["sent"]) + 5 > int(audit["sequence"]):
                    break
            counted = collections.Counter(key_of(e) for e in list_there(server))
            check(int(audit["sent"]) >= KILLS * N_PATIENTS, f"{profile}: sent {audit}")
            equal([k for k, n in counted.items() if n > 1], [], f"{profile}: twice on the server")
            equal(len(counted), int(audit["sent"]), f"{profile}: on the server")
            equal(int(audit["refused"]), 0, f"{profile}: refused")
            device.ok("audit", "verify")
        finally:
            relay.shutdown()
            relay.server_close()
            server.stop()


if __name__ == "__main__":
    run(sys.modules[__name__])
