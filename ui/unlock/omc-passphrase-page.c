/* omc-passphrase-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-passphrase-page.h"
#include "omc-passphrase-rule.h"
#include "omc-ui.h"

struct _OmcPassphrasePage
{
  AdwBin parent_instance;
  GtkWidget *passphrase_row;
  GtkWidget *repeat_row;
  GtkWidget *error_label;
  GtkWidget *set_button;
};

G_DEFINE_FINAL_TYPE (OmcPassphrasePage, omc_passphrase_page, ADW_TYPE_BIN)

enum
{
  CHOSEN,
  LATER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
edited_cb (OmcPassphrasePage *self)
{
  const char *obstacle =
      omc_passphrase_find_obstacle (gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row)),
                                    gtk_editable_get_text (GTK_EDITABLE (self->repeat_row)));

  gtk_widget_set_sensitive (self->set_button, obstacle == NULL);
  omc_passphrase_page_show_error (self, obstacle && *obstacle ? obstacle : NULL);
}

static void
submit_cb (OmcPassphrasePage *self)
{
  if (gtk_widget_get_sensitive (self->set_button))
    g_signal_emit (self, signals[CHOSEN], 0);
}

static void
clear (OmcPassphrasePage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->repeat_row), "");
}

static void
later_cb (OmcPassphrasePage *self)
{
  clear (self);
  g_signal_emit (self, signals[LATER], 0);
}

static void
omc_passphrase_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_PASSPHRASE_PAGE);

  G_OBJECT_CLASS (omc_passphrase_page_parent_class)->dispose (object);
}

static void
omc_passphrase_page_class_init (OmcPassphrasePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_passphrase_page_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", OMC_TYPE_PASSPHRASE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[LATER] = g_signal_new ("later", OMC_TYPE_PASSPHRASE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-passphrase-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcPassphrasePage, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPassphrasePage, repeat_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPassphrasePage, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPassphrasePage, set_button);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, later_cb);
}

static void
omc_passphrase_page_init (OmcPassphrasePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_passphrase_page_set_person (OmcPassphrasePage *self, const char *display)
{
  g_autofree char *text = NULL;

  g_return_if_fail (OMC_IS_PASSPHRASE_PAGE (self));
  g_return_if_fail (display != NULL);

  text = g_markup_printf_escaped (
      _ ("The recovery code has let %s in. Without a new passphrase it may be "
         "needed again the next time."),
      display);
  /* Not bound: a child of the bin that is bound would be freed before the bin lets go of it. */
  adw_status_page_set_description (ADW_STATUS_PAGE (adw_bin_get_child (ADW_BIN (self))), text);
  clear (self);
}

OmcSecret *
omc_passphrase_page_take (OmcPassphrasePage *self)
{
  const char *typed;
  OmcSecret *passphrase;

  g_return_val_if_fail (OMC_IS_PASSPHRASE_PAGE (self), NULL);

  typed = gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row));
  passphrase = omc_secret_new (typed, strlen (typed));
  clear (self);

  return passphrase;
}

void
omc_passphrase_page_show_error (OmcPassphrasePage *self, const char *message)
{
  g_return_if_fail (OMC_IS_PASSPHRASE_PAGE (self));

  omc_ui_set_message (self->error_label, message);
}

void
omc_passphrase_page_focus (OmcPassphrasePage *self)
{
  g_return_if_fail (OMC_IS_PASSPHRASE_PAGE (self));

  gtk_widget_grab_focus (self->passphrase_row);
}
