"""What the black-box tests of the programs share: TAP, a store in a folder of its own, the practice server.

A test is a function whose name starts with test_; its docstring's first line is the sentence of its TAP line.
"""
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = pathlib.Path(os.environ["OMNICARE_BUILD"])
FIXTURES = pathlib.Path(os.environ.get("OMNICARE_FIXTURES", "/nonexistent"))
CTL = str(BUILD / "app/ctl/omnicarectl")
SANDBOX = str(BUILD / "app/sandbox/omnicare-sandbox")
GEN_WARD = str(BUILD / "tools/omnicare-gen-ward")
TIMEOUT = 600 if os.environ.get("OMNICARE_ASAN") else 120


class Skip(Exception):
    """Why a test cannot be made here."""


class Number(str):
    """A JSON number by its text: 1.00 is not 1.0."""


def loads(text):
    return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def equal(got, wanted, what):
    check(got == wanted, f"{what}: got {got!r:.400}, wanted {wanted!r:.400}")


class Result:
    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    @property
    def json(self):
        return loads(self.out)

    @property
    def lines(self):
        return [loads(line) for line in self.out.split("\n") if line]


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DBUS_", "OMNICARE_DATA", "OMNICARE_PASS"))}
    env.update(LC_ALL="C.UTF-8", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent", **more)
    return env


class Device:
    """A store in a folder, and omnicarectl on it."""

    def __init__(self, folder, practice=True):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "store"
        self.passphrase = None
        self.user = None
        if practice:
            done = self.run("init", "--practice", "--json")
            equal(done.status, 0, "init " + done.err)

    def run(self, *args, stdin=None, env=None):
        command = [CTL, "--data-dir", str(self.data)]
        if self.passphrase:
            command += ["--passphrase-file", str(self.passphrase)]
        if self.user:
            command += ["--user", self.user]
        return Result(subprocess.run(command + [str(a) for a in args], capture_output=True, text=True, timeout=TIMEOUT,
                                     input=stdin, env=environment(**(env or {}))))

    def ok(self, *args, **kwargs):
        done = self.run(*args, **kwargs)
        equal(done.status, 0, f"{' '.join(map(str, args))}: {done.err}")
        return done

    def write(self, name, content):
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content)
        else:
            path.write_text(json.dumps(content))
        return path


def die_with_parent():
    """In the child: a test that is killed leaves nothing behind that holds its output open."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Server:
    """omnicare-sandbox on a free port of the loopback interface; the port stays the same over restarts."""

    def __init__(self, folder, *args):
        self.folder = pathlib.Path(folder)
        self.args = [str(a) for a in args]
        self.port = 0
        self.process = None
        self.start()

    def start(self):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen([SANDBOX, "--port", str(self.port), "--port-file", str(port_file), "--quiet",
                                         *([] if "--client" in self.args else ["--no-auth"]),
                                         "--database", str(self.folder / "server.db"), *self.args], env=environment(),
                                        preexec_fn=die_with_parent)
        for _ in range(600):
            if port_file.exists() and port_file.read_text().strip():
                break
            check(self.process.poll() is None, "the practice server did not start")
            time.sleep(0.05)
        self.port = int(port_file.read_text())
        self.url = f"http://127.0.0.1:{self.port}/fhir/R4"

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def request(self, method, path, body=None, headers=None):
        import urllib.error
        import urllib.request
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/{path}", data=data, method=method,
                                         headers={"Content-Type": "application/fhir+json", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, loads(error.read() or b"null")


def patient(id="p1", **more):
    return {"resourceType": "Patient", "id": id, "name": [{"family": "Doe", "given": ["John"]}], "birthDate": "1960-02-03",
            "gender": "male", **more}


def run(module):
    """Runs every test_ function of a module and speaks TAP."""
    only = sys.argv[1:]
    tests = [(n, f) for n, f in vars(module).items() if n.startswith("test_") and callable(f)]
    tests = [(n, f) for n, f in tests if not only or any(o in n for o in only)]
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="omnicare-"))
        sentence = re.sub(r"[#\s]+", " ", (function.__doc__ or name).strip().split("\n")[0])
        try:
            function(folder)
            print(f"ok {number} {sentence}", flush=True)
        except Skip as skip:
            print(f"ok {number} {sentence} # SKIP {skip}", flush=True)
        except Exception:  # a test may fail in any way
            failed += 1
            for line in traceback.format_exc().split("\n"):
                print("# " + line)
            print(f"not ok {number} {sentence}", flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"1..{len(tests)}")
    sys.exit(1 if failed else 0)
