#!/usr/bin/env python3
"""What the compiler cannot check: layers, sizes, forbidden headers, forbidden words, translations.

Prints TAP; one test a rule, with the offending file:line as diagnostics.
"""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(sys.argv[1]).resolve()

# header prefix -> where it may be included (path prefixes)
ONLY_IN = {
    "gtk/": ["ui/", "app/", "tests/ui/", "tests/bench/bench-window"],
    "adwaita.h": ["ui/", "app/", "tests/ui/", "tests/bench/bench-window"],
    "sqlcipher/": ["data/store/omc-db", "data/store/omc-stmt", "sync/sandbox/omc-sandbox-db", "tests/"],
    "sqlite3.h": [],  # the one without encryption, with the same symbols
    "libsoup/": ["sync/omc-fhir-", "sync/sandbox/", "tests/"],
    "libsecret/": ["crypto/omc-secret-store-libsecret", "tests/unit/crypto/test-secret-service"],
    "yyjson.h": ["data/fhir/omc-json", "data/merge/"],
    "zstd.h": ["data/store/omc-codec", "data/fhir/omc-reader", "tools/", "tests/"],
    "openssl/": ["crypto/", "tests/"],
    "atspi": ["tests/"],
}
# folder -> folders of ours that it may include from (its own is always allowed)
LAYERS = {
    "crypto": [],
    "data/base": ["crypto"],
    "data/fhir": ["data/base"],
    "data/merge": ["data/fhir", "data/base"],
    "data/access": ["data/fhir", "data/base"],
    "data/cache": [],
    "data/store": ["data/cache", "data/access", "data/merge", "data/fhir", "data/base", "crypto"],
    "data/model": ["data/cache", "data/store", "data/access", "data/merge", "data/fhir", "data/base", "crypto"],
    "sync": ["data/cache", "data/store", "data/access", "data/merge", "data/fhir", "data/base", "crypto"],
    "sync/sandbox": ["data/fhir", "data/base"],
    "tools": ["data/fhir", "data/base"],
    "ui": ["data/model", "data/cache", "data/store", "data/access", "data/merge", "data/fhir", "data/base", "crypto", "sync!"],
    "app": None,  # composition: everything
}
SYNC_FACE = {"omc-sync-service.h", "omc-sync-config.h"}
# What of the store others see, and what of it only synchronisation does; app/ puts all together.
STORE_FACE = {f"omc-store{part}.h" for part in ("", "-types", "-audit", "-backup", "-bounds", "-budget", "-cache", "-keys", "-policy", "-slots")}
STORE_SYNC_FACE = {"omc-store-sync.h", "omc-store-audit-upload.h", "omc-sync-marks.h"}
SOFT, HARD = 600, 900

number = 0
failed = 0


def report(name, problems):
    global number, failed
    number += 1
    for problem in problems[:40]:
        print("# " + problem)
    failed += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {number} {name}")


def tracked():
    try:
        out = subprocess.run(["git", "-C", TOP, "ls-files"], capture_output=True, text=True, check=True).stdout
        return [TOP / f for f in out.split("\n") if f and (TOP / f).is_file()]
    except (OSError, subprocess.CalledProcessError):
        skip = (".git", "build", "node_modules", "tour")
        return [p for p in TOP.rglob("*") if p.is_file() and not any(x == s or x.startswith(s + "-") and x != "build-aux"
                for x in p.relative_to(TOP).parts for s in skip)]


files = tracked()
code = [f for f in files if f.suffix in (".c", ".h")]
text = {f: f.read_text(errors="replace") for f in files if f.suffix in
        (".c", ".h", ".blp", ".py", ".sh", ".md", ".build", ".sql", ".css", ".mjs", ".in", ".xml", ".yml", ".json", "")
        and f.stat().st_size < 1 << 20}


def rel(path):
    return str(path.relative_to(TOP))


def folder_of(path):
    name = rel(path)
    best = ""
    for folder in LAYERS:
        if name.startswith(folder + "/") and len(folder) > len(best):
            best = folder
    return best


headers = {f.name: folder_of(f) for f in code if f.suffix == ".h"}
includes = []
for f in code:
    for i, line in enumerate(text[f].split("\n"), 1):
        m = re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line)
        if m:
            includes.append((f, i, m.group(1)))

problems = []
for f, i, header in includes:
    for prefix, allowed in ONLY_IN.items():
        if header.startswith(prefix) and not any(rel(f).startswith(a) for a in allowed):
            problems.append(f"{rel(f)}:{i}: <{header}> belongs only in {', '.join(allowed) or 'no file'}")
report("/lint/headers-stay-in-their-place", problems)

problems = []
for f, i, header in includes:
    mine, theirs = folder_of(f), headers.get(header.split("/")[-1], "")
    if not mine or not theirs or mine in (theirs, "app") or rel(f).startswith("tests/"):
        continue
    allowed = LAYERS[mine]
    if theirs in allowed or ("sync!" in allowed and theirs == "sync" and header in SYNC_FACE):
        continue
    problems.append(f"{rel(f)}:{i}: {mine}/ may not include {header} of {theirs}/")
report("/lint/arrows-point-down", problems)

problems = []
for f, i, header in includes:
    header = header.split("/")[-1]
    mine, theirs = folder_of(f), headers.get(header, "")
    if not mine or not theirs or mine == theirs or rel(f).startswith("tests/"):
        continue
    if header.endswith("-private.h"):
        problems.append(f"{rel(f)}:{i}: {header} is for {theirs}/ alone")
    elif theirs == "data/store" and mine != "app" and header not in STORE_FACE | (STORE_SYNC_FACE if mine == "sync" else set()):
        problems.append(f"{rel(f)}:{i}: {header} is how the store works inside; its faces are omc-store.h and what stands beside it")
report("/lint/only-faces-are-seen", problems)

problems = [f"{rel(f)}:{i}: the SQLite that does not encrypt" for f in text
            if f.name == "meson.build" and not rel(f).startswith("tests/")
            for i, line in enumerate(text[f].split("\n"), 1) if re.search(r"['\"]sqlite3['\"]|-lsqlite3", line)]
report("/lint/no-sqlite-without-encryption", problems)

both = [rel(f) for f in code if "yyjson.h" in text[f] and "json-glib" in text[f]]
report("/lint/no-file-with-both-json-libraries", both)

problems = [f"{rel(f)}: {n} lines (at most {HARD})" for f in files
            if f.suffix in (".c", ".h", ".blp", ".py", ".sh", ".mjs") and f in text
            and (n := text[f].count("\n")) > HARD]
report("/lint/no-file-over-the-hard-limit", problems)

problems = []
for f in code:
    if f.suffix != ".c":
        continue
    start = None
    for i, line in enumerate(text[f].split("\n"), 1):
        if line == "{":
            start = i
        elif line == "}" and start is not None:
            if i - start > 81 and not rel(f).startswith("tests/"):
                problems.append(f"{rel(f)}:{start}: function of {i - start - 1} lines (at most 80)")
            start = None
report("/lint/no-function-over-the-hard-limit", problems)

words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
problems = [f"{rel(f)}:{i}: {line.strip()[:80]}" for f in text if f.suffix in (".c", ".h", ".blp", ".sh", ".mjs")
            for i, line in enumerate(text[f].split("\n"), 1) if words.search(line)]
report("/lint/nothing-left-undone", problems)

problems = [rel(f) for f in code if "SPDX-License-Identifier: AGPL-3.0-or-later" not in text[f][:400]]
report("/lint/every-file-says-its-licence", problems)

potfiles = TOP / "po" / "POTFILES.in"
if potfiles.exists():
    listed = {l.strip() for l in potfiles.read_text().split("\n") if l.strip() and not l.startswith("#")}
    problems = [f"po/POTFILES.in: {n} is not there" for n in listed if not (TOP / n).exists()]
    marked = re.compile(r'(?<![A-Za-z0-9_])(_|N_|C_|NC_|ngettext|g_dngettext) ?\("')
    for f in text:
        name = rel(f)
        if name.startswith("tests/") or name in listed:
            continue
        if f.suffix == ".c" and marked.search(text[f]) or f.suffix == ".blp" and re.search(r"\b_\(|C_\(", text[f]):
            problems.append(f"{name}: has translatable text but is not in po/POTFILES.in")
    report("/lint/translatable-files-are-listed", problems)

    # xgettext reads calls, not what a macro makes of them: which argument is a text is said in po/meson.build.
    keywords = (TOP / "po" / "meson.build").read_text()
    problems = []
    for f in text:
        if f.suffix not in (".c", ".h") or rel(f).startswith("tests/"):
            continue
        for name, parameters, body in re.findall(r"^#define (\w+)\(([^)]*)\)((?:.*\\\n)*.*)", text[f], re.M):
            for position, parameter in enumerate((p.strip() for p in parameters.split(",")), 1):
                if re.search(rf"\bN?_ ?\({parameter}\)", body) and f"'--keyword={name}:{position}'" not in keywords:
                    problems.append(f"{rel(f)}: po/meson.build lacks --keyword={name}:{position}")
    report("/lint/macros-with-texts-are-keywords", problems)

ENTRY = re.compile(r"\{ \"([a-z0-9-]+)\", (?:'.'|0), 0, G_OPTION_ARG_")


def rendered(line):
    """A line of mdoc as its reader sees it."""
    out, fold = "", ""
    for word in line.split()[1:]:
        if word in ("Cm", "Ar", "Fl", "Ns", "Oo", "Po", "Oc", "Pc"):
            out = out.rstrip() if word in ("Oc", "Pc", "Ns") else out
            out += {"Oo": "[", "Po": "(", "Oc": "] ", "Pc": ") "}.get(word, "")
            fold = "-" if word == "Fl" else ""
        else:
            out += fold + word + " "
            fold = ""
    return out.strip()


def page_items(page, section):
    section = re.search(rf"^\.Sh {section}\n(.*?)(?=^\.Sh |\Z)", page.read_text().replace("\\\n", " "), re.M | re.S)
    return [rendered(line) for line in section[1].split("\n") if line.startswith(".It ")] if section else []


def alternatives(usage):
    """ "queue list | show N" as "queue list" and "queue show N"; what is in parentheses is one choice of one call. """
    parts, depth = [""], 0
    for word in usage.split():
        depth += word.count("(") - word.count(")")
        if word == "|" and depth == 0:
            parts.append(usage.split()[0])
        else:
            parts[-1] = (parts[-1] + " " + word).strip()
    return parts


# --help, messages and the manual say what the programs take.
ctl, page = TOP / "app" / "ctl", TOP / "docs" / "man" / "omnicarectl.1"
if page.exists():
    usages = {}
    for name, value in re.findall(r"^#define (OMC_CTL_USAGE_\w+)((?:.*\\\n)*.*)", (ctl / "ctl-usage.h").read_text(), re.M):
        usages[name] = "".join(usages.get(macro, "") if macro else literal
                               for literal, macro in re.findall(r'"([^"]*)"|(OMC_CTL_USAGE_\w+)', value))
    taken, problems = {}, []
    for f in sorted(ctl.glob("*.c")):
        entries, calls, signs = [], 0, re.findall(r'\{ "([a-z0-9-]+)", OMC_VITAL_', f.read_text())
        for line in f.read_text().split("\n"):
            entries = [] if "GOptionEntry entries[]" in line else entries + ENTRY.findall(line)
            macro = re.search(r"omc_ctl_parse\w* \((entries|NULL), (?:\"\w+ \" )?(OMC_CTL_USAGE_\w+)", line)
            if not macro:
                continue
            calls += macro[1] == "entries"
            options = set(entries if macro[1] == "entries" else []) | set(signs)
            problems += [f"{rel(f)}: --{o} is not in {macro[2]} of ctl-usage.h" for o in sorted(options)
                         if not re.search(rf"--{o}(?![a-z0-9-])", usages.get(macro[2], ""))]
            for name, usage in usages.items():
                if usages.get(macro[2], "?") in usage or name == macro[2]:
                    taken.setdefault(name, set()).update(options)
        if f.read_text().count("GOptionEntry entries[]") != calls:
            problems.append(f"{rel(f)}: give omc_ctl_parse() the usage of ctl-usage.h, on the same line as the entries")
    for name, usage in usages.items():
        problems += [f"app/ctl/ctl-usage.h: {name} has --{o}, which no command takes"
                     for o in re.findall(r"--([a-z0-9-]+)", usage) if name in taken and o not in taken[name] | {"bp"}]
    report("/lint/usage-is-what-the-commands-take", problems)

    main = (ctl / "main.c").read_text()
    wanted = [call for macro in re.findall(r'^  \{ "[a-z0-9-]+", \w+, (OMC_CTL_USAGE_\w+)', main, re.M)
              for call in alternatives(usages.get(macro, ""))]
    found = page_items(page, "COMMANDS")
    problems = [f"{rel(page)}: lacks '.It' of: {call}" for call in wanted if call not in found]
    problems += [f"{rel(page)}: omnicarectl --help does not have: {item}" for item in found if item not in wanted]
    pages = [("omnicarectl.1", re.findall(r'"  --([a-z-]+)', main)),
             *((name, ENTRY.findall((TOP / source).read_text())) for name, source in
               (("omnicare.1", "app/omc-application.c"), ("omnicare-sandbox.1", "app/sandbox/main.c"),
                ("omnicare-gen-ward.1", "tools/omc-gen-ward.c")) if (TOP / source).exists())]
    for name, options in pages:
        told = set(re.findall(r"(?<!-)--([a-z-]+)", " ".join(page_items(page.parent / name, "OPTIONS")))) - {"version", "help"}
        problems += [f"docs/man/{name}: lacks --{o}" for o in options if o not in told | {"version", "help"}]
        problems += [f"docs/man/{name}: no program takes --{o}" for o in sorted(told) if o not in options]
    report("/lint/manual-is-what-help-says", problems)

problems = []
for f in code:
    if rel(f).startswith("tests/"):
        continue
    for i, line in enumerate(text[f].split("\n"), 1):
        # omc-store.c opens the store: its threads are not there yet
        if re.search(r"\bg_task_run_in_thread\b", line) and rel(f).startswith("data/store") and f.name != "omc-store.c":
            problems.append(f"{rel(f)}:{i}: store work has its own threads")
        if re.search(r"\bsqlite3_exec\b", line) and not rel(f).startswith(("data/store/omc-db", "sync/sandbox/omc-sandbox-db")):
            problems.append(f"{rel(f)}:{i}: SQL only through omc-stmt")
        if re.search(r"\b(strcpy|strcat|sprintf|gets)\s*\(", line):
            problems.append(f"{rel(f)}:{i}: unbounded string function")
report("/lint/no-forbidden-calls", problems)

print(f"1..{number}")
sys.exit(1 if failed else 0)
