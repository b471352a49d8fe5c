#!/usr/bin/env python3
"""What ./dev run starts ends with it: the real script and a real session bus, with stand-ins for our own programs."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import uuid

from ctl_harness import *

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "build-aux" / "practice-session"
STAND_INS = {"app/omnicare": "exec sleep 600", "app/ctl/omnicarectl": '[ -z "${OMNICARE_PASSPHRASE_FILE:-}" ]'}
SECONDS = 20


def marked(mark):
    """Names of the living processes that were started with this mark in their environment."""
    names = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                names.append((folder / "comm").read_text().strip())
        except OSError:  # it ended meanwhile, or is not ours
            pass
    return sorted(names)


def until(condition, what):
    for _ in range(SECONDS * 20):
        if condition():
            return
        time.sleep(0.05)
    check(False, what)


def take_signals():
    """As from a terminal: nohup and a script's background job ignore some, and a shell cannot undo that."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def end_by(folder, send, status):
    if not shutil.which("dbus-run-session") or not shutil.which("flock"):
        raise Skip("dbus-run-session and flock are not here")
    (folder / "build-aux").mkdir()
    shutil.copy(SCRIPT, folder / "build-aux" / "practice-session")
    for name, script in STAND_INS.items():
        path = folder / "build" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + script + "\n")
        path.chmod(0o755)
    mark = str(uuid.uuid4())
    process = subprocess.Popen(["sh", str(folder / "build-aux/practice-session"), "display", "24", "http://127.0.0.1:1/fhir", "0", "0"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=environment(OMNICARE_TEST_MARK=mark, OMNICARE_PASSPHRASE_FILE="/nonexistent"), start_new_session=True,
                               preexec_fn=take_signals)
    try:
        until(lambda: "sleep" in marked(mark), "the client did not start")
        check("dbus-daemon" in marked(mark), f"a bus of its own: {marked(mark)}")
        send(process, folder)
        equal(process.wait(SECONDS), status, "exit status")
        until(lambda: not marked(mark), f"left behind: {marked(mark)}")
    finally:
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if mark.encode() in (folder / "environ").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
            except OSError:
                pass
        process.wait(SECONDS)


def test_ctrl_c(folder):
    """Ctrl-C, which all of the terminal's processes get, leaves nothing behind, not even the session's bus"""
    end_by(folder, lambda p, _: os.killpg(p.pid, signal.SIGINT), 130)


def test_hang_up(folder):
    """a terminal that goes leaves nothing behind"""
    end_by(folder, lambda p, _: os.killpg(p.pid, signal.SIGHUP), 130)


def test_terminate(folder):
    """told to end, the script alone ends what it started"""
    end_by(folder, lambda p, _: p.terminate(), 130)


def test_window_closed(folder):
    """a client that ends takes the session along, and its status is that of the run"""
    end_by(folder, lambda p, f: os.kill(int((f / "build/practice/client.pid").read_text()), signal.SIGTERM), 143)


if __name__ == "__main__":
    run(sys.modules[__name__])
