/* omc-pin-pad.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-pin-pad.h"
#include "omc-ui.h"

struct _OmcPinPad
{
  AdwBin parent_instance;
  GtkWidget *pin_row;
  GtkWidget *keys;
};

G_DEFINE_FINAL_TYPE (OmcPinPad, omc_pin_pad, ADW_TYPE_BIN)

enum
{
  CHANGED,
  ENTERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
edited_cb (OmcPinPad *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
entered_cb (OmcPinPad *self)
{
  g_signal_emit (self, signals[ENTERED], 0);
}

static void
key_cb (OmcPinPad *self, GtkButton *key)
{
  int position = -1;

  gtk_editable_delete_selection (GTK_EDITABLE (self->pin_row));
  gtk_editable_insert_text (GTK_EDITABLE (self->pin_row), gtk_button_get_label (key), -1,
                            &position);
  gtk_editable_set_position (GTK_EDITABLE (self->pin_row), -1);
}

static void
back_cb (OmcPinPad *self)
{
  gtk_editable_delete_text (
      GTK_EDITABLE (self->pin_row),
      MAX (0, (int)strlen (gtk_editable_get_text (GTK_EDITABLE (self->pin_row))) - 1), -1);
}

static void
add_key (OmcPinPad *self, GtkWidget *key, GCallback callback, int column, int row)
{
  gtk_widget_add_css_class (key, "omc-key");
  /* The keyboard goes on writing into the entry. */
  gtk_widget_set_focus_on_click (key, FALSE);
  g_signal_connect_object (key, "clicked", callback, self, G_CONNECT_SWAPPED);
  gtk_grid_attach (GTK_GRID (self->keys), key, column, row, 1, 1);
}

static void
add_keys (OmcPinPad *self)
{
  GtkWidget *back = gtk_button_new_from_icon_name ("edit-clear-symbolic");

  for (int digit = 0; digit <= 9; digit++)
    {
      const char label[2] = { (char)('0' + digit), '\0' };

      add_key (self, gtk_button_new_with_label (label), G_CALLBACK (key_cb),
               digit > 0 ? (digit - 1) % 3 : 1, digit > 0 ? (digit - 1) / 3 : 3);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (back), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Take back the last digit"), -1);
  add_key (self, back, G_CALLBACK (back_cb), 2, 3);
}

static gboolean
omc_pin_pad_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (OMC_PIN_PAD (widget)->pin_row);
}

static void
omc_pin_pad_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_PIN_PAD);

  G_OBJECT_CLASS (omc_pin_pad_parent_class)->dispose (object);
}

static void
omc_pin_pad_class_init (OmcPinPadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_pin_pad_dispose;
  widget_class->grab_focus = omc_pin_pad_grab_focus;

  signals[CHANGED] = g_signal_new ("changed", OMC_TYPE_PIN_PAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[ENTERED] = g_signal_new ("entered", OMC_TYPE_PIN_PAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-pin-pad"));
  gtk_widget_class_bind_template_child (widget_class, OmcPinPad, pin_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPinPad, keys);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, entered_cb);
}

static void
omc_pin_pad_init (OmcPinPad *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_keys (self);
}

gboolean
omc_pin_pad_is_empty (OmcPinPad *self)
{
  g_return_val_if_fail (OMC_IS_PIN_PAD (self), TRUE);

  return *gtk_editable_get_text (GTK_EDITABLE (self->pin_row)) == '\0';
}

OmcSecret *
omc_pin_pad_take (OmcPinPad *self)
{
  const char *typed;
  OmcSecret *pin;

  g_return_val_if_fail (OMC_IS_PIN_PAD (self), NULL);

  typed = gtk_editable_get_text (GTK_EDITABLE (self->pin_row));
  pin = omc_secret_new (typed, strlen (typed));
  gtk_editable_set_text (GTK_EDITABLE (self->pin_row), "");

  return pin;
}
