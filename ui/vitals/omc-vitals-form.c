/* omc-vitals-form.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-vitals"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-choice-box.h"
#include "omc-news2-chip.h"
#include "omc-ui.h"
#include "omc-vitals-form.h"
#include "omc-vitals-field.h"

/* Below it the two columns of a bedside stand one above the other. */
#define KIOSK_NARROW_PX 1240

struct _OmcVitalsForm
{
  AdwBin parent_instance;
  AdwBreakpoint *narrow_breakpoint;
  GtkWidget *first_field;
  GtkWidget *signs_box;
  GtkWidget *oxygen_box;
  GtkWidget *more_box;
  GtkWidget *total_chip;
  GtkWidget *summary_label;
  GtkWidget *band_label;
  GtkWidget *note_entry;
  GtkWidget *time_box;
  GtkWidget *late_entry;
  GtkWidget *obstacle_label;
  GtkWidget *time_choice;
  OmcVitalsDraft *draft; /* (owned) (nullable) */
  OmcClock *clock;       /* (owned) (nullable) */
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (OmcVitalsForm, omc_vitals_form, ADW_TYPE_BIN)

enum
{
  SAVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *minutes;
  const char *label;
  const char *name;
} times[] = {
  { "0", NC_ ("time chip", "Now"), N_ ("Taken now") },
  { "5", NC_ ("time chip", "−5 min"), N_ ("Taken 5 minutes ago") },
  { "15", NC_ ("time chip", "−15"), N_ ("Taken 15 minutes ago") },
  { "30", NC_ ("time chip", "−30"), N_ ("Taken 30 minutes ago") },
  { "60", NC_ ("time chip", "−60"), N_ ("Taken an hour ago") },
  { "120", NC_ ("time chip", "−2 h"), N_ ("Taken two hours ago") },
};

static void
update (OmcVitalsForm *self)
{
  const OmcNews2Result *news2 = omc_vitals_draft_get_news2 (self->draft);
  gboolean dirty = omc_vitals_draft_get_dirty (self->draft);
  gboolean valid = omc_vitals_draft_get_valid (self->draft);
  g_autofree char *summary = NULL;
  g_autofree char *late = NULL;
  g_autofree char *obstacle = dirty ? omc_vitals_draft_dup_obstacle (self->draft) : NULL;
  g_autofree char *title = NULL;
  const char *oxygen = omc_vitals_draft_get_text (self->draft, OMC_VITAL_OXYGEN);

  g_object_get (self->draft, "news2-summary", &summary, "taken-at-message", &late, NULL);
  omc_news2_chip_set_result (OMC_NEWS2_CHIP (self->total_chip), news2);
  title = g_strdup_printf (_ ("NEWS2: %s"), summary);
  gtk_label_set_text (GTK_LABEL (self->summary_label), title);
  if (news2->scope != OMC_NEWS2_SCOPE_ADULT)
    gtk_label_set_text (GTK_LABEL (self->band_label), omc_news2_scope_sentence (news2->scope));
  else
    gtk_label_set_text (GTK_LABEL (self->band_label), omc_news2_band_label (news2->band));

  gtk_widget_set_visible (self->oxygen_box, g_str_equal (oxygen, "oxygen"));
  gtk_widget_set_visible (self->late_entry, late && *late);
  gtk_label_set_text (GTK_LABEL (self->obstacle_label), late && *late ? late
                                                        : obstacle    ? obstacle
                                                                      : "");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vitals.save", valid && dirty && !self->busy);
}

static void
time_chosen_cb (OmcVitalsForm *self)
{
  gint64 minutes =
      g_ascii_strtoll (omc_choice_box_get_value (OMC_CHOICE_BOX (self->time_choice)), NULL, 10);
  gint64 taken = minutes == 0 ? 0 : omc_clock_get_now (self->clock) - minutes * 60 * G_USEC_PER_SEC;

  omc_vitals_draft_set_taken_at (self->draft, taken);
}

static void
save_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcVitalsForm *self = OMC_VITALS_FORM (widget);

  omc_vitals_draft_refresh (self->draft);
  if (!self->busy && omc_vitals_draft_get_valid (self->draft))
    g_signal_emit (self, signals[SAVE], 0);
}

static void
set_fields (GtkWidget *widget, OmcVitalsDraft *draft)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (OMC_IS_VITALS_FIELD (child))
      omc_vitals_field_set_draft (OMC_VITALS_FIELD (child), draft);
    else
      set_fields (child, draft);
}

/* In the order of the form, hidden ones left out; last: the field that has the focus now. */
static OmcVitalsField *
find_next (GtkWidget *widget, GtkWidget **last)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      OmcVitalsField *found;

      if (!gtk_widget_get_visible (child))
        continue;
      if (OMC_IS_VITALS_FIELD (child))
        {
          if (*last)
            return OMC_VITALS_FIELD (child);
          if (gtk_widget_get_focus_child (child))
            *last = child;
        }
      else if ((found = find_next (child, last)))
        {
          return found;
        }
    }

  return NULL;
}

/* Enter in a field goes on to the next, past units and reasons, which Tab reaches. */
static void
next_field_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcVitalsForm *self = OMC_VITALS_FORM (widget);
  GtkWidget *last = NULL;
  OmcVitalsField *next = find_next (self->signs_box, &last);

  if (!next)
    next = find_next (self->more_box, &last);
  gtk_widget_grab_focus (next ? GTK_WIDGET (next) : self->note_entry);
}

static gboolean
key_pressed_cb (OmcVitalsForm *self)
{
  return self->busy ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static gboolean
omc_vitals_form_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (OMC_VITALS_FORM (widget)->first_field);
}

/* The keys of a bedside are wider, whatever the text is. */
static void
omc_vitals_form_root (GtkWidget *widget)
{
  OmcVitalsForm *self = OMC_VITALS_FORM (widget);

  GTK_WIDGET_CLASS (omc_vitals_form_parent_class)->root (widget);

  if (gtk_widget_has_css_class (GTK_WIDGET (gtk_widget_get_root (widget)), "kiosk"))
    adw_breakpoint_set_condition (
        self->narrow_breakpoint,
        adw_breakpoint_condition_new_length (ADW_BREAKPOINT_CONDITION_MAX_WIDTH, KIOSK_NARROW_PX,
                                             ADW_LENGTH_UNIT_PX));
}

static void
omc_vitals_form_dispose (GObject *object)
{
  OmcVitalsForm *self = OMC_VITALS_FORM (object);

  if (self->draft)
    g_signal_handlers_disconnect_by_data (self->draft, self);
  g_clear_object (&self->draft);
  g_clear_object (&self->clock);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_VITALS_FORM);

  G_OBJECT_CLASS (omc_vitals_form_parent_class)->dispose (object);
}

static void
omc_vitals_form_class_init (OmcVitalsFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_vitals_form_dispose;
  widget_class->grab_focus = omc_vitals_form_grab_focus;
  widget_class->root = omc_vitals_form_root;

  signals[SAVE] = g_signal_new ("save", OMC_TYPE_VITALS_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);

  g_type_ensure (OMC_TYPE_VITALS_FIELD);
  g_type_ensure (OMC_TYPE_NEWS2_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-vitals-form"));
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, narrow_breakpoint);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, first_field);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, signs_box);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, oxygen_box);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, more_box);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, total_chip);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, summary_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, band_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, note_entry);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, time_box);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, late_entry);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsForm, obstacle_label);
  gtk_widget_class_install_action (widget_class, "vitals.save", NULL, save_cb);
  gtk_widget_class_install_action (widget_class, "vitals.next-field", NULL, next_field_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "vitals.save",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "vitals.save", NULL);
}

static void
omc_vitals_form_init (OmcVitalsForm *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  self->time_choice = omc_choice_box_new (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      /* Isolated, or the sign of a bare number would go behind it in a line from right to left. */
      g_autofree char *label =
          g_strdup_printf ("\u2068%s\u2069", g_dpgettext2 (NULL, "time chip", times[i].label));

      omc_choice_box_add (OMC_CHOICE_BOX (self->time_choice), times[i].minutes, label,
                          _ (times[i].name), NULL);
    }
  omc_choice_box_set_value (OMC_CHOICE_BOX (self->time_choice), "0");
  gtk_box_append (GTK_BOX (self->time_box), self->time_choice);
}

void
omc_vitals_form_set_draft (OmcVitalsForm *self, OmcVitalsDraft *draft, OmcClock *clock)
{
  g_return_if_fail (OMC_IS_VITALS_FORM (self));
  g_return_if_fail (OMC_IS_VITALS_DRAFT (draft));
  g_return_if_fail (OMC_IS_CLOCK (clock));
  g_return_if_fail (!self->draft);

  self->draft = g_object_ref (draft);
  self->clock = g_object_ref (clock);
  set_fields (self->signs_box, draft);
  set_fields (self->more_box, draft);
  g_object_bind_property (draft, "note", self->note_entry, "text",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_object_bind_property (draft, "late-reason", self->late_entry, "text",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->time_choice, "notify::value", G_CALLBACK (time_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (draft, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
omc_vitals_form_set_busy (OmcVitalsForm *self, gboolean busy)
{
  g_return_if_fail (OMC_IS_VITALS_FORM (self));

  /* Not insensitive: that would style every widget of the form twice for the few milliseconds of a save. */
  self->busy = busy;
  gtk_widget_set_can_target (GTK_WIDGET (self), !busy);
  update (self);
}
