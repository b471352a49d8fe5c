/* omc-recovery-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-recovery-page.h"
#include "omc-ui.h"

struct _OmcRecoveryPage
{
  AdwBin parent_instance;
  GtkWidget *code_label;
  GtkWidget *print_button;
  GtkWidget *noted_check;
};

G_DEFINE_FINAL_TYPE (OmcRecoveryPage, omc_recovery_page, ADW_TYPE_BIN)

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
copy_cb (OmcRecoveryPage *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_text (GTK_LABEL (self->code_label)));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("Recovery code copied"));
}

static void
draw_page_cb (GtkPrintOperation *operation,
              GtkPrintContext *context,
              int page,
              OmcRecoveryPage *self)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  g_autoptr (PangoLayout) layout = gtk_print_context_create_pango_layout (context);
  g_autofree char *markup = g_markup_printf_escaped (
      "<span size='x-large' weight='bold'>%s</span>\n\n<span size='xx-large' "
      "font_family='monospace'>%s</span>\n\n%s",
      _ ("OmniCare recovery code"), gtk_label_get_text (GTK_LABEL (self->code_label)),
      _ ("Opens this device’s store when a passphrase is lost. Keep it locked away."));

  pango_layout_set_width (layout, (int)(gtk_print_context_get_width (context) * PANGO_SCALE));
  pango_layout_set_markup (layout, markup, -1);
  cairo_move_to (cr, 0, 0);
  pango_cairo_show_layout (cr, layout);
}

static void
print_cb (OmcRecoveryPage *self)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GError) error = NULL;

  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_job_name (operation, _ ("OmniCare recovery code"));
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_object (operation, "draw-page", G_CALLBACK (draw_page_cb), self, 0);
  if (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                               &error) == GTK_PRINT_OPERATION_RESULT_ERROR)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
}

static void
done_cb (OmcRecoveryPage *self)
{
  gtk_label_set_text (GTK_LABEL (self->code_label), "");
  g_signal_emit (self, signals[DONE], 0);
}

static void
omc_recovery_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_RECOVERY_PAGE);

  G_OBJECT_CLASS (omc_recovery_page_parent_class)->dispose (object);
}

static void
omc_recovery_page_class_init (OmcRecoveryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_recovery_page_dispose;

  signals[DONE] = g_signal_new ("done", OMC_TYPE_RECOVERY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-recovery-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcRecoveryPage, code_label);
  gtk_widget_class_bind_template_child (widget_class, OmcRecoveryPage, print_button);
  gtk_widget_class_bind_template_child (widget_class, OmcRecoveryPage, noted_check);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, print_cb);
  gtk_widget_class_bind_template_callback (widget_class, done_cb);
}

static void
omc_recovery_page_init (OmcRecoveryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_recovery_page_set_code (OmcRecoveryPage *self, const char *code)
{
  g_return_if_fail (OMC_IS_RECOVERY_PAGE (self));

  gtk_label_set_text (GTK_LABEL (self->code_label), code);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->noted_check), FALSE);
}

void
omc_recovery_page_focus (OmcRecoveryPage *self)
{
  g_return_if_fail (OMC_IS_RECOVERY_PAGE (self));

  gtk_widget_grab_focus (self->print_button);
}
