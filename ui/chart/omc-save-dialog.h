/* omc-save-dialog.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-patient-summary.h"
#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_SAVE_DIALOG (omc_save_dialog_get_type ())

/**
 * OmcSaveDialog:
 *
 * A dialog over a chart that closes only once the store has committed what was done in it. Until the store has answered it
 * stays, and tells whoever would close it why. When the screen is locked meanwhile and nothing was saved, its person is told
 * so wherever they are next (omc_ui_session_tell_unsaved). The property "saving" is TRUE while the store works.
 */
G_DECLARE_DERIVABLE_TYPE (OmcSaveDialog, omc_save_dialog, OMC, SAVE_DIALOG, AdwDialog)

struct _OmcSaveDialogClass
{
  AdwDialogClass parent_class;
};

/* Whose chart it is over, the label that names the person, and the one that the dialog speaks with; once. */
void omc_save_dialog_set_up (OmcSaveDialog *self,
                             OmcUiSession *session,
                             OmcPatientSummary *summary,
                             GtkWidget *person_label,
                             GtkWidget *label);
OmcUiSession *omc_save_dialog_get_session (OmcSaveDialog *self);
OmcPatientSummary *omc_save_dialog_get_summary (OmcSaveDialog *self);
gboolean omc_save_dialog_is_saving (OmcSaveDialog *self);

/**
 * omc_save_dialog_save:
 * @resources: (element-type OmcResource)
 * @done: the sentence of the toast once it is saved
 * @undone: the sentence that says what was not done, when nobody sees the dialog any more; the reason follows
 */
void omc_save_dialog_save (OmcSaveDialog *self,
                           GPtrArray *resources,
                           OmcSaveReason reason,
                           const char *done,
                           const char *undone);

G_END_DECLS
