/* omc-gui.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <atspi/atspi.h>
#include <gio/gio.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)

/**
 * OmcGui:
 *
 * Drives a program through its accessibility tree, as a person with a screen reader would: what this cannot find,
 * such a person cannot find either. Finding waits up to the time limit and is a test failure after that.
 */
typedef struct _OmcGui OmcGui;

OmcGui *omc_gui_start (const char *const *argv, const char *const *environment);
/* A GSpawnChildSetupFunc for everything else that a test starts. */
void omc_gui_die_with_parent (gpointer user_data);
/* SIGKILL: nothing gets a chance to be saved. */
void omc_gui_kill (OmcGui *self);
/* Closes the first window and waits for a clean end; the exit status. */
int omc_gui_quit (OmcGui *self);
gboolean omc_gui_is_running (OmcGui *self);
GPid omc_gui_get_pid (OmcGui *self);
void omc_gui_free (OmcGui *self);

/* name: a glob pattern ("John *"), NULL for any. Only what is showing counts. */
AtspiAccessible *omc_gui_find (OmcGui *self, AtspiRole role, const char *name);
/* NULL at once when absent */
AtspiAccessible *omc_gui_peek (OmcGui *self, AtspiRole role, const char *name);
gboolean omc_gui_is_sensitive (OmcGui *self, const char *button);
void omc_gui_click (OmcGui *self, AtspiRole role, const char *name);
/* A page of a view switcher. */
void omc_gui_select_page (OmcGui *self, const char *name);
/* Replaces the text of an entry. */
void omc_gui_enter (OmcGui *self, const char *name, const char *text);
/* Any role: waits until something showing has a name or text that matches the glob. */
void omc_gui_wait_for (OmcGui *self, const char *pattern);
void omc_gui_wait_gone (OmcGui *self, const char *pattern);
gboolean omc_gui_sees (OmcGui *self, const char *pattern);
/* "<Control>f", "Return", "1", as gtk_accelerator_parse names them without GTK: one of the few that tests need. */
void omc_gui_press (OmcGui *self, const char *key);
typedef void (*OmcGuiFunc) (AtspiAccessible *node, AtspiRole role, gpointer user_data);
/* All that is showing, from the outside in. */
void omc_gui_foreach (OmcGui *self, OmcGuiFunc func, gpointer user_data);
/* Every name and text on the screen, one a line, for a failure's log. */
char *omc_gui_dump (OmcGui *self);
/* With OMNICARE_TOUR_DIR set: a PNG "NN-name.png" of the screen and a line in report.md. */
void omc_gui_picture (OmcGui *self, const char *name, const char *sentence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcGui, omc_gui_free)

G_END_DECLS
