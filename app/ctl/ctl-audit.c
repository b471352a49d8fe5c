/* ctl-audit.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-audit.h"
#include "ctl-output.h"

#include "omc-store-audit-upload.h"
#include "omc-store-audit.h"

#include <glib/gi18n.h>
#include <stdio.h>

#define PAGE 1000

static OmcJsonNode *
entry_node (OmcJsonBuilder *b, OmcAuditEntry *entry)
{
  OmcJsonNode *root = omc_json_builder_object (b);
  char action[2] = { entry->action, '\0' };

  omc_ctl_set_integer (b, root, "sequence", (gint64)entry->sequence);
  omc_ctl_set_instant (b, root, "recorded", entry->recorded_us);
  omc_json_node_set_string (b, root, "type", entry->type);
  omc_json_node_set_string (b, root, "subtype", entry->subtype);
  omc_json_node_set_string (b, root, "action", action);
  omc_ctl_set_integer (b, root, "outcome", entry->outcome);
  omc_json_node_set_string (b, root, "user", entry->user);
  omc_json_node_set_string (b, root, "role", entry->role);
  omc_json_node_set_string (b, root, "patient", entry->patient_id);
  omc_json_node_set_string (b, root, "entity", entry->entity);
  omc_json_node_set_string (b, root, "purpose", entry->purpose);
  omc_json_node_set_string (b, root, "detail", entry->detail);
  return root;
}

static void
print_entry (OmcAuditEntry *entry, gboolean json, FILE *out)
{
  if (json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      g_autoptr (OmcJson) document = omc_json_builder_end (b, entry_node (b, entry));
      g_autofree char *text = omc_json_to_string (document, FALSE, NULL);

      fprintf (out, "%s\n", text);
    }
  else
    {
      g_autofree char *when = omc_instant_format_local (entry->recorded_us);

      fprintf (out, "%8" G_GUINT64_FORMAT "  %s  %-16s %-18s %c %s %s\n", entry->sequence, when,
               entry->user, entry->subtype, entry->action,
               entry->patient_id != NULL ? entry->patient_id : "-",
               entry->entity != NULL ? entry->entity : "");
    }
}

/* Page by page: the trail may be longer than memory. */
static int
print_entries (OmcCtl *self, guint64 from, guint64 limit, gboolean json, FILE *out, guint64 *n)
{
  guint64 left = limit != 0 ? limit : G_MAXUINT64;

  while (left > 0)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) entries = omc_store_list_audit_sync (
          self->store, self->actor, from, (guint)MIN (left, PAGE), NULL, &error);

      if (entries == NULL)
        return omc_ctl_fail_error (error);
      for (guint i = 0; i < entries->len; i++)
        {
          OmcAuditEntry *entry = g_ptr_array_index (entries, i);

          print_entry (entry, json, out);
          from = entry->sequence + 1;
        }
      left -= entries->len;
      *n += entries->len;
      if (entries->len < PAGE)
        break;
    }
  return OMC_CTL_OK;
}

static void
print_item (const OmcAuditEntry *entry, const OmcAuditItem *item, gboolean json)
{
  g_autofree char *record =
      g_strconcat (item->resource_type, "/", item->resource_id,
                   item->version_id != NULL ? "/_history/" : NULL, item->version_id, NULL);

  if (json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);
      char action[2] = { item->action, '\0' };

      omc_ctl_set_integer (b, root, "sequence", (gint64)entry->sequence);
      omc_json_node_set_string (b, root, "action", action);
      omc_json_node_set_string (b, root, "patient", item->patient_id);
      omc_json_node_set_string (b, root, "entity", record);
      omc_ctl_print_json (b, root);
    }
  else
    g_print ("            %c %s\n", item->action, record);
}

/* What happened to one patient: the acts, and below them the records that came with many others. */
static int
print_patient (OmcCtl *self, const char *patient, guint64 from, guint64 limit)
{
  guint64 left = limit != 0 ? limit : G_MAXUINT64;

  while (left > 0 && from != 0)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) entries = omc_store_list_audit_of_patient_sync (
          self->store, self->actor, patient, from, (guint)MIN (left, PAGE), &from, NULL, &error);

      if (entries == NULL)
        return omc_ctl_fail_error (error);
      for (guint i = 0; i < entries->len; i++)
        {
          OmcAuditEntry *entry = g_ptr_array_index (entries, i);
          g_autoptr (GPtrArray) items = NULL;

          print_entry (entry, self->json, stdout);
          if (entry->n_items == 0)
            continue;
          items = omc_store_list_audit_items_sync (self->store, self->actor, entry->sequence,
                                                   patient, 0, NULL, &error);
          if (items == NULL)
            return omc_ctl_fail_error (error);
          for (guint n = 0; n < items->len; n++)
            print_item (entry, g_ptr_array_index (items, n), self->json);
        }
      left -= entries->len;
    }
  return OMC_CTL_OK;
}

static int
retry (OmcCtl *self)
{
  g_autoptr (GError) error = NULL;

  if (!omc_store_retry_audit_sync (self->store, self->actor, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_json_node_set_string (b, root, "done", "retry");
      omc_ctl_print_json (b, root);
    }
  omc_ctl_say (_ ("What the server refused goes again with the next synchronisation."));
  return OMC_CTL_OK;
}

static int
export_to (OmcCtl *self, const char *path)
{
  OmcCtlOutput output = { 0 };
  guint64 n = 0;
  int status = OMC_CTL_OK;
  g_autoptr (GError) error = NULL;

  if (!omc_ctl_output_open (&output, path, &error))
    return omc_ctl_fail_error (error);
  status = print_entries (self, 1, 0, TRUE, output.file, &n);
  if (!omc_ctl_output_close (&output, status == OMC_CTL_OK, &error) && error != NULL)
    status = omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
  if (self->json && status == OMC_CTL_OK)
    omc_ctl_print_written (path, "entries", n);

  return status;
}

int
omc_ctl_audit (OmcCtl *self, int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";
  gint64 from = 1;
  gint64 limit = 0;
  guint64 n = 0;
  g_autofree char *output = NULL;
  g_autofree char *patient = NULL;
  int status;
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_INT64, &from, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT64, &limit, NULL, NULL },
    { "patient", 0, 0, G_OPTION_ARG_STRING, &patient, NULL, NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL },
    { NULL },
  };

  if (g_str_equal (what, "review"))
    return omc_ctl_review (self, argc, argv);
  if (g_str_equal (what, "verify"))
    return omc_ctl_audit_verify (self, argc - 1, argv + 1);
  if (g_str_equal (what, "archive"))
    return omc_ctl_audit_archive (self, argc - 1, argv + 1);
  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_AUDIT, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 2 || from < 1 || limit < 0 || (patient != NULL && *patient == '\0'))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_AUDIT);
  if (!omc_ctl_open (self, &status))
    return status;
  if (g_str_equal (argv[1], "list") && patient != NULL)
    return print_patient (self, g_str_has_prefix (patient, "Patient/") ? patient + 8 : patient,
                          (guint64)from, (guint64)limit);
  if (g_str_equal (argv[1], "list"))
    return print_entries (self, (guint64)from, (guint64)limit, self->json, stdout, &n);
  if (g_str_equal (argv[1], "retry"))
    return retry (self);
  if (g_str_equal (argv[1], "export"))
    return output != NULL ? export_to (self, output) : print_entries (self, 1, 0, TRUE, stdout, &n);
  return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_AUDIT);
}
