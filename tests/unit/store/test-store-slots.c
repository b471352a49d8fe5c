/* test-store-slots.c: the ways in, changed by somebody who may, after the entry of it
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-store-slots.h"
#include "store-fixture.h"

#define NEW_PASSPHRASE "another good one"

typedef struct
{
  OmcSlotAct act;
  OmcKeySlotKind kind;
  const char *secret; /* (nullable) */
  int code;           /* of the store; -1: done */
  const char *subtype;
} Step;

static int
change (StoreFixture *f, OmcActor *actor, const Step *step)
{
  g_autoptr (OmcSecret) secret =
      step->secret != NULL ? omc_secret_new (step->secret, strlen (step->secret)) : NULL;
  g_autoptr (GError) error = NULL;
  OmcSlotChange wanted = {
    .act = step->act, .kind = step->kind, .user = omc_actor_get_user (f->nurse), .secret = secret
  };

  if (omc_store_change_slot_sync (f->store, actor, &wanted, NULL, &error))
    return -1;
  g_assert_cmpuint (error->domain, ==, OMC_STORE_ERROR);

  return error->code;
}

static char *
dup_last_subtype (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries =
      omc_store_list_audit_sync (f->store, f->auditor, 1, 0, NULL, &error);
  const OmcAuditEntry *last;

  g_assert_no_error (error);
  last = g_ptr_array_index (entries, entries->len - 1);

  return g_strdup_printf ("%s %s", last->subtype, last->entity != NULL ? last->entity : "");
}

static void
add_nurse (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_put_user_sync (f->store, f->administrator, f->nurse, FALSE, NULL, &error);
  g_assert_no_error (error);
}

/* A person's own passphrase and PIN, set without knowing whether there is one. */
static void
test_own (StoreFixture *f, gconstpointer data)
{
  static const Step steps[] = {
    { OMC_SLOT_CHANGE, OMC_KEY_SLOT_PIN, "830417", OMC_STORE_ERROR_NOT_FOUND, NULL },
    { OMC_SLOT_SET, OMC_KEY_SLOT_PIN, "830417", -1, "key-slot-added pin nurse" },
    { OMC_SLOT_ADD, OMC_KEY_SLOT_PIN, "830418", OMC_STORE_ERROR_INVALID, NULL },
    { OMC_SLOT_SET, OMC_KEY_SLOT_PIN, "830418", -1, "key-slot-changed pin nurse" },
    { OMC_SLOT_REMOVE, OMC_KEY_SLOT_PIN, NULL, -1, "key-slot-removed pin nurse" },
    { OMC_SLOT_REMOVE, OMC_KEY_SLOT_PIN, NULL, OMC_STORE_ERROR_NOT_FOUND, NULL },
    { OMC_SLOT_SET, OMC_KEY_SLOT_PASSPHRASE, NEW_PASSPHRASE, -1,
      "key-slot-changed passphrase nurse" },
  };

  add_nurse (f);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *last = NULL;

      g_test_message ("step %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (change (f, f->nurse, &steps[i]), ==, steps[i].code);
      last = dup_last_subtype (f);
      if (steps[i].subtype != NULL)
        g_assert_cmpstr (last, ==, steps[i].subtype);
    }
}

static gboolean
opens (StoreFixture *f, const char *text)
{
  g_autoptr (OmcKeyManager) keys = omc_key_manager_new (f->directory, f->secrets, &OMC_KDF_FLOOR);
  g_autoptr (OmcSecret) passphrase = omc_secret_new (text, strlen (text));

  return omc_key_manager_unlock_sync (keys, omc_actor_get_user (f->nurse), passphrase, NULL, NULL);
}

/* Where no entry can be written nothing changes, and nobody changes another's. */
static void
test_not_without_entry (StoreFixture *f, gconstpointer data)
{
  static const Step step = { OMC_SLOT_SET, OMC_KEY_SLOT_PASSPHRASE, NEW_PASSPHRASE, 0, NULL };
  g_autoptr (GError) error = NULL;

  add_nurse (f);
  g_assert_cmpint (change (f, f->assistant, &step), ==, OMC_STORE_ERROR_DENIED);
  g_assert_false (opens (f, NEW_PASSPHRASE));
  omc_store_close (f->store);
  g_assert_cmpint (change (f, f->nurse, &step), ==, OMC_STORE_ERROR_FAILED);
  g_assert_false (opens (f, NEW_PASSPHRASE));
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (change (f, f->nurse, &step), ==, -1);
  g_assert_true (opens (f, NEW_PASSPHRASE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/slots/everybodys-own-are-set-and-audited-as-what-it-is", test_own,
                     NULL);
  store_fixture_add ("/store/slots/nothing-changes-without-its-entry", test_not_without_entry,
                     NULL);

  return g_test_run ();
}
