/* omc-sign-in.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-display.h"
#include "omc-lazy.h"
#include "omc-pin-pad.h"
#include "omc-sign-in.h"
#include "omc-ui.h"

struct _OmcSignIn
{
  AdwBin parent_instance;
  GtkWidget *people_list; /* to choose from, in place of the fields */
  GtkWidget *fields;
  GtkWidget *person_row;
  GtkWidget *pin_pad; /* OmcLazy */
  GtkWidget *passphrase_row;
  GtkWidget *code_row;
  GtkWidget *passphrase_button;
  GtkWidget *code_button;
  GtkWidget *error_box;
  GtkWidget *error_label;
  GtkWidget *unlock_button;
  GtkWidget *wait_label;
  GtkWidget *fresh_label;
  GtkWidget *board_button;
  GPtrArray *people; /* (owned) (nullable) (element-type OmcGatePerson) */
  gint64 wait_until; /* monotonic: no PIN counts before */
  guint wait_source;
};

G_DEFINE_FINAL_TYPE (OmcSignIn, omc_sign_in, ADW_TYPE_BIN)

enum
{
  SUBMITTED,
  BOARD_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
submit_cb (OmcSignIn *self)
{
  if (gtk_widget_get_sensitive (self->unlock_button))
    g_signal_emit (self, signals[SUBMITTED], 0);
}

static void
board_cb (OmcSignIn *self)
{
  g_signal_emit (self, signals[BOARD_WANTED], 0);
}

static OmcGatePerson *
get_person (OmcSignIn *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->person_row));

  return self->people && selected < self->people->len ? self->people->pdata[selected] : NULL;
}

static gboolean
uses_code (OmcSignIn *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->code_button));
}

static gboolean
uses_pin (OmcSignIn *self)
{
  const OmcGatePerson *person = get_person (self);

  return person && person->has_pin && !uses_code (self) &&
         !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->passphrase_button));
}

static OmcPinPad *
get_pad (OmcSignIn *self)
{
  return OMC_PIN_PAD (omc_lazy_get (OMC_LAZY (self->pin_pad)));
}

static gboolean
is_empty (OmcSignIn *self)
{
  GtkWidget *row = uses_code (self) ? self->code_row : self->passphrase_row;

  return uses_pin (self) ? omc_pin_pad_is_empty (get_pad (self))
                         : *gtk_editable_get_text (GTK_EDITABLE (row)) == '\0';
}

static void
edited_cb (OmcSignIn *self)
{
  gtk_widget_set_sensitive (self->unlock_button,
                            !is_empty (self) && !(uses_pin (self) && self->wait_source));
}

/* --- the time that a wrong PIN costs --- */

static void
stop_waiting (OmcSignIn *self)
{
  g_clear_handle_id (&self->wait_source, g_source_remove);
  gtk_widget_set_visible (self->wait_label, FALSE);
}

static gboolean
wait_cb (gpointer user_data)
{
  OmcSignIn *self = user_data;
  gint64 left = self->wait_until - g_get_monotonic_time ();
  guint seconds = left > 0 ? (guint)((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC) : 0;
  g_autofree char *text = NULL;

  if (seconds == 0)
    {
      self->wait_source = 0;
      stop_waiting (self);
      edited_cb (self);
      return G_SOURCE_REMOVE;
    }
  text = g_strdup_printf (ngettext ("The PIN can be tried again in %u second.",
                                    "The PIN can be tried again in %u seconds.", seconds),
                          seconds);
  gtk_label_set_text (GTK_LABEL (self->wait_label), text);

  return G_SOURCE_CONTINUE;
}

static void
start_waiting (OmcSignIn *self, gint64 wait_us)
{
  stop_waiting (self);
  if (wait_us <= 0)
    return;

  self->wait_until = g_get_monotonic_time () + wait_us;
  self->wait_source = g_timeout_add_seconds (1, wait_cb, self);
  gtk_widget_set_visible (self->wait_label, TRUE);
  wait_cb (self);
}

/* --- who, and in which way --- */

static void
show_way (OmcSignIn *self)
{
  const OmcGatePerson *person = get_person (self);
  gboolean pin = uses_pin (self);

  gtk_widget_set_visible (self->pin_pad, pin);
  gtk_widget_set_visible (self->code_row, uses_code (self));
  gtk_widget_set_visible (self->passphrase_row, !pin && !uses_code (self));
  gtk_widget_set_visible (self->passphrase_button, person && person->has_pin);
  gtk_widget_set_visible (self->error_box, FALSE);
  /* The keys need its place. */
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (adw_bin_get_child (ADW_BIN (self))),
                                 pin ? NULL : OMC_APP_ID);
  start_waiting (self, pin ? person->pin.wait_us : 0);
  edited_cb (self);
  omc_sign_in_focus (self);
}

static void
way_toggled_cb (OmcSignIn *self, GtkToggleButton *button)
{
  GtkWidget *other =
      GTK_WIDGET (button) == self->code_button ? self->passphrase_button : self->code_button;

  if (gtk_toggle_button_get_active (button))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (other), FALSE);
  show_way (self);
}

static void
person_selected_cb (OmcSignIn *self)
{
  /* The row lets go of its model when it is disposed of. */
  if (!self->people)
    return;

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->passphrase_button), FALSE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->code_button), FALSE);
  show_way (self);
}

static void
pad_built_cb (OmcSignIn *self, GtkWidget *pad)
{
  g_signal_connect_object (pad, "changed", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pad, "entered", G_CALLBACK (submit_cb), self, G_CONNECT_SWAPPED);
}

static void
show_list (OmcSignIn *self, gboolean list)
{
  gtk_widget_set_visible (self->people_list, list);
  gtk_widget_set_visible (self->fields, !list);
  gtk_list_box_remove_all (GTK_LIST_BOX (self->people_list));
  for (guint i = 0; list && i < self->people->len; i++)
    {
      const OmcGatePerson *person = self->people->pdata[i];
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), person->user);
      if (person->has_pin)
        adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_label_new (_ ("PIN")));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_list_box_append (GTK_LIST_BOX (self->people_list), row);
    }
}

static void
person_activated_cb (OmcSignIn *self, GtkListBoxRow *row)
{
  guint chosen = (guint)gtk_list_box_row_get_index (row);

  show_list (self, FALSE);
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->person_row), chosen);
  omc_sign_in_focus (self);
}

static void
omc_sign_in_dispose (GObject *object)
{
  OmcSignIn *self = OMC_SIGN_IN (object);

  g_clear_handle_id (&self->wait_source, g_source_remove);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_SIGN_IN);

  G_OBJECT_CLASS (omc_sign_in_parent_class)->dispose (object);
}

static void
omc_sign_in_class_init (OmcSignInClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_sign_in_dispose;

  signals[SUBMITTED] = g_signal_new ("submitted", OMC_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  signals[BOARD_WANTED] = g_signal_new ("board-wanted", OMC_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (OMC_TYPE_LAZY);
  g_type_ensure (OMC_TYPE_PIN_PAD);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-sign-in"));
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, people_list);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, fields);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, person_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, pin_pad);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, code_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, passphrase_button);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, code_button);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, error_box);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, unlock_button);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, wait_label);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, fresh_label);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, board_button);
  gtk_widget_class_bind_template_callback (widget_class, board_cb);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, way_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, person_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, person_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, pad_built_cb);
}

static void
omc_sign_in_init (OmcSignIn *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_sign_in_set_report (OmcSignIn *self,
                        const OmcGateReport *report,
                        const char *preferred,
                        gint64 now_us)
{
  g_autoptr (GtkStringList) people = NULL;
  g_autofree char *time = NULL;
  g_autofree char *ago = NULL;
  g_autofree char *fresh = NULL;
  guint chosen = G_MAXUINT;

  g_return_if_fail (OMC_IS_SIGN_IN (self));
  g_return_if_fail (report != NULL);

  g_clear_pointer (&self->people, g_ptr_array_unref);
  self->people = report->people ? g_ptr_array_ref (report->people) : g_ptr_array_new ();
  people = gtk_string_list_new (NULL);
  for (guint i = 0; i < self->people->len; i++)
    {
      const OmcGatePerson *person = self->people->pdata[i];

      gtk_string_list_append (people, person->user);
      if (g_strcmp0 (person->user, preferred) == 0)
        chosen = i;
    }
  adw_combo_row_set_model (ADW_COMBO_ROW (self->person_row), G_LIST_MODEL (people));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->person_row),
                              chosen < self->people->len ? chosen : 0);
  show_list (self, self->people->len > 1 && chosen >= self->people->len);
  person_selected_cb (self);

  gtk_widget_set_visible (self->board_button, report->opens_alone);
  time = omc_display_time (report->changed_us, now_us);
  ago = omc_display_ago (report->changed_us, now_us);
  fresh =
      report->read_only
          ? g_strdup (
                _ ("This place cannot be written: records can be read, nothing can be charted."))
      : report->changed_us
          ? g_strdup_printf (_ ("The records on this device last changed at %s, %s."), time, ago)
          : g_strdup ("");
  gtk_label_set_text (GTK_LABEL (self->fresh_label), fresh);
}

OmcGateRequest *
omc_sign_in_take_request (OmcSignIn *self)
{
  OmcGateRequest *request;
  const OmcGatePerson *person;

  g_return_val_if_fail (OMC_IS_SIGN_IN (self), NULL);

  person = get_person (self);
  request = omc_gate_request_new (uses_code (self)  ? OMC_GATE_BY_RECOVERY_CODE
                                  : uses_pin (self) ? OMC_GATE_BY_PIN
                                                    : OMC_GATE_BY_PASSPHRASE);
  request->user = g_strdup (person ? person->user : "");
  if (uses_pin (self))
    {
      request->passphrase = omc_pin_pad_take (get_pad (self));
    }
  else if (uses_code (self))
    {
      request->code = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->code_row)));
    }
  else
    {
      const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row));

      request->passphrase = omc_secret_new (typed, strlen (typed));
    }

  /* The entry of a passphrase keeps its text in wiped memory; emptying it is what clears it. */
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->code_row), "");

  return request;
}

static char *
explain_wrong_pin (const OmcGatePerson *person)
{
  return g_strdup_printf (ngettext ("Wrong PIN. %u attempt is left, then the PIN is destroyed.",
                                    "Wrong PIN. %u attempts are left, then the PIN is destroyed.",
                                    person->pin.attempts_left),
                          person->pin.attempts_left);
}

/* What the person can do, where the error's own sentence does not say it. */
static char *
explain (OmcSignIn *self, OmcGateWay way, const GError *error)
{
  if (way == OMC_GATE_BY_PIN && uses_pin (self) &&
      g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET))
    return explain_wrong_pin (get_person (self));
  if (g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXPIRED))
    return g_strdup (error->message);
  if ((way == OMC_GATE_BY_PIN || way == OMC_GATE_BY_CREDENTIAL) &&
      error->domain == OMC_CRYPTO_ERROR)
    return g_strdup (error->message);
  /* What is wrong with a code is in the error's own sentence. */
  if (g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET) && !uses_code (self))
    return g_strdup (_ ("Wrong passphrase. Try again; capitals matter."));
  if (g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET))
    return g_strdup (_ ("The system’s keyring does not give this device’s secret. Unlock the "
                        "keyring and try again, "
                        "or use the recovery code."));
  if (g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT))
    return g_strdup (
        _ ("This person has no passphrase on this device. Ask an administrator to add it."));
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER))
    return g_strdup (
        _ ("The records were written by a newer OmniCare. Update the program on this device."));
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED) ||
      g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY))
    return g_strdup_printf (
        _ ("The store is damaged and was left as it is. Nothing is deleted. Tell IT: %s"),
        error->message);
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY))
    return g_strdup (_ ("The disk cannot be written. Records cannot be opened until it can."));
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY))
    return g_strdup (_ ("Another program has this store open. Close it and try again."));

  return g_strdup (error->message);
}

void
omc_sign_in_show_error (OmcSignIn *self, OmcGateWay way, const GError *error)
{
  g_autofree char *text = NULL;

  g_return_if_fail (OMC_IS_SIGN_IN (self));

  gtk_widget_set_visible (self->error_box, error != NULL);
  if (!error)
    return;

  text = explain (self, way, error);
  gtk_label_set_text (GTK_LABEL (self->error_label), text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  if (way != OMC_GATE_BY_CREDENTIAL &&
      g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET))
    {
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->code_button), TRUE);
      gtk_widget_set_visible (self->error_box, TRUE);
    }
}

void
omc_sign_in_focus (OmcSignIn *self)
{
  g_return_if_fail (OMC_IS_SIGN_IN (self));

  if (gtk_widget_get_visible (self->people_list))
    gtk_widget_grab_focus (
        GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->people_list), 0)));
  else if (uses_pin (self))
    gtk_widget_grab_focus (GTK_WIDGET (get_pad (self)));
  else
    gtk_widget_grab_focus (uses_code (self) ? self->code_row : self->passphrase_row);
}
