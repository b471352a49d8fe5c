#!/usr/bin/env python3
"""Tests build-aux/count-tests: nothing that went wrong may be counted as passed, or not at all. Prints TAP."""
import json
import pathlib
import subprocess
import sys
import tempfile

COUNT = pathlib.Path(sys.argv[1]) / "build-aux" / "count-tests"


def program(result, returncode, *lines):
    return {"name": "omnicare:unit / x", "result": result, "returncode": returncode, "stdout": "\n".join(lines) + "\n"}


OK = program("OK", 0, "TAP version 14", "1..2", "# Start of a tests", "ok 1 /a/one", "ok 2 /a/two", "# End of a tests")
# name, programs, exit status of meson, the answer
CASES = [
    ("all-passed", [OK, OK], 0, "4 passed, 0 failed, 0 skipped"),
    ("skipped", [program("OK", 0, "1..2", "ok 1 /a # SKIP no network", "ok 2 /b")], 0, "1 passed, 0 failed, 1 skipped"),
    ("whole-program-skipped", [OK, program("SKIP", 0, "1..0 # SKIP no display")], 0, "2 passed, 0 failed, 1 skipped"),
    ("todo-is-not-passed", [OK, program("OK", 0, "1..1", "not ok 1 /a # TODO later")], 0, "2 passed, 0 failed, 1 skipped"),
    ("failed", [OK, program("ERROR", 1, "1..2", "not ok 1 /a", "ok 2 /b")], 1, "3 passed, 1 failed, 0 skipped"),
    ("crashed-midway", [OK, program("ERROR", -11, "1..3", "ok 1 /a")], 1, "3 passed, 2 failed, 0 skipped"),
    ("crashed-after-the-last", [program("ERROR", -6, "1..1", "ok 1 /a")], 1, "1 passed, 1 failed, 0 skipped"),
    ("crashed-at-once", [OK, program("ERROR", -11)], 1, "2 passed, 1 failed, 0 skipped"),
    ("failed-then-crashed", [program("ERROR", -11, "1..3", "not ok 1 /a")], 1, "0 passed, 3 failed, 0 skipped"),
    ("bailed-out", [program("ERROR", 134, "1..2", "ok 1 /a", "Bail out! bad")], 1, "1 passed, 1 failed, 0 skipped"),
    ("timed-out", [OK, program("TIMEOUT", -15, "1..2", "ok 1 /a")], 1, "3 passed, 1 failed, 0 skipped"),
    ("says-nothing", [OK, program("SKIP", 0)], 0, "2 passed, 1 failed, 0 skipped"),
    ("without-tap", [program("OK", 0), program("FAIL", 3), program("SKIP", 77), program("TIMEOUT", -15)], 1,
     "1 passed, 2 failed, 1 skipped"),
    ("nothing-ran", [], 0, "0 passed, 1 failed, 0 skipped"),
    ("only-skipped", [program("SKIP", 0, "1..0 # SKIP x")], 0, "0 passed, 1 failed, 1 skipped"),
    ("unexplained-status", [OK], 1, "2 passed, 1 failed, 0 skipped"),
    ("names-with-dashes", [program("ERROR", 1, "1..2", "ok 1 - a", "not ok 2 - b")], 1, "1 passed, 1 failed, 0 skipped"),
]

print(f"1..{len(CASES) + 2}")
bad = 0


def check(number, name, good, got):
    global bad
    if not good:
        bad += 1
        print(f"# got: {got}")
    print(f"{'ok' if good else 'not ok'} {number} /lint/count-tests/{name}")


def run(directory, status):
    return subprocess.run([sys.executable, COUNT, directory, str(status)], capture_output=True, text=True, check=False)


with tempfile.TemporaryDirectory() as directory:
    log = pathlib.Path(directory) / "meson-logs" / "testlog.json"
    missing = run(directory, 0)
    log.parent.mkdir()
    for number, (name, programs, status, answer) in enumerate(CASES, 1):
        log.write_text("".join(json.dumps(p) + "\n" for p in programs))
        done = run(directory, status)
        check(number, name, done.stdout == answer + "\n" and done.returncode == 0, done.stdout + done.stderr)
    log.write_text(json.dumps(program("ERROR", 1, "1..1", "# the reason", "not ok 1 /a")) + "\n")
    done = run(directory, 1)
    check(len(CASES) + 1, "says-why", "the reason" in done.stderr and "not ok /a" in done.stderr, done.stderr)
    check(len(CASES) + 2, "no-log", missing.stdout == "0 passed, 1 failed, 0 skipped\n", missing.stdout)
sys.exit(bad > 0)
