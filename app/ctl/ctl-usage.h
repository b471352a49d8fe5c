/* ctl-usage.h: what each command takes, in one place: for --help, for messages, and for the manual page, which lint compares
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

/* " | " stands between the calls of one command, each of which starts with its sub-command; choices within one are in
 * parentheses, or have no spaces. */
/* clang-format off */
#define OMC_CTL_USAGE_INIT "init [--practice] [--display NAME] [--role ROLE]"
#define OMC_CTL_USAGE_USER \
  "user add NAME --role ROLE [--display NAME] [--department LOCATION] [--practitioner Practitioner/ID] " \
  "--new-passphrase-file FILE [--replace] | " \
  "list | disable NAME | enable NAME | reset-pin NAME"
#define OMC_CTL_USAGE_IMPORT "import FILE... [--from-server]"
#define OMC_CTL_USAGE_EXPORT "export [--type T] [--patient ID] [--output FILE]"
#define OMC_CTL_USAGE_GET "get TYPE/ID"
#define OMC_CTL_USAGE_SEARCH "search 'TYPE?params'"
#define OMC_CTL_USAGE_VITALS \
  "vitals add --patient ID [--rr N] [--spo2 N] [--oxygen air|oxygen|no|yes] [--oxygen-device TEXT] [--oxygen-flow N] " \
  "[--fio2 N] [--bp SYS/DIA] [--sbp N] [--dbp N] [--pulse N] [--consciousness A|C|V|P|U] [--temperature 98.6degF] [--pain N] [--glucose N] [--weight N] " \
  "[--height N] [--urine N] [--taken-at INSTANT] [--late-reason TEXT] [--note TEXT] [--confirm]"
#define OMC_CTL_USAGE_NEWS2 \
  "news2 [--rr N] [--spo2 N] [--scale 1|2] [--oxygen yes|no] [--sbp N] [--pulse N] [--consciousness A|C|V|P|U] " \
  "[--temperature N] [--age N] [--pregnant]"
#define OMC_CTL_USAGE_MERGE \
  "merge --base FILE|none --local FILE --remote FILE [--strategy merge|server-wins|client-wins|manual]"
#define OMC_CTL_USAGE_SYNC \
  "sync [--once] [--server URL] [--client-id ID --client-secret-file FILE] [--ca-file PEM] [--resource TYPE/ID] [--dry-run]"
#define OMC_CTL_USAGE_STATUS "status [--patient ID] [--storage]"
#define OMC_CTL_USAGE_QUEUE "queue list [--patient ID] | show N | retry N | cancel N --reason TEXT"
#define OMC_CTL_USAGE_CONFLICTS "conflicts list [--all] | show N | resolve N (--take local|remote | --file FILE)"
#define OMC_CTL_USAGE_AUDIT_VERIFY "verify [--full]"
#define OMC_CTL_USAGE_AUDIT_ARCHIVE "archive [--older-than DAYS] [--dry-run]"
#define OMC_CTL_USAGE_AUDIT_REVIEW "review [--all] | review NUMBER (--justified | --unjustified) [--words TEXT]"
#define OMC_CTL_USAGE_AUDIT \
  "audit list [--from N] [--limit N] [--patient ID] | " OMC_CTL_USAGE_AUDIT_VERIFY " | " \
  OMC_CTL_USAGE_AUDIT_ARCHIVE " | retry | export [--output FILE] | " OMC_CTL_USAGE_AUDIT_REVIEW
#define OMC_CTL_USAGE_BREAK_GLASS "break-glass PATIENT --reason CODE --words TEXT | PATIENT --end"
#define OMC_CTL_USAGE_KEYS_CREDENTIAL "add credential --output FILE [--without-keyring]"
#define OMC_CTL_USAGE_KEYS \
  "keys status | slots | add|change passphrase|pin [--name USER] --secret-file FILE | " \
  "add|change hospital --name NAME --key FILE|HEX | add|change recovery | " OMC_CTL_USAGE_KEYS_CREDENTIAL " | " \
  "remove passphrase|pin|recovery|hospital|credential [--name NAME] [--yes] | " \
  "recover (--recovery-code-file FILE | --hospital FILE) --name USER --new-passphrase-file FILE | " \
  "extend (--recovery-code-file FILE | --hospital FILE) [--hours N] | confirm [--server URL] "   \
  "[--ca-file PEM] | "                                                                             \
  "rotate [--data] [--master] [--database] [--no-wait] | try-credential"
#define OMC_CTL_USAGE_POLICY "policy show | check FILE [--signature FILE] | install FILE [--signature FILE]"
#define OMC_CTL_USAGE_BACKUP \
  "backup create FILE | verify FILE | restore FILE [--recovery-code-file FILE] | work FILE [--output FILE]"
#define OMC_CTL_USAGE_CACHE "cache status | evict [--dry-run] | pin PATIENT | unpin PATIENT | recall PATIENT"
#define OMC_CTL_USAGE_DOCTOR "doctor [--deep]"
/* clang-format on */
