/* omc-migrator.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-migrator.h"

#include <glib/gi18n-lib.h>

#include "omc-store-resources.h"

#define PREFIX "/org/omnicare/OmniCare/store/migrations/"

static const char *const migrations[] = {
  "001-first.sql",
};

guint
omc_migrator_get_latest (void)
{
  return G_N_ELEMENTS (migrations);
}

gboolean
omc_migrator_get_version (OmcDb *db, guint *version, GError **error)
{
  gint64 value;

  if (!omc_db_get_integer (db, "PRAGMA user_version", 0, &value, error))
    return FALSE;
  *version = (guint)value;

  return TRUE;
}

static gboolean
run_one (OmcDb *db, guint number, GError **error)
{
  g_autofree char *path = g_strconcat (PREFIX, migrations[number - 1], NULL);
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %u", number);
  g_autoptr (GBytes) sql = g_resource_lookup_data (omc_store_get_resource (), path, 0, error);

  if (sql == NULL)
    return FALSE;

  return omc_db_execute (db, g_bytes_get_data (sql, NULL), error) &&
         omc_db_execute (db, mark, error);
}

gboolean
omc_migrator_run (OmcDb *db, GError **error)
{
  guint latest = omc_migrator_get_latest ();
  guint version;

  g_return_val_if_fail (db != NULL, FALSE);

  for (;;)
    {
      /* Two programs may open a new store at once: who has the lock looks again. */
      if (!omc_db_begin (db, error))
        return FALSE;
      if (!omc_migrator_get_version (db, &version, error))
        goto failed;
      if (version > latest)
        {
          g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER,
                       _ ("The store was made by a newer version of this program (schema %u, this "
                          "one knows %u). "
                          "Install the newer version."),
                       version, latest);
          goto failed;
        }
      if (version == latest)
        {
          omc_db_rollback (db);
          return TRUE;
        }
      if (!run_one (db, version + 1, error) || !omc_db_commit (db, error))
        goto failed;
    }

failed:
  omc_db_rollback (db);
  return FALSE;
}
