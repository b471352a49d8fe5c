/* omc-vitals-field.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-vitals"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-choice-box.h"
#include "omc-news2-chip.h"
#include "omc-quantity.h"
#include "omc-tip.h"
#include "omc-ui.h"
#include "omc-vitals-field.h"

#define EDITOR_WIDTH 200

struct _OmcVitalsField
{
  AdwBin parent_instance;
  GtkWidget *name_label;
  GtkWidget *editor_box;
  GtkWidget *chip;
  GtkWidget *hint_label;
  GtkWidget *unable_button;
  GtkWidget *message_box;
  GtkWidget *message_icon;
  GtkWidget *message_label;
  GtkWidget *confirm_button;
  GtkWidget *suggest_button;
  GtkWidget *editor;     /* (not owned): entry or choices */
  OmcVitalsDraft *draft; /* (owned) (nullable) */
  OmcVitalKind kind;
};

G_DEFINE_FINAL_TYPE (OmcVitalsField, omc_vitals_field, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_KIND,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What concerns a pressure pair is said once, under the systolic one. */
static gboolean
is_said_above (OmcVitalsField *self, const OmcVitalsCheck *check)
{
  const OmcVitalsCheck *systolic = omc_vitals_draft_get_check (self->draft, OMC_VITAL_SYSTOLIC);

  return self->kind == OMC_VITAL_DIASTOLIC && check->suggests_swap && systolic &&
         systolic->suggests_swap;
}

static void
update_message (OmcVitalsField *self)
{
  const OmcVitalsCheck *check = omc_vitals_draft_get_check (self->draft, self->kind);
  gboolean confirmed = omc_vitals_draft_is_confirmed (self->draft, self->kind);
  gboolean shows = check && check->message && *check->message && check->level != OMC_CHECK_OK &&
                   !confirmed && !is_said_above (self, check);
  gboolean suggests = shows && (check->suggested_text || check->suggests_swap);
  const char *classes[] = { "omc-message", check ? omc_check_level_to_string (check->level) : NULL,
                            NULL };
  g_autofree char *label = NULL;

  gtk_widget_set_visible (self->message_box, shows);
  if (!shows)
    return;

  gtk_widget_set_css_classes (self->message_box, classes);
  gtk_label_set_text (GTK_LABEL (self->message_label), check->message);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->message_icon),
                                check->refused ? "dialog-error-symbolic" : "omc-allergy-symbolic");
  gtk_widget_set_visible (self->confirm_button, !check->refused);
  gtk_widget_set_visible (self->suggest_button, suggests);
  if (suggests && check->suggested_text)
    {
      const char *unit = check->suggested_unit
                             ? check->suggested_unit
                             : omc_vitals_draft_get_unit (self->draft, self->kind);
      g_autofree char *quantity = omc_quantity_display (check->suggested_text, unit);

      label = g_strdup_printf (_ ("Use %s"), quantity);
      gtk_button_set_label (GTK_BUTTON (self->suggest_button), label);
    }
  else if (suggests)
    {
      gtk_button_set_label (GTK_BUTTON (self->suggest_button), _ ("Swap"));
    }
}

static void
update_unable (OmcVitalsField *self)
{
  OmcUnable unable = omc_vitals_draft_get_unable (self->draft, self->kind);

  gtk_widget_set_sensitive (self->editor_box, unable == OMC_UNABLE_NONE);
  /* Each makes the button's inside anew. */
  if (unable != OMC_UNABLE_NONE)
    gtk_menu_button_set_label (GTK_MENU_BUTTON (self->unable_button), omc_unable_label (unable));
  else if (!gtk_menu_button_get_icon_name (GTK_MENU_BUTTON (self->unable_button)))
    gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->unable_button), "view-more-symbolic");
}

static void
update_score (OmcVitalsField *self)
{
  const OmcVitalInfo *info = omc_vital_get_info (self->kind);
  g_autofree char *name = g_strdup_printf ("%s-score", info->id);
  int score = -1;

  g_object_get (self->draft, name, &score, NULL);
  omc_news2_chip_set_score (OMC_NEWS2_CHIP (self->chip), score);
}

static void
draft_notify_cb (OmcVitalsField *self, GParamSpec *pspec, OmcVitalsDraft *draft)
{
  const char *id = omc_vital_get_info (self->kind)->id;

  if (!g_str_has_prefix (pspec->name, id))
    return;

  update_message (self);
  update_unable (self);
  update_score (self);
}

static void
confirm_cb (OmcVitalsField *self)
{
  omc_vitals_draft_confirm (self->draft, self->kind);
  update_message (self);
  gtk_widget_grab_focus (self->editor);
}

static void
suggest_cb (OmcVitalsField *self)
{
  omc_vitals_draft_accept_suggestion (self->draft, self->kind);
  gtk_widget_grab_focus (self->editor);
}

static void
entered_cb (OmcVitalsField *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "vitals.next-field", NULL);
}

static void
unable_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcVitalsField *self = OMC_VITALS_FIELD (widget);
  OmcUnable unable = OMC_UNABLE_NONE;

  if (omc_unable_from_string (g_variant_get_string (parameter, NULL), &unable))
    omc_vitals_draft_set_unable (self->draft, self->kind, unable);
}

/* Thirteen of these menus would cost the form more than all the rest of it: each is built when it is opened. */
static void
create_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = OMC_UNABLE_REFUSED; i < OMC_UNABLE_N_REASONS; i++)
    {
      g_autofree char *action = g_strdup_printf ("field.unable('%s')", omc_unable_to_string (i));

      g_menu_append (menu, omc_unable_label (i), action);
    }
  g_menu_append (menu, _ ("It Was Measured"), "field.unable('')");
  gtk_menu_button_set_popover (button, gtk_popover_menu_new_from_model (G_MENU_MODEL (menu)));
}

static void
add_units (OmcVitalsField *self, const OmcVitalInfo *info)
{
  GtkWidget *units;
  g_autofree char *property = g_strdup_printf ("%s-unit", info->id);

  if (!info->units[0].ucum)
    return;

  if (!info->units[1].ucum)
    {
      GtkWidget *label = gtk_label_new (omc_unit_label (info->units[0].ucum));

      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (self->editor_box), label);
      return;
    }

  units = omc_choice_box_new (TRUE);
  for (guint i = 0; i < OMC_VITAL_MAX_UNITS && info->units[i].ucum; i++)
    {
      const char *label = omc_unit_label (info->units[i].ucum);
      /* Translators: a sign and its unit, "Temperature in °F" */
      g_autofree char *name = g_strdup_printf (_ ("%s in %s"), omc_vital_label (self->kind), label);

      omc_choice_box_add (OMC_CHOICE_BOX (units), info->units[i].ucum, label, name, NULL);
    }
  gtk_widget_add_css_class (units, "omc-units");
  gtk_box_append (GTK_BOX (self->editor_box), units);
  g_object_bind_property (self->draft, property, units, "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}

/* What a screen reader says: signs and formulas spelled out. */
static const char *
spell_out (OmcVitalKind kind)
{
  if (kind == OMC_VITAL_RESPIRATION)
    return C_ ("vital sign", "Respiration rate");
  if (kind == OMC_VITAL_SPO2)
    return C_ ("vital sign", "Oxygen saturation");

  return omc_vital_label (kind);
}

static void
add_entry (OmcVitalsField *self, const OmcVitalInfo *info)
{
  const char *label = spell_out (self->kind);

  self->editor = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->editor), info->is_number ? 6 : 12);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->editor), info->is_number ? 6 : 12);
  gtk_entry_set_max_length (GTK_ENTRY (self->editor), info->is_number ? 12 : 80);
  if (info->is_number)
    {
      gtk_entry_set_input_purpose (GTK_ENTRY (self->editor), GTK_INPUT_PURPOSE_NUMBER);
      gtk_widget_add_css_class (self->editor, "numeric");
      gtk_widget_add_css_class (self->editor, "omc-value");
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  g_signal_connect_object (self->editor, "activate", G_CALLBACK (entered_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->editor_box), self->editor);
  g_object_bind_property (self->draft, info->id, self->editor, "text",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}

static void
add_oxygen_choices (OmcChoiceBox *box)
{
  omc_choice_box_add (box, "air", C_ ("oxygen", "Air"), _ ("Breathing room air"), NULL);
  omc_choice_box_add (box, "oxygen", C_ ("oxygen", "Oxygen"), _ ("On oxygen"), NULL);
}

static void
add_consciousness_choices (OmcChoiceBox *box)
{
  for (guint i = OMC_CONSCIOUSNESS_ALERT; i <= OMC_CONSCIOUSNESS_UNRESPONSIVE; i++)
    {
      const char *label = omc_consciousness_label (i);
      const char *value = omc_consciousness_to_string (i);

      omc_choice_box_add (box, value, value, label, label);
    }
}

static void
add_choices (OmcVitalsField *self, const OmcVitalInfo *info)
{
  self->editor = omc_choice_box_new (FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  omc_vital_label (self->kind), -1);
  if (self->kind == OMC_VITAL_OXYGEN)
    add_oxygen_choices (OMC_CHOICE_BOX (self->editor));
  else
    add_consciousness_choices (OMC_CHOICE_BOX (self->editor));
  gtk_box_append (GTK_BOX (self->editor_box), self->editor);
  g_object_bind_property (self->draft, info->id, self->editor, "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}

static void
omc_vitals_field_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  OmcVitalsField *self = OMC_VITALS_FIELD (object);

  if (prop_id != PROP_KIND)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  else if (!omc_vital_from_id (g_value_get_string (value), &self->kind))
    g_critical ("There is no vital sign %s", g_value_get_string (value));
  else
    gtk_label_set_text (GTK_LABEL (self->name_label), omc_vital_label (self->kind));
}

static gboolean
omc_vitals_field_grab_focus (GtkWidget *widget)
{
  OmcVitalsField *self = OMC_VITALS_FIELD (widget);

  return self->editor && gtk_widget_grab_focus (self->editor);
}

static void
omc_vitals_field_dispose (GObject *object)
{
  OmcVitalsField *self = OMC_VITALS_FIELD (object);

  if (self->draft)
    g_signal_handlers_disconnect_by_data (self->draft, self);
  g_clear_object (&self->draft);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_VITALS_FIELD);

  G_OBJECT_CLASS (omc_vitals_field_parent_class)->dispose (object);
}

static void
omc_vitals_field_class_init (OmcVitalsFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_vitals_field_dispose;
  object_class->set_property = omc_vitals_field_set_property;
  widget_class->grab_focus = omc_vitals_field_grab_focus;

  properties[PROP_KIND] =
      g_param_spec_string ("kind", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (OMC_TYPE_NEWS2_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-vitals-field"));
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, name_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, editor_box);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, chip);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, hint_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, unable_button);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, message_box);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, message_icon);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, message_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, confirm_button);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsField, suggest_button);
  gtk_widget_class_bind_template_callback (widget_class, confirm_cb);
  gtk_widget_class_bind_template_callback (widget_class, suggest_cb);
  gtk_widget_class_install_action (widget_class, "field.unable", "s", unable_cb);
}

static void
omc_vitals_field_init (OmcVitalsField *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_vitals_field_set_draft (OmcVitalsField *self, OmcVitalsDraft *draft)
{
  const OmcVitalInfo *info;
  g_autofree char *hint = NULL;
  g_autofree char *unable = NULL;

  g_return_if_fail (OMC_IS_VITALS_FIELD (self));
  g_return_if_fail (OMC_IS_VITALS_DRAFT (draft));
  g_return_if_fail (!self->draft);

  info = omc_vital_get_info (self->kind);
  self->draft = g_object_ref (draft);
  if (self->kind == OMC_VITAL_OXYGEN || self->kind == OMC_VITAL_CONSCIOUSNESS)
    add_choices (self, info);
  else
    add_entry (self, info);
  add_units (self, info);

  /* The scored signs line up their chips. */
  if (info->news2 >= 0 || self->kind == OMC_VITAL_DIASTOLIC)
    gtk_widget_set_size_request (self->editor_box, EDITOR_WIDTH, -1);
  gtk_widget_set_visible (self->chip, info->news2 >= 0);
  hint = g_strdup_printf ("%s-hint", info->id);
  g_object_bind_property (draft, hint, self->hint_label, "label", G_BINDING_SYNC_CREATE);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->unable_button), create_menu_cb,
                                         NULL, NULL);
  unable = g_strdup_printf (_ ("%s not measured"), omc_vital_label (self->kind));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->unable_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, unable, -1);
  omc_tip_set (self->unable_button, _ ("Not measured: say why"));
  g_signal_connect_object (draft, "notify", G_CALLBACK (draft_notify_cb), self, G_CONNECT_SWAPPED);
  update_message (self);
  update_unable (self);
  update_score (self);
}
