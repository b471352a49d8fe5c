/* omc-conflict-choice.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include "omc-conflict-choice.h"
#include "omc-ui.h"

struct _OmcConflictChoice
{
  AdwBin parent_instance;
  GtkWidget *key_label;
  GtkWidget *side_label;
  GtkWidget *value_label;
  GtkWidget *who_label;
};

G_DEFINE_FINAL_TYPE (OmcConflictChoice, omc_conflict_choice, ADW_TYPE_BIN)

static void
omc_conflict_choice_class_init (OmcConflictChoiceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-conflict-choice"));
  gtk_widget_class_bind_template_child (widget_class, OmcConflictChoice, key_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictChoice, side_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictChoice, value_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictChoice, who_label);
}

static void
omc_conflict_choice_init (OmcConflictChoice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_conflict_choice_set (OmcConflictChoice *self,
                         const char *key,
                         const char *side,
                         const char *value,
                         const char *who_when)
{
  g_return_if_fail (OMC_IS_CONFLICT_CHOICE (self));

  gtk_label_set_text (GTK_LABEL (self->key_label), key);
  gtk_label_set_text (GTK_LABEL (self->side_label), side);
  gtk_label_set_text (GTK_LABEL (self->value_label), value);
  gtk_label_set_text (GTK_LABEL (self->who_label), who_when);
}
