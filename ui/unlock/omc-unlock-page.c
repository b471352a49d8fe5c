/* omc-unlock-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-enrol-form.h"
#include "omc-first-run.h"
#include "omc-lazy.h"
#include "omc-notice.h"
#include "omc-passphrase-page.h"
#include "omc-recovery-page.h"
#include "omc-sign-in.h"
#include "omc-ui.h"
#include "omc-unlock-page.h"

struct _OmcUnlockPage
{
  AdwBin parent_instance;
  GtkWidget *stack;
  GtkWidget *wait_page;
  GtkWidget *practice_page;
  GtkWidget *trouble_page;
  GtkWidget *enrol_form; /* OmcLazy, as the next three */
  GtkWidget *sign_in;
  GtkWidget *recovery_code;
  GtkWidget *new_passphrase;
  OmcGate *gate;        /* (owned) */
  char *user;           /* (owned) (nullable): who is chosen at first */
  const char *back;     /* the screen to return to when opening fails */
  gboolean ask_person;  /* not the kiosk alone: somebody wants to sign in, or it cannot */
  OmcGateWay way;       /* that is being tried */
  GError *failed;       /* (owned) (nullable): why the last PIN did not open */
  OmcUiSession *opened; /* (owned) (nullable): waits until a code is noted or a passphrase set */
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcUnlockPage, omc_unlock_page, ADW_TYPE_BIN)

enum
{
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static OmcSignIn *
get_sign_in (OmcUnlockPage *self)
{
  return OMC_SIGN_IN (omc_lazy_get (OMC_LAZY (self->sign_in)));
}

static OmcEnrolForm *
get_enrol_form (OmcUnlockPage *self)
{
  return OMC_ENROL_FORM (omc_lazy_get (OMC_LAZY (self->enrol_form)));
}

static OmcRecoveryPage *
get_recovery_page (OmcUnlockPage *self)
{
  return OMC_RECOVERY_PAGE (omc_lazy_get (OMC_LAZY (self->recovery_code)));
}

static OmcPassphrasePage *
get_passphrase_page (OmcUnlockPage *self)
{
  return OMC_PASSPHRASE_PAGE (omc_lazy_get (OMC_LAZY (self->new_passphrase)));
}

static void
show_screen (OmcUnlockPage *self, const char *name)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), name);
  if (g_str_equal (name, "people"))
    omc_sign_in_focus (get_sign_in (self));
  else if (g_str_equal (name, "practice"))
    gtk_widget_grab_focus (self->practice_page);
  else if (g_str_equal (name, "recovery-code"))
    omc_recovery_page_focus (get_recovery_page (self));
  else if (g_str_equal (name, "new-passphrase"))
    omc_passphrase_page_focus (get_passphrase_page (self));
}

static void
show_wait (OmcUnlockPage *self, const char *title)
{
  omc_notice_set_title (OMC_NOTICE (self->wait_page), title);
  show_screen (self, "wait");
}

static void
show_trouble (OmcUnlockPage *self, const char *title, const char *description)
{
  omc_notice_set_title (OMC_NOTICE (self->trouble_page), title);
  omc_notice_set_description (OMC_NOTICE (self->trouble_page), description);
  show_screen (self, "trouble");
}

static void
open_gate (OmcUnlockPage *self, OmcGateRequest *request, const char *back, const char *title);

static void
open_board (OmcUnlockPage *self)
{
  open_gate (self, omc_gate_request_new (OMC_GATE_BY_CREDENTIAL), "people",
             _ ("Opening the Ward Board"));
}

static void
show_report (OmcUnlockPage *self, const OmcGateReport *report)
{
  g_autofree char *practise = NULL;

  if (report->state == OMC_GATE_KEYS_MISSING)
    {
      show_trouble (self, _ ("The Keys of This Store Are Missing"),
                    _ ("The records are here, but the “keyring” file beside them is not. Put the "
                       "file back from the "
                       "backup. Nothing was made anew and nothing was deleted."));
      return;
    }
  if (report->state == OMC_GATE_DAMAGED)
    {
      show_trouble (self, _ ("The Keys of This Store Cannot Be Read"), report->message);
      return;
    }
  if (report->practice)
    {
      practise = g_strdup_printf (_ ("Practise as %s"), report->practice_display);
      omc_notice_set_button_label (OMC_NOTICE (self->practice_page), practise);
      show_screen (self, "practice");
      return;
    }
  if (report->state == OMC_GATE_FIRST_RUN)
    {
      show_screen (self, "first-run");
      return;
    }

  omc_sign_in_set_report (get_sign_in (self), report, self->user, g_get_real_time ());
  if (report->opens_alone && !self->ask_person)
    {
      open_board (self);
      return;
    }
  show_screen (self, "people");
  if (self->failed)
    omc_sign_in_show_error (get_sign_in (self), OMC_GATE_BY_PIN, self->failed);
  g_clear_error (&self->failed);
}

static void
examined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcUnlockPage) self = user_data;
  g_autoptr (OmcGateReport) report = NULL;
  g_autoptr (GError) error = NULL;

  report = omc_gate_examine_finish (OMC_GATE (source), result, &error);
  if (!self->stack || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (report)
    show_report (self, report);
  else
    show_trouble (self, _ ("This Device’s Store Cannot Be Looked At"), error->message);
}

static void
emit_opened (OmcUnlockPage *self)
{
  g_autoptr (OmcUiSession) session = g_steal_pointer (&self->opened);

  /* Who leaves the kiosk's own board wants to sign in; who was signed in leaves the board to it. */
  self->ask_person = self->way == OMC_GATE_BY_CREDENTIAL;
  /* Who was here last is likely to come back. */
  if (!self->ask_person)
    g_set_str (&self->user, omc_actor_get_user (omc_ui_session_get_actor (session)));
  omc_lazy_drop (OMC_LAZY (self->enrol_form));
  omc_lazy_drop (OMC_LAZY (self->sign_in));
  omc_lazy_drop (OMC_LAZY (self->recovery_code));
  omc_lazy_drop (OMC_LAZY (self->new_passphrase));
  g_signal_emit (self, signals[OPENED], 0, session);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcUnlockPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  g_autoptr (OmcUiSession) session =
      omc_gate_open_finish (OMC_GATE (source), result, &code, &error);

  if (!self->stack)
    return;

  if (!session && self->way == OMC_GATE_BY_PIN)
    {
      /* How many attempts are left is to be looked up. */
      self->failed = g_steal_pointer (&error);
      omc_gate_examine_async (self->gate, self->cancellable, examined_cb, g_object_ref (self));
      return;
    }
  if (!session)
    {
      self->ask_person = self->ask_person || self->way == OMC_GATE_BY_CREDENTIAL;
      show_screen (self, self->back);
      if (g_str_equal (self->back, "people"))
        omc_sign_in_show_error (get_sign_in (self), self->way, error);
      else if (g_str_equal (self->back, "enrol"))
        omc_enrol_form_show_error (get_enrol_form (self), error->message);
      else
        show_trouble (self, _ ("The Store Could Not Be Opened"), error->message);
      return;
    }

  g_set_object (&self->opened, session);
  if (self->way == OMC_GATE_BY_RECOVERY_CODE)
    {
      omc_passphrase_page_set_person (get_passphrase_page (self),
                                      omc_actor_get_display (omc_ui_session_get_actor (session)));
      show_screen (self, "new-passphrase");
      return;
    }
  if (!code)
    {
      emit_opened (self);
      return;
    }

  omc_recovery_page_set_code (get_recovery_page (self), code);
  omc_wipe (code, strlen (code));
  show_screen (self, "recovery-code");
}

static void
open_gate (OmcUnlockPage *self, OmcGateRequest *request, const char *back, const char *title)
{
  self->back = back;
  self->way = request->way;
  show_wait (self, title);
  omc_gate_open_async (self->gate, request, self->cancellable, opened_cb, g_object_ref (self));
}

static void
examine_cb (OmcUnlockPage *self)
{
  omc_unlock_page_examine (self);
}

static void
practise_cb (OmcUnlockPage *self)
{
  open_gate (self, omc_gate_request_new (OMC_GATE_BY_PRACTICE), "trouble",
             _ ("Preparing the Practice Ward"));
}

static void
show_enrol_cb (OmcUnlockPage *self)
{
  show_screen (self, "enrol");
}

static void
enrol_cb (OmcUnlockPage *self)
{
  open_gate (self, omc_enrol_form_take_request (get_enrol_form (self)), "enrol",
             _ ("Making This Device’s Keys"));
}

static void
sign_in_cb (OmcUnlockPage *self)
{
  OmcGateRequest *request = omc_sign_in_take_request (get_sign_in (self));

  g_set_str (&self->user, request->user);
  open_gate (self, request, "people", _ ("Unlocking"));
}

static void
code_noted_cb (OmcUnlockPage *self)
{
  emit_opened (self);
}

static void
passphrase_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcUnlockPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = omc_gate_set_passphrase_finish (OMC_GATE (source), result, &error);

  if (!self->stack)
    return;

  if (done)
    {
      emit_opened (self);
      return;
    }
  show_screen (self, "new-passphrase");
  omc_passphrase_page_show_error (get_passphrase_page (self), error->message);
}

static void
passphrase_chosen_cb (OmcUnlockPage *self)
{
  g_autoptr (OmcSecret) passphrase = omc_passphrase_page_take (get_passphrase_page (self));

  show_wait (self, _ ("Setting the Passphrase"));
  omc_gate_set_passphrase_async (self->gate, omc_ui_session_get_actor (self->opened), passphrase,
                                 self->cancellable, passphrase_set_cb, g_object_ref (self));
}

static void
first_run_built_cb (OmcUnlockPage *self, GtkWidget *first_run)
{
  g_signal_connect_object (first_run, "practise", G_CALLBACK (practise_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (first_run, "enrol", G_CALLBACK (show_enrol_cb), self, G_CONNECT_SWAPPED);
}

static void
enrol_form_built_cb (OmcUnlockPage *self, GtkWidget *form)
{
  g_signal_connect_object (form, "submitted", G_CALLBACK (enrol_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "cancelled", G_CALLBACK (examine_cb), self, G_CONNECT_SWAPPED);
}

static void
sign_in_built_cb (OmcUnlockPage *self, GtkWidget *sign_in)
{
  g_signal_connect_object (sign_in, "submitted", G_CALLBACK (sign_in_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sign_in, "board-wanted", G_CALLBACK (open_board), self,
                           G_CONNECT_SWAPPED);
}

static void
recovery_built_cb (OmcUnlockPage *self, GtkWidget *page)
{
  g_signal_connect_object (page, "done", G_CALLBACK (code_noted_cb), self, G_CONNECT_SWAPPED);
}

static void
passphrase_built_cb (OmcUnlockPage *self, GtkWidget *page)
{
  g_signal_connect_object (page, "chosen", G_CALLBACK (passphrase_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "later", G_CALLBACK (code_noted_cb), self, G_CONNECT_SWAPPED);
}

static void
omc_unlock_page_dispose (GObject *object)
{
  OmcUnlockPage *self = OMC_UNLOCK_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->gate);
  g_clear_object (&self->opened);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_UNLOCK_PAGE);

  G_OBJECT_CLASS (omc_unlock_page_parent_class)->dispose (object);
}

static void
omc_unlock_page_finalize (GObject *object)
{
  OmcUnlockPage *self = OMC_UNLOCK_PAGE (object);

  g_object_unref (self->cancellable);
  g_free (self->user);
  g_clear_error (&self->failed);

  G_OBJECT_CLASS (omc_unlock_page_parent_class)->finalize (object);
}

static void
omc_unlock_page_class_init (OmcUnlockPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_unlock_page_dispose;
  object_class->finalize = omc_unlock_page_finalize;

  signals[OPENED] = g_signal_new ("opened", OMC_TYPE_UNLOCK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, OMC_TYPE_UI_SESSION);

  g_type_ensure (OMC_TYPE_LAZY);
  g_type_ensure (OMC_TYPE_NOTICE);
  g_type_ensure (OMC_TYPE_FIRST_RUN);
  g_type_ensure (OMC_TYPE_ENROL_FORM);
  g_type_ensure (OMC_TYPE_SIGN_IN);
  g_type_ensure (OMC_TYPE_RECOVERY_PAGE);
  g_type_ensure (OMC_TYPE_PASSPHRASE_PAGE);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-unlock-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcUnlockPage, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcUnlockPage, wait_page);
  gtk_widget_class_bind_template_child (widget_class, OmcUnlockPage, enrol_form);
  gtk_widget_class_bind_template_child (widget_class, OmcUnlockPage, practice_page);
  gtk_widget_class_bind_template_child (widget_class, OmcUnlockPage, sign_in);
  gtk_widget_class_bind_template_child (widget_class, OmcUnlockPage, recovery_code);
  gtk_widget_class_bind_template_child (widget_class, OmcUnlockPage, new_passphrase);
  gtk_widget_class_bind_template_child (widget_class, OmcUnlockPage, trouble_page);
  gtk_widget_class_bind_template_callback (widget_class, examine_cb);
  gtk_widget_class_bind_template_callback (widget_class, practise_cb);
  gtk_widget_class_bind_template_callback (widget_class, first_run_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, enrol_form_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, recovery_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, passphrase_built_cb);
}

static void
omc_unlock_page_init (OmcUnlockPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_unlock_page_set_gate (OmcUnlockPage *self, OmcGate *gate, const char *user)
{
  g_return_if_fail (OMC_IS_UNLOCK_PAGE (self));
  g_return_if_fail (OMC_IS_GATE (gate));

  g_set_object (&self->gate, gate);
  g_set_str (&self->user, user);
  omc_unlock_page_examine (self);
}

void
omc_unlock_page_choose_person (OmcUnlockPage *self)
{
  g_return_if_fail (OMC_IS_UNLOCK_PAGE (self));

  g_clear_pointer (&self->user, g_free);
  omc_unlock_page_examine (self);
}

void
omc_unlock_page_abandon (OmcUnlockPage *self)
{
  g_return_if_fail (OMC_IS_UNLOCK_PAGE (self));

  if (!self->opened ||
      g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "new-passphrase") != 0)
    return;

  g_clear_object (&self->opened);
  omc_lazy_drop (OMC_LAZY (self->new_passphrase));
  omc_unlock_page_examine (self);
}

void
omc_unlock_page_examine (OmcUnlockPage *self)
{
  g_return_if_fail (OMC_IS_UNLOCK_PAGE (self));

  show_wait (self, _ ("Looking at This Device"));
  omc_gate_examine_async (self->gate, self->cancellable, examined_cb, g_object_ref (self));
}
