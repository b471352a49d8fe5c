/* omc-ui-test.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* In-process tests of widgets. Without a display the program says so and is skipped. */
gboolean omc_ui_test_init (int *argc, char ***argv);
/* Shows the widget in a window of that size and waits until it is drawn; with OMNICARE_PICTURES set to a folder the
 * window is written there as NAME.png. */
GtkWindow *omc_ui_test_show (GtkWidget *widget, int width, int height, const char *picture);
/* The same of a window as it is now. */
void omc_ui_test_picture (GtkWindow *window, const char *name);
/* Destroys the window and checks that the widget in it is gone: what keeps it alive leaks. */
void omc_ui_test_close (GtkWindow *window, GtkWidget *widget);
/* The first descendant of that type whose accessible label is name, or whose text matches the glob name; NULL if there
 * is none. */
GtkWidget *omc_ui_test_find (GtkWidget *root, GType type, const char *name);
/* Runs the main loop until the condition holds, 5 s at most. */
typedef gboolean (*OmcUiCondition) (gpointer user_data);
gboolean omc_ui_test_wait (OmcUiCondition condition, gpointer user_data);

G_END_DECLS
