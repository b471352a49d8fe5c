/* test-audit-chain.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-audit-chain.h"

#define N_ENTRIES 8

typedef struct
{
  guint64 sequence;
  char entry[16];
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
} Entry;

typedef struct
{
  Entry entries[N_ENTRIES + 1];
  guint n;
  guint64 anchor;
  guint8 anchor_hash[OMC_AUDIT_HASH_LENGTH];
} Chain;

static OmcSecret *
make_key (const char *text)
{
  return omc_secret_new (text, strlen (text));
}

static void
link_from (Chain *chain, guint first, OmcSecret *key)
{
  static const guint8 zeros[OMC_AUDIT_HASH_LENGTH];
  g_autoptr (OmcHmac) hmac = omc_hmac_new (key, NULL);

  for (guint i = first; i < chain->n; i++)
    {
      Entry *entry = &chain->entries[i];

      g_assert_true (omc_audit_chain_next (hmac, entry->sequence, i > 0 ? entry[-1].hash : zeros,
                                           entry->entry, strlen (entry->entry), entry->hash, NULL));
    }
}

static void
make_chain (Chain *chain, OmcSecret *key)
{
  memset (chain, 0, sizeof *chain);
  chain->n = N_ENTRIES;
  for (guint i = 0; i < N_ENTRIES; i++)
    {
      chain->entries[i].sequence = i + 1;
      g_snprintf (chain->entries[i].entry, sizeof chain->entries[i].entry, "entry %u", i + 1);
    }
  link_from (chain, 0, key);
  chain->anchor = N_ENTRIES;
  memcpy (chain->anchor_hash, chain->entries[N_ENTRIES - 1].hash, OMC_AUDIT_HASH_LENGTH);
}

static void
remove_entry (Chain *chain, guint i)
{
  memmove (&chain->entries[i], &chain->entries[i + 1], (chain->n - i - 1) * sizeof (Entry));
  chain->n--;
}

static void
spoil_nothing (Chain *chain, OmcSecret *key)
{
}

static void
cut_tail (Chain *chain, OmcSecret *key)
{
  chain->n -= 2;
}

static void
cut_all (Chain *chain, OmcSecret *key)
{
  chain->n = 0;
}

static void
remove_middle (Chain *chain, OmcSecret *key)
{
  remove_entry (chain, 3);
}

static void
remove_first (Chain *chain, OmcSecret *key)
{
  remove_entry (chain, 0);
}

/* The numbers are closed up, the hashes are what they were. */
static void
remove_and_renumber (Chain *chain, OmcSecret *key)
{
  remove_entry (chain, 3);
  for (guint i = 3; i < chain->n; i++)
    chain->entries[i].sequence = i + 1;
}

static void
swap_rows (Chain *chain, OmcSecret *key)
{
  Entry entry = chain->entries[2];

  chain->entries[2] = chain->entries[3];
  chain->entries[3] = entry;
}

static void
swap_contents (Chain *chain, OmcSecret *key)
{
  char entry[16];

  memcpy (entry, chain->entries[2].entry, sizeof entry);
  memcpy (chain->entries[2].entry, chain->entries[3].entry, sizeof entry);
  memcpy (chain->entries[3].entry, entry, sizeof entry);
}

static void
edit_entry (Chain *chain, OmcSecret *key)
{
  chain->entries[4].entry[0] = 'E';
}

static void
edit_hash (Chain *chain, OmcSecret *key)
{
  chain->entries[4].hash[31] ^= 1;
}

static void
repeat_entry (Chain *chain, OmcSecret *key)
{
  memmove (&chain->entries[4], &chain->entries[3], 5 * sizeof (Entry));
  chain->n++;
}

static void
rebuild_without_key (Chain *chain, OmcSecret *key)
{
  g_autoptr (OmcSecret) other = make_key ("somebody else's key");

  chain->entries[0].entry[0] = 'E';
  link_from (chain, 0, other);
}

/* By somebody with the key (a stolen, unlocked session): only the anchored head tells. */
static void
rebuild_with_key (Chain *chain, OmcSecret *key)
{
  chain->entries[5].entry[0] = 'E';
  link_from (chain, 5, key);
}

static void
rebuild_shorter_with_key (Chain *chain, OmcSecret *key)
{
  chain->n -= 1;
  link_from (chain, 0, key);
}

/* The head of an older copy together with the whole chain is fine: the anchor lags behind. */
static void
anchor_lags (Chain *chain, OmcSecret *key)
{
  chain->anchor = 5;
  memcpy (chain->anchor_hash, chain->entries[4].hash, OMC_AUDIT_HASH_LENGTH);
}

static void
replay_old_head_hash (Chain *chain, OmcSecret *key)
{
  memcpy (chain->anchor_hash, chain->entries[4].hash, OMC_AUDIT_HASH_LENGTH);
}

static void
skip_append (Chain *chain, OmcSecret *key)
{
  chain->entries[7].sequence = 9;
  link_from (chain, 7, key);
}

static void
no_anchor_and_empty (Chain *chain, OmcSecret *key)
{
  chain->n = 0;
  chain->anchor = 0;
}

static const struct
{
  const char *name;
  void (*spoil) (Chain *chain, OmcSecret *key);
  OmcAuditFinding finding;
  guint64 place;
} CASES[] = {
  { "intact", spoil_nothing, OMC_AUDIT_INTACT, 8 },
  { "intact-anchor-lags", anchor_lags, OMC_AUDIT_INTACT, 8 },
  { "empty-and-never-anchored", no_anchor_and_empty, OMC_AUDIT_INTACT, 0 },
  { "tail-cut", cut_tail, OMC_AUDIT_CUT, 7 },
  { "all-cut", cut_all, OMC_AUDIT_CUT, 1 },
  { "rebuilt-shorter-with-key", rebuild_shorter_with_key, OMC_AUDIT_CUT, 8 },
  { "middle-removed", remove_middle, OMC_AUDIT_GAP, 4 },
  { "first-removed", remove_first, OMC_AUDIT_GAP, 1 },
  { "middle-removed-and-renumbered", remove_and_renumber, OMC_AUDIT_BROKEN_HASH, 4 },
  { "rows-swapped", swap_rows, OMC_AUDIT_GAP, 3 },
  { "contents-swapped", swap_contents, OMC_AUDIT_BROKEN_HASH, 3 },
  { "entry-edited", edit_entry, OMC_AUDIT_BROKEN_HASH, 5 },
  { "hash-edited", edit_hash, OMC_AUDIT_BROKEN_HASH, 5 },
  { "entry-repeated", repeat_entry, OMC_AUDIT_GAP, 4 },
  { "append-skipped", skip_append, OMC_AUDIT_GAP, 8 },
  { "rebuilt-without-key", rebuild_without_key, OMC_AUDIT_BROKEN_HASH, 1 },
  { "rebuilt-with-key", rebuild_with_key, OMC_AUDIT_HEAD_DIFFERS, 8 },
  { "old-head-replayed", replay_old_head_hash, OMC_AUDIT_HEAD_DIFFERS, 8 },
};

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (OmcSecret) key = make_key ("the key of this store");
  g_autoptr (OmcAuditVerifier) verifier = NULL;
  Chain chain;
  guint64 place;

  make_chain (&chain, key);
  CASES[i].spoil (&chain, key);
  verifier =
      omc_audit_verifier_new (key, chain.anchor, chain.anchor > 0 ? chain.anchor_hash : NULL);
  for (guint e = 0; e < chain.n; e++)
    omc_audit_verifier_feed (verifier, chain.entries[e].sequence, chain.entries[e].entry,
                             strlen (chain.entries[e].entry), chain.entries[e].hash);
  g_assert_cmpint (omc_audit_verifier_end (verifier, &place), ==, CASES[i].finding);
  g_assert_cmpuint (place, ==, CASES[i].place);
}

/* Computed by another implementation from the definition in the header. */
static void
test_known (void)
{
  static const guint8 zeros[OMC_AUDIT_HASH_LENGTH];
  guint8 raw[32];
  guint8 first[OMC_AUDIT_HASH_LENGTH];
  guint8 second[OMC_AUDIT_HASH_LENGTH];
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcHmac) hmac = NULL;
  g_autoptr (GString) hex = g_string_new (NULL);

  for (guint i = 0; i < sizeof raw; i++)
    raw[i] = (guint8)i;
  key = omc_secret_new (raw, sizeof raw);
  hmac = omc_hmac_new (key, NULL);
  g_assert_true (omc_audit_chain_next (hmac, 1, zeros, "login", 5, first, NULL));
  g_assert_true (omc_audit_chain_next (hmac, 2, first, "", 0, second, NULL));
  for (guint i = 0; i < sizeof second; i++)
    g_string_append_printf (hex, "%02x", second[i]);
  g_assert_cmpstr (hex->str, ==,
                   "282a811f3df33f970f0fe3f6dcf6d4521b4364603f2ae7ff3756b697e1cb4039");
}

static void
test_stops_at_first (void)
{
  g_autoptr (OmcSecret) key = make_key ("k");
  g_autoptr (OmcAuditVerifier) verifier = omc_audit_verifier_new (key, 0, NULL);
  Chain chain;
  guint64 place;

  make_chain (&chain, key);
  g_assert_true (omc_audit_verifier_feed (verifier, 1, "entry 1", 7, chain.entries[0].hash));
  g_assert_false (omc_audit_verifier_feed (verifier, 2, "entry X", 7, chain.entries[1].hash));
  g_assert_false (omc_audit_verifier_feed (verifier, 2, "entry 2", 7, chain.entries[1].hash));
  g_assert_cmpint (omc_audit_verifier_end (verifier, &place), ==, OMC_AUDIT_BROKEN_HASH);
  g_assert_cmpuint (place, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/audit-chain/known-answer", test_known);
  g_test_add_func ("/crypto/audit-chain/stops-at-the-first", test_stops_at_first);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = g_strconcat ("/crypto/audit-chain/", CASES[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  return g_test_run ();
}
