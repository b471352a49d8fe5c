/* omc-ui-test.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-ui-test.h"
#include "omc-ui.h"

gboolean
omc_ui_test_init (int *argc, char ***argv)
{
  g_setenv ("GTK_A11Y", "test", FALSE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display: run this in tests/lib/session.sh\n");
      return FALSE;
    }

  omc_ui_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, "gtk-cursor-blink",
                FALSE, NULL);

  return TRUE;
}

void
omc_ui_test_picture (GtkWindow *window, const char *name)
{
  const char *folder = g_getenv ("OMNICARE_PICTURES");
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;

  if (!folder || !name)
    return;

  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (GTK_WIDGET (window)),
                          gtk_widget_get_height (GTK_WIDGET (window)));
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  path = g_strdup_printf ("%s/%s.png", folder, name);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

GtkWindow *
omc_ui_test_show (GtkWidget *widget, int width, int height, const char *picture)
{
  GtkWindow *window = GTK_WINDOW (g_object_new (ADW_TYPE_WINDOW, "default-width", width,
                                                "default-height", height, "content", widget, NULL));

  gtk_window_present (window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  omc_ui_test_picture (window, picture);

  return window;
}

void
omc_ui_test_close (GtkWindow *window, GtkWidget *widget)
{
  gpointer watched = widget;

  g_object_add_weak_pointer (G_OBJECT (widget), &watched);
  gtk_window_destroy (window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (watched);
}

/* Without accessibility nothing has a name. */
static gboolean
is_called (GtkWidget *widget, const char *name)
{
  g_autoptr (GtkATContext) context = gtk_accessible_get_at_context (GTK_ACCESSIBLE (widget));
  g_autofree char *error = NULL;

  if (!context)
    return FALSE;
  error = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                              GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  return !error;
}

GtkWidget *
omc_ui_test_find (GtkWidget *root, GType type, const char *name)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    {
      const char *text = GTK_IS_LABEL (root)    ? gtk_label_get_text (GTK_LABEL (root))
                         : GTK_IS_BUTTON (root) ? gtk_button_get_label (GTK_BUTTON (root))
                                                : NULL;

      if ((text && g_pattern_match_simple (name, text)) || is_called (root, name))
        return root;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = omc_ui_test_find (child, type, name);

      if (found)
        return found;
    }

  return NULL;
}

static gboolean
give_up_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;

  return G_SOURCE_REMOVE;
}

gboolean
omc_ui_test_wait (OmcUiCondition condition, gpointer user_data)
{
  gboolean late = FALSE;
  guint source = g_timeout_add_seconds (5, give_up_cb, &late);

  while (!late && !condition (user_data))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (source);

  return !late;
}
