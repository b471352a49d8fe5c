/* omc-conflict-row.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-conflict-row.h"
#include "omc-merge-words.h"
#include "omc-ui.h"

struct _OmcConflictRow
{
  AdwBin parent_instance;
  GtkWidget *title_label;
  GtkWidget *summary_label;
  GtkWidget *who_label;
  GtkWidget *state_label;
};

G_DEFINE_FINAL_TYPE (OmcConflictRow, omc_conflict_row, ADW_TYPE_BIN)

static void
omc_conflict_row_class_init (OmcConflictRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-conflict-row"));
  gtk_widget_class_bind_template_child (widget_class, OmcConflictRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictRow, summary_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictRow, who_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictRow, state_label);
}

static void
omc_conflict_row_init (OmcConflictRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
omc_conflict_row_new (void)
{
  return g_object_new (OMC_TYPE_CONFLICT_ROW, NULL);
}

static char *
dup_state (const OmcConflict *conflict)
{
  switch (conflict->status)
    {
    case OMC_CONFLICT_STOPPED:
      return g_strdup (_ ("Stop: check the patient"));
    case OMC_CONFLICT_AUTO_MERGED:
      return g_strdup (_ ("Merged by rule"));
    case OMC_CONFLICT_RESOLVED:
      return g_strdup (_ ("Decided"));
    case OMC_CONFLICT_SUPERSEDED:
      return g_strdup (_ ("Overtaken by a newer one"));
    case OMC_CONFLICT_OPEN:
    default:
      return g_strdup_printf (ngettext ("%u decision", "%u decisions", conflict->n_undecided),
                              conflict->n_undecided);
    }
}

char *
omc_conflict_row_set_conflict (OmcConflictRow *self, OmcConflict *conflict)
{
  g_autofree char *title = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *local = NULL;
  g_autofree char *who = NULL;
  g_autofree char *state = NULL;
  gboolean waits;

  g_return_val_if_fail (OMC_IS_CONFLICT_ROW (self) && conflict != NULL, NULL);

  waits = conflict->status == OMC_CONFLICT_OPEN || conflict->status == OMC_CONFLICT_STOPPED;
  title = omc_merge_words_title (conflict);
  summary = omc_merge_words_summary (conflict);
  local = omc_merge_words_who_when (conflict->local_author, conflict->local_us);
  who = g_strdup_printf (_ ("Written here: %s"), local);
  state = dup_state (conflict);

  gtk_label_set_text (GTK_LABEL (self->title_label), title);
  gtk_label_set_text (GTK_LABEL (self->summary_label), summary);
  gtk_label_set_text (GTK_LABEL (self->who_label), who);
  gtk_label_set_text (GTK_LABEL (self->state_label), state);
  gtk_widget_set_css_classes (
      self->state_label,
      (const char *[]){ "heading",
                        waits ? omc_merge_words_severity_class (conflict->severity) : NULL, NULL });
  return g_strdup_printf ("%s. %s. %s. %s", title, summary, state, who);
}
