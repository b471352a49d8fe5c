#!/usr/bin/env python3
"""Tests ./dev: a wrong name is refused before anything is compiled. Prints TAP.

The programs that it calls are stand-ins, which note how they were called.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(sys.argv[1])
OLD = '[{"name": "test-store", "suite": ["omnicare:unit"]}]'
NEW = '[{"name": "test-store", "suite": ["omnicare:unit"]}, {"name": "test-newest", "suite": ["omnicare:unit"]}]'
STAND_INS = {
    "in-debian13": 'exec "$@"',
    "system-check": "exit 0",
    "meson": 'echo "meson $1" >>"$LOG"; if [ "$1" = setup ]; then mkdir -p "$2/meson-info"; echo rule >"$2/build.ninja"; '
             "echo '" + NEW + '\' >"$2/meson-info/intro-tests.json"; fi',
    "ninja": 'echo "ninja ${3:-}" | sed "s/ *$//" >>"$LOG"; case "${3:-}" in build.ninja) echo \'' + NEW +
             '\' >"$2/meson-info/intro-tests.json" ;; esac',
}
# arguments, is there a build already, exit status, what was called
CASES = [
    ("a-wrong-test-without-a-build", ["test", "nonsense"], False, 2, ["meson setup", "ninja build.ninja"]),
    ("a-wrong-test-with-a-build", ["test", "nonsense"], True, 2, ["ninja build.ninja"]),
    ("one-wrong-name-of-two", ["test", "store", "nonsense"], True, 2, ["ninja build.ninja"]),
    ("a-known-test", ["test", "store"], True, None, ["ninja build.ninja", "ninja", "meson test"]),
    ("a-test-that-is-new-in-the-sources", ["test", "newest"], True, None, ["ninja build.ninja", "ninja", "meson test"]),
    ("a-wrong-benchmark", ["bench", "nonsense"], False, 2, []),
    ("a-part-of-benchmarks", ["bench", "helper"], True, 2, []),
    ("a-known-benchmark", ["bench", "bench-real"], True, None, ["ninja"]),
]


def run(folder, arguments, built):
    top = folder / "tree"
    (top / "build-aux").mkdir(parents=True)
    (top / "tests/bench").mkdir(parents=True)
    (top / "tests/bench/bench-real.c").write_text("int\nmain (int argc, char **argv)\n")
    (top / "tests/bench/bench-helper.c").write_text("int help;\n")
    shutil.copy(TOP / "dev", top / "dev")
    for name in ("pick-tests", "run-bench", "count-tests"):
        shutil.copy(TOP / "build-aux" / name, top / "build-aux" / name)
    (folder / "bin").mkdir()
    for name, script in STAND_INS.items():
        path = top / "build-aux" / name if name in ("in-debian13", "system-check") else folder / "bin" / name
        path.write_text("#!/bin/sh\n" + script + "\n")
        path.chmod(0o755)
    for name in ("build", "build-release"):
        if built:
            (top / name / "meson-info").mkdir(parents=True)
            (top / name / "build.ninja").write_text("rule\n")
            (top / name / "top").write_text(f"{top}\n")
            (top / name / "meson-info/intro-tests.json").write_text(OLD)
    log = folder / "log"
    log.touch()
    env = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "LOG": str(log), "OMNICARE_CACHE": str(folder / "cache")}
    env.pop("OMNICARE_INSIDE", None)
    done = subprocess.run(["sh", str(top / "dev"), *arguments], capture_output=True, text=True, env=env, check=False)
    return done, [line for line in log.read_text().split("\n") if line]


print(f"1..{len(CASES)}")
bad = 0
for number, (name, arguments, built, status, calls) in enumerate(CASES, 1):
    with tempfile.TemporaryDirectory() as folder:
        done, called = run(pathlib.Path(folder), arguments, built)
    well = called == calls and (status is None or (done.returncode == status and len(done.stderr.splitlines()) == 1))
    bad += not well
    print(f"{'' if well else 'not '}ok {number} /lint/dev/{name}")
    if not well:
        print(f"# {done.returncode} {called} {done.stderr!r}")
sys.exit(bad > 0)
