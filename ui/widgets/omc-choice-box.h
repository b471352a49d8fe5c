/* omc-choice-box.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define OMC_TYPE_CHOICE_BOX (omc_choice_box_get_type ())

/**
 * OmcChoiceBox:
 *
 * A few choices side by side, each a toggle button; none is chosen until a person chooses (no defaults in clinical
 * fields), and choosing the same again takes it back unless `required`. Property `value` (string, "" for none).
 */
G_DECLARE_FINAL_TYPE (OmcChoiceBox, omc_choice_box, OMC, CHOICE_BOX, GtkWidget)

GtkWidget *omc_choice_box_new (gboolean required) G_GNUC_WARN_UNUSED_RESULT;
/* name: the accessible name; tooltip: (nullable) */
void omc_choice_box_add (OmcChoiceBox *self,
                         const char *value,
                         const char *label,
                         const char *name,
                         const char *tooltip);
const char *omc_choice_box_get_value (OmcChoiceBox *self);
void omc_choice_box_set_value (OmcChoiceBox *self, const char *value);

G_END_DECLS
