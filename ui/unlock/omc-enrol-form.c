/* omc-enrol-form.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-enrol-form.h"
#include "omc-passphrase-rule.h"
#include "omc-ui.h"

struct _OmcEnrolForm
{
  AdwBin parent_instance;
  GtkWidget *server_row;
  GtkWidget *user_row;
  GtkWidget *display_row;
  GtkWidget *role_row;
  GtkWidget *passphrase_row;
  GtkWidget *repeat_row;
  GtkWidget *error_label;
  GtkWidget *enrol_button;
};

G_DEFINE_FINAL_TYPE (OmcEnrolForm, omc_enrol_form, ADW_TYPE_BIN)

enum
{
  SUBMITTED,
  CANCELLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* (nullable): what is still missing, in words; "" while the person has not come to it */
static const char *
find_obstacle (OmcEnrolForm *self)
{
  const char *server = get_text (self->server_row);

  if (*server && !g_uri_is_valid (server, G_URI_FLAGS_NONE, NULL))
    return _ ("The server address is not a web address. It starts with https://.");
  if (!*get_text (self->user_row) || !*get_text (self->display_row))
    return "";

  return omc_passphrase_find_obstacle (get_text (self->passphrase_row),
                                       get_text (self->repeat_row));
}

static void
edited_cb (OmcEnrolForm *self)
{
  const char *obstacle = find_obstacle (self);

  gtk_widget_set_sensitive (self->enrol_button, obstacle == NULL);
  omc_enrol_form_show_error (self, obstacle && *obstacle ? obstacle : NULL);
}

static void
submit_cb (OmcEnrolForm *self)
{
  g_signal_emit (self, signals[SUBMITTED], 0);
}

static void
back_cb (OmcEnrolForm *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->repeat_row), "");
  g_signal_emit (self, signals[CANCELLED], 0);
}

static void
omc_enrol_form_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_ENROL_FORM);

  G_OBJECT_CLASS (omc_enrol_form_parent_class)->dispose (object);
}

static void
omc_enrol_form_class_init (OmcEnrolFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_enrol_form_dispose;

  signals[SUBMITTED] = g_signal_new ("submitted", OMC_TYPE_ENROL_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  signals[CANCELLED] = g_signal_new ("cancelled", OMC_TYPE_ENROL_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-enrol-form"));
  gtk_widget_class_bind_template_child (widget_class, OmcEnrolForm, server_row);
  gtk_widget_class_bind_template_child (widget_class, OmcEnrolForm, user_row);
  gtk_widget_class_bind_template_child (widget_class, OmcEnrolForm, display_row);
  gtk_widget_class_bind_template_child (widget_class, OmcEnrolForm, role_row);
  gtk_widget_class_bind_template_child (widget_class, OmcEnrolForm, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, OmcEnrolForm, repeat_row);
  gtk_widget_class_bind_template_child (widget_class, OmcEnrolForm, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcEnrolForm, enrol_button);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
}

static void
omc_enrol_form_init (OmcEnrolForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

OmcGateRequest *
omc_enrol_form_take_request (OmcEnrolForm *self)
{
  OmcGateRequest *request;
  const char *passphrase;

  g_return_val_if_fail (OMC_IS_ENROL_FORM (self), NULL);

  passphrase = get_text (self->passphrase_row);
  request = omc_gate_request_new (OMC_GATE_BY_ENROLMENT);
  request->user = g_strstrip (g_strdup (get_text (self->user_row)));
  request->display = g_strstrip (g_strdup (get_text (self->display_row)));
  request->role = (OmcRole)adw_combo_row_get_selected (ADW_COMBO_ROW (self->role_row));
  request->server_url =
      *get_text (self->server_row) ? g_strdup (get_text (self->server_row)) : NULL;
  request->passphrase = omc_secret_new (passphrase, strlen (passphrase));
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->repeat_row), "");

  return request;
}

void
omc_enrol_form_show_error (OmcEnrolForm *self, const char *message)
{
  g_return_if_fail (OMC_IS_ENROL_FORM (self));

  omc_ui_set_message (self->error_label, message);
}

void
omc_enrol_form_set_server (OmcEnrolForm *self, const char *url)
{
  g_return_if_fail (OMC_IS_ENROL_FORM (self));

  gtk_editable_set_text (GTK_EDITABLE (self->server_row), url ? url : "");
}
