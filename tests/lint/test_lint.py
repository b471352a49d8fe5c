#!/usr/bin/env python3
"""Tests lint.py: each rule finds what it is there for, and a small tree that keeps them all passes. Prints TAP."""
import pathlib
import subprocess
import sys
import tempfile

LINT = pathlib.Path(sys.argv[1]) / "tests" / "lint" / "lint.py"
HEAD = "/* x\n *\n * SPDX-License-Identifier: AGPL-3.0-or-later\n */\n"
ENTRIES = """const GOptionEntry entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, 0 },
    { "raw", 0, 0, G_OPTION_ARG_NONE, 0 },
    { "as", 0, 0, G_OPTION_ARG_STRING, 0 },
  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_QUEUE, &argc, &argv))
"""
PAGE = """.Sh OPTIONS
.It Fl -json
.It Fl -version , Fl -help
.Sh COMMANDS
.It Cm queue list Oo Fl -all Oc
.It Cm queue show Ar N Po Fl -raw | \\
Fl -as Cm json|text Pc
"""
GOOD = {
    "crypto/omc-secret.h": HEAD, "data/base/omc-clock.h": HEAD, "data/fhir/omc-json.h": HEAD, "data/store/omc-store.h": HEAD,
    "sync/omc-sync-service.h": HEAD, "sync/omc-sync-engine.h": HEAD, "ui/omc-ui.h": HEAD, "app/omc-services.h": HEAD,
    "data/store/omc-store.c": HEAD + '#include "omc-json.h"\n#include "omc-secret.h"\n',
    "data/store/omc-db.h": HEAD, "data/store/omc-store-sync.h": HEAD, "data/store/omc-store-private.h": HEAD,
    "data/store/omc-outbox-dao.h": HEAD, "data/fhir/omc-json-private.h": HEAD,
    "sync/omc-sync-engine.c": HEAD + '#include "omc-store-sync.h"\n', "app/doctor.c": HEAD + '#include "omc-db.h"\n',
    "data/store/omc-db.c": HEAD + "#include <sqlcipher/sqlite3.h>\n",
    "ui/omc-ui.c": HEAD + '#include <gtk/gtk.h>\n#include "omc-sync-service.h"\n#include "omc-store.h"\n',
    "app/main.c": HEAD + '#include "omc-ui.h"\n#include "omc-sync-engine.h"\n',
    "po/POTFILES.in": "ui/words.c\n", "ui/words.c": HEAD + 'x = _("word");\n', "meson.build": "project('x')\n",
    "po/meson.build": "i18n.gettext('x', args: ['--keyword=WORD:2'])\n",
    "app/sandbox/main.c": HEAD, "docs/man/omnicare-sandbox.1": ".Sh OPTIONS\n.It Fl -help\n",
    "ui/table.c": HEAD + "#define WORD(code, label) \\\n  { code, N_ (label) }\n",
    "app/ctl/ctl-usage.h": HEAD + '#define OMC_CTL_USAGE_QUEUE "queue list [--all] | show N (--raw | --as json|text)"\n',
    "app/ctl/main.c": HEAD + '  { "queue", omc_ctl_queue, OMC_CTL_USAGE_QUEUE, 0 },\n  "  --json    one document\\n"\n',
    "app/ctl/ctl-queue.c": HEAD + ENTRIES, "docs/man/omnicarectl.1": PAGE,
}
# rule, file, what is written there
CASES = [
    ("arrows-point-down", "data/fhir/omc-bad.c", '#include "omc-store.h"\n'),
    ("arrows-point-down", "crypto/omc-bad.c", '#include "omc-clock.h"\n'),
    ("arrows-point-down", "sync/omc-bad.c", '#include "omc-ui.h"\n'),
    ("arrows-point-down", "ui/omc-bad.c", '#include "omc-sync-engine.h"\n'),
    ("arrows-point-down", "ui/omc-bad.c", '#include "omc-services.h"\n'),
    ("only-faces-are-seen", "ui/omc-bad.c", '#include "omc-db.h"\n'),
    ("only-faces-are-seen", "ui/omc-bad.c", '#include "omc-store-sync.h"\n'),
    ("only-faces-are-seen", "ui/omc-bad.c", '#include "omc-json-private.h"\n'),
    ("only-faces-are-seen", "data/model/omc-bad.c", '#include "omc-outbox-dao.h"\n'),
    ("only-faces-are-seen", "sync/omc-bad.c", '#include "omc-db.h"\n'),
    ("only-faces-are-seen", "app/omc-bad.c", '#include "omc-store-private.h"\n'),
    ("headers-stay-in-their-place", "data/store/omc-bad.c", "#include <sqlcipher/sqlite3.h>\n"),
    ("headers-stay-in-their-place", "data/store/omc-db.c", "#include <sqlite3.h>\n"),
    ("headers-stay-in-their-place", "ui/omc-bad.c", "#include <libsoup/soup.h>\n"),
    ("headers-stay-in-their-place", "data/model/omc-bad.c", "#include <gtk/gtk.h>\n"),
    ("headers-stay-in-their-place", "sync/omc-bad.c", "#include <libsecret/secret.h>\n"),
    ("headers-stay-in-their-place", "sync/omc-bad.c", "#include <yyjson.h>\n"),
    ("no-sqlite-without-encryption", "data/meson.build", "x = dependency('sqlite3')\n"),
    ("no-file-with-both-json-libraries", "data/fhir/omc-json.c", "#include <yyjson.h>\n#include <json-glib/json-glib.h>\n"),
    ("no-file-over-the-hard-limit", "ui/omc-bad.c", "\n" * 901),
    ("no-function-over-the-hard-limit", "ui/omc-bad.c", "f (void)\n{\n" + "\n" * 90 + "}\n"),
    ("nothing-left-undone", "ui/omc-bad.c", "/* TO" + "DO */\n"),
    ("every-file-says-its-licence", "ui/omc-bad.h", None),
    ("translatable-files-are-listed", "ui/omc-bad.c", 'x = _("hello");\n'),
    ("translatable-files-are-listed", "po/POTFILES.in", "ui/words.c\nui/gone.c\n"),
    ("macros-with-texts-are-keywords", "ui/omc-bad.c", "#define ROW(label, code) \\\n  { code, N_ (label) }\n"),
    ("macros-with-texts-are-keywords", "po/meson.build", "i18n.gettext('x', args: ['--keyword=WORD:1'])\n"),
    ("usage-is-what-the-commands-take", "app/ctl/ctl-queue.c", ENTRIES.replace("raw", "rare")),
    ("usage-is-what-the-commands-take", "app/ctl/ctl-queue.c", ENTRIES.replace("OMC_CTL_USAGE_QUEUE", '"queue list"')),
    ("usage-is-what-the-commands-take", "app/ctl/ctl-bad.c", ENTRIES.replace("raw", "raw-and-more")),
    ("manual-is-what-help-says", "docs/man/omnicarectl.1", PAGE.replace("list Oo Fl -all Oc", "list")),
    ("manual-is-what-help-says", "docs/man/omnicarectl.1", PAGE.replace(".It Cm queue list Oo Fl -all Oc\n", "")),
    ("manual-is-what-help-says", "docs/man/omnicarectl.1", PAGE.replace("json|text", "json")),
    ("manual-is-what-help-says", "docs/man/omnicarectl.1", PAGE + ".It Cm queue drop\n"),
    ("manual-is-what-help-says", "docs/man/omnicarectl.1", PAGE.replace(".It Fl -json\n", "")),
    ("manual-is-what-help-says", "docs/man/omnicarectl.1", PAGE.replace(".It Fl -json", ".It Fl -json\n.It Fl -xml")),
    ("manual-is-what-help-says", "docs/man/omnicare-sandbox.1", ".Sh OPTIONS\n.It Fl -port Ar PORT\n"),
    ("no-forbidden-calls", "ui/omc-bad.c", "strcpy (a, b);\n"),
    ("no-forbidden-calls", "data/store/omc-bad.c", "g_task_run_in_thread (task, f);\n"),
]


def lint(extra):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {**GOOD, **extra}.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        done = subprocess.run([sys.executable, LINT, folder], capture_output=True, text=True, check=False)
    return done.returncode, [line.split("/lint/")[1] for line in done.stdout.split("\n") if line.startswith("not ok")], done


print(f"1..{len(CASES) + 1}")
bad = 0
status, rules, done = lint({})
bad += status != 0
print(f"{'not ' * (status != 0)}ok 1 /lint/lint/a-tree-that-keeps-the-rules-passes")
if status:
    print("# " + (done.stdout + done.stderr).replace("\n", "\n# "))
for number, (rule, name, content) in enumerate(CASES, 2):
    plain = content is None or not name.endswith((".c", ".h"))
    status, rules, done = lint({name: (content or "\n") if plain else HEAD + content})
    well = status == 1 and rules == [rule]
    bad += not well
    print(f"{'' if well else 'not '}ok {number} /lint/lint/{rule}-finds-{name.replace('/', '-')}-{number}")
    if not well:
        print(f"# {rules} {done.stderr}")
sys.exit(bad > 0)
