/* omc-choice-box.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include "omc-choice-box.h"
#include "omc-tip.h"

struct _OmcChoiceBox
{
  GtkWidget parent_instance;
  char *value; /* (owned) */
  gboolean required;
  gboolean showing; /* while the buttons follow the value */
};

G_DEFINE_FINAL_TYPE (OmcChoiceBox, omc_choice_box, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_VALUE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *
get_choice (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), "choice");
}

static void
show_value (OmcChoiceBox *self)
{
  self->showing = TRUE;
  for (GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self)); button;
       button = gtk_widget_get_next_sibling (button))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button),
                                  g_str_equal (get_choice (button), self->value));
  self->showing = FALSE;
}

static void
toggled_cb (OmcChoiceBox *self, GtkToggleButton *button)
{
  if (self->showing)
    return;

  if (gtk_toggle_button_get_active (button))
    omc_choice_box_set_value (self, get_choice (GTK_WIDGET (button)));
  else if (self->required)
    show_value (self);
  else
    omc_choice_box_set_value (self, "");
}

static void
omc_choice_box_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_VALUE)
    g_value_set_string (value, OMC_CHOICE_BOX (object)->value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_choice_box_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_VALUE)
    omc_choice_box_set_value (OMC_CHOICE_BOX (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_choice_box_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (omc_choice_box_parent_class)->dispose (object);
}

static void
omc_choice_box_finalize (GObject *object)
{
  g_free (OMC_CHOICE_BOX (object)->value);

  G_OBJECT_CLASS (omc_choice_box_parent_class)->finalize (object);
}

static void
omc_choice_box_class_init (OmcChoiceBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_choice_box_dispose;
  object_class->finalize = omc_choice_box_finalize;
  object_class->get_property = omc_choice_box_get_property;
  object_class->set_property = omc_choice_box_set_property;

  properties[PROP_VALUE] =
      g_param_spec_string ("value", NULL, NULL, "",
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
omc_choice_box_init (OmcChoiceBox *self)
{
  self->value = g_strdup ("");
  gtk_widget_add_css_class (GTK_WIDGET (self), "linked");
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
omc_choice_box_new (gboolean required)
{
  OmcChoiceBox *self = g_object_new (OMC_TYPE_CHOICE_BOX, NULL);

  self->required = required;

  return GTK_WIDGET (self);
}

void
omc_choice_box_add (OmcChoiceBox *self,
                    const char *value,
                    const char *label,
                    const char *name,
                    const char *tooltip)
{
  GtkWidget *button;

  g_return_if_fail (OMC_IS_CHOICE_BOX (self));
  g_return_if_fail (value != NULL && name != NULL);

  button = gtk_toggle_button_new_with_label (label);
  g_object_set_data_full (G_OBJECT (button), "choice", g_strdup (value), g_free);
  omc_tip_set (button, tooltip);
  /* The short text on the button ("A") would win over the name for a screen reader ("Alert"). */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  show_value (self);
}

const char *
omc_choice_box_get_value (OmcChoiceBox *self)
{
  g_return_val_if_fail (OMC_IS_CHOICE_BOX (self), NULL);

  return self->value;
}

void
omc_choice_box_set_value (OmcChoiceBox *self, const char *value)
{
  g_return_if_fail (OMC_IS_CHOICE_BOX (self));

  if (!value)
    value = "";
  if (!g_set_str (&self->value, value))
    {
      show_value (self);
      return;
    }

  show_value (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}
