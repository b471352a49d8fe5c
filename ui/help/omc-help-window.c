/* omc-help-window.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-help"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-help-window.h"
#include "omc-ui.h"

struct _OmcHelpWindow
{
  AdwWindow parent_instance;
  GtkWidget *lesson_list;
  AdwNavigationPage *content_page;
  GtkWidget *text_label;
};

G_DEFINE_FINAL_TYPE (OmcHelpWindow, omc_help_window, ADW_TYPE_WINDOW)

static const struct
{
  const char *title;
  const char *text;
} lessons[] = {
  { N_ ("Charting without a network"),
    N_ ("Chart as always. “Saved offline” means: it is safe on this device, also if the power goes "
        "now. When the server "
        "can be reached it is sent by itself, and the badge at the top says “Synced” only after "
        "the server has answered "
        "for every single item.\n\nWhile something is not sent, nobody else can see it. If a score "
        "asks for a response, "
        "phone.\n\nTry it: in the practice ward, add a set of vitals and watch the badge.") },
  { N_ ("Vital signs and NEWS2"), N_ ("All signs stand on one screen in ABCDE order. Nothing is "
                                      "filled in for you: no number is there that you did not "
                                      "type. Beside each field stands the last value and its "
                                      "age.\n\nThe score grows while you type. Without all seven "
                                      "parameters it says “at least”, and it still warns when that "
                                      "is enough. A mark (!) and the number say what the "
                                      "colour says.\n\nIf you cannot measure something, say why "
                                      "with the button at the end of its row.") },
  { N_ ("Deciding conflicts"), N_ ("When two people change the same thing while apart, both "
                                   "versions are kept. What can be joined safely is joined and "
                                   "written in the journal. Where a person must decide, the badge "
                                   "says “Needs you”.\n\nOpen Conflicts, look at both "
                                   "sides with who and when, and choose. Nothing is chosen for "
                                   "you, and nothing is thrown away.") },
  { N_ ("Security"), N_ ("The records on this device are encrypted. Your passphrase opens them; "
                         "nobody can read it back to you. The screen "
                         "locks by itself; Ctrl+L locks it now. What you had typed stays as your "
                         "own draft.\n\nEvery look at a chart is "
                         "written to a trail that cannot be changed unseen. “Verify Now” on the "
                         "Audit page proves it.") },
  { N_ ("When something goes wrong"),
    N_ ("“Needs you” on the Sync page: read the reason beside the item, mend it or take it "
        "back.\n\nThe keyring does not "
        "answer: unlock it, or use the recovery code that was printed when the device was "
        "enrolled.\n\nThe store is damaged: "
        "nothing is deleted. Tell IT, who can repair it from the server or a backup without "
        "touching what was not sent.") },
};

static void
selected_cb (OmcHelpWindow *self, GtkListBoxRow *row)
{
  int index = row ? gtk_list_box_row_get_index (row) : -1;

  if (index < 0 || index >= (int)G_N_ELEMENTS (lessons))
    return;

  adw_navigation_page_set_title (self->content_page, _ (lessons[index].title));
  gtk_label_set_text (GTK_LABEL (self->text_label), _ (lessons[index].text));
  adw_navigation_split_view_set_show_content (
      ADW_NAVIGATION_SPLIT_VIEW (adw_window_get_content (ADW_WINDOW (self))), TRUE);
}

static void
omc_help_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_HELP_WINDOW);

  G_OBJECT_CLASS (omc_help_window_parent_class)->dispose (object);
}

static void
omc_help_window_class_init (OmcHelpWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_help_window_dispose;

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-help-window"));
  gtk_widget_class_bind_template_child (widget_class, OmcHelpWindow, lesson_list);
  gtk_widget_class_bind_template_child (widget_class, OmcHelpWindow, content_page);
  gtk_widget_class_bind_template_child (widget_class, OmcHelpWindow, text_label);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
omc_help_window_init (OmcHelpWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (lessons); i++)
    {
      GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", _ (lessons[i].title), "xalign",
                                       0.0f, "wrap", TRUE, NULL);

      gtk_list_box_append (GTK_LIST_BOX (self->lesson_list), label);
    }
  gtk_list_box_select_row (GTK_LIST_BOX (self->lesson_list),
                           gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->lesson_list), 0));
}

OmcHelpWindow *
omc_help_window_new (void)
{
  return g_object_new (OMC_TYPE_HELP_WINDOW, NULL);
}
