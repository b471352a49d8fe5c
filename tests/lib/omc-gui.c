/* omc-gui.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-gui.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define POLL_MS 60
#define MAX_DEPTH 80

struct _OmcGui
{
  GSubprocess *process; /* (owned) (nullable) */
  GPid pid;
  guint timeout_ms;
  char *log; /* (owned): where its standard error goes */
};

static guint picture_number;

static void
pause_ms (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  do
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (5000);
    }
  while (g_get_monotonic_time () < end);
}

/* In the child: a test that aborts must not leave programs behind that hold its output open. */
void
omc_gui_die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

OmcGui *
omc_gui_start (const char *const *argv, const char *const *environment)
{
  OmcGui *self = g_new0 (OmcGui, 1);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; environment != NULL && environment[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (environment[i], "=", 2);

      g_subprocess_launcher_setenv (launcher, pair[0], pair[1], TRUE);
    }
  g_subprocess_launcher_setenv (launcher, "GTK_A11Y", "atspi", TRUE);
  g_subprocess_launcher_set_child_setup (launcher, omc_gui_die_with_parent, NULL, NULL);
  close (g_file_open_tmp ("omnicare-gui-XXXXXX.log", &self->log, &error));
  g_assert_no_error (error);
  g_subprocess_launcher_set_stderr_file_path (launcher, self->log);
  self->timeout_ms = g_getenv ("OMNICARE_ASAN") != NULL ? 60000 : 15000;
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  self->pid = (GPid)g_ascii_strtoll (g_subprocess_get_identifier (self->process), NULL, 10);
  return self;
}

void
omc_gui_kill (OmcGui *self)
{
  g_subprocess_send_signal (self->process, SIGKILL);
  g_subprocess_wait (self->process, NULL, NULL);
}

int
omc_gui_quit (OmcGui *self)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_if_exited (self->process) ? g_subprocess_get_exit_status (self->process)
                                                    : -1;
}

gboolean
omc_gui_is_running (OmcGui *self)
{
  return g_subprocess_get_identifier (self->process) != NULL;
}

GPid
omc_gui_get_pid (OmcGui *self)
{
  return self->pid;
}

/* What the toolkit complains of is a mistake of ours, even where nothing is seen of it. */
static void
assert_no_complaint (const char *log)
{
  g_autoptr (GRegex) complaint = g_regex_new (
      "^\\([^)]*\\): (Gtk|Gdk|Gsk|Adwaita|Pango|GLib[^ ]*)-(WARNING|CRITICAL) \\*\\*.*$",
      G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (g_regex_match (complaint, log, 0, &match))
    {
      g_autofree char *line = g_match_info_fetch (match, 0);

      g_error ("the client's toolkit complains: %s", line);
    }
}

void
omc_gui_free (OmcGui *self)
{
  g_autofree char *log = NULL;

  if (omc_gui_is_running (self))
    omc_gui_kill (self);
  g_assert_true (g_file_get_contents (self->log, &log, NULL, NULL));
  g_printerr ("%s", log);
  g_unlink (self->log);
  assert_no_complaint (log);
  g_clear_object (&self->process);
  g_free (self->log);
  g_free (self);
}

static AtspiAccessible *
application (OmcGui *self)
{
  g_autoptr (AtspiAccessible) desktop = atspi_get_desktop (0);
  int n;

  atspi_accessible_clear_cache (desktop);
  n = atspi_accessible_get_child_count (desktop, NULL);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (desktop, i, NULL);

      if (child != NULL && (GPid)atspi_accessible_get_process_id (child, NULL) == self->pid)
        return g_steal_pointer (&child);
    }
  return NULL;
}

static char *
text_of (AtspiAccessible *node)
{
  AtspiText *text = atspi_accessible_get_text_iface (node);
  char *content;
  int length;

  if (text == NULL)
    return NULL;
  length = atspi_text_get_character_count (text, NULL);
  content = length > 0 ? atspi_text_get_text (text, 0, length, NULL) : NULL;
  g_object_unref (text);
  return content;
}

typedef gboolean (*NodeFunc) (AtspiAccessible *node, AtspiRole role, gpointer user_data);

/* Depth first over what is showing; TRUE ends the walk. Objects may vanish while we look: then they are passed over. */
static gboolean
walk (AtspiAccessible *node, guint depth, NodeFunc func, gpointer user_data)
{
  AtspiRole role = atspi_accessible_get_role (node, NULL);
  int n;

  if (role != ATSPI_ROLE_APPLICATION)
    {
      g_autoptr (AtspiStateSet) states = atspi_accessible_get_state_set (node);

      if (states == NULL || !atspi_state_set_contains (states, ATSPI_STATE_VISIBLE) ||
          !atspi_state_set_contains (states, ATSPI_STATE_SHOWING))
        return FALSE;
    }
  if (func (node, role, user_data))
    return TRUE;
  if (depth >= MAX_DEPTH)
    return FALSE;
  n = atspi_accessible_get_child_count (node, NULL);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);

      if (child != NULL && walk (child, depth + 1, func, user_data))
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  AtspiRole role; /* ATSPI_ROLE_INVALID: any, and the text counts too */
  const char *pattern;
  AtspiAccessible *found; /* (owned) (nullable) */
} Search;

static gboolean
matches (const char *pattern, const char *text)
{
  return text != NULL && g_pattern_match_simple (pattern, text);
}

static gboolean
search_node (AtspiAccessible *node, AtspiRole role, gpointer user_data)
{
  Search *search = user_data;
  g_autofree char *name = NULL;

  if (search->role != ATSPI_ROLE_INVALID && role != search->role)
    return FALSE;
  if (search->pattern != NULL)
    {
      name = atspi_accessible_get_name (node, NULL);
      if (!matches (search->pattern, name))
        {
          g_autofree char *text = search->role == ATSPI_ROLE_INVALID ? text_of (node) : NULL;

          if (!matches (search->pattern, text))
            return FALSE;
        }
    }
  search->found = g_object_ref (node);
  return TRUE;
}

AtspiAccessible *
omc_gui_peek (OmcGui *self, AtspiRole role, const char *name)
{
  g_autoptr (AtspiAccessible) app = application (self);
  Search search = { role, name, NULL };

  if (app == NULL)
    return NULL;
  atspi_accessible_clear_cache (app);
  walk (app, 0, search_node, &search);
  return search.found;
}

gboolean
omc_gui_is_sensitive (OmcGui *self, const char *button)
{
  g_autoptr (AtspiAccessible) node = omc_gui_find (self, ATSPI_ROLE_BUTTON, button);
  g_autoptr (AtspiStateSet) states = atspi_accessible_get_state_set (node);

  return atspi_state_set_contains (states, ATSPI_STATE_SENSITIVE);
}

typedef struct
{
  OmcGuiFunc func;
  gpointer user_data;
} Visit;

static gboolean
visit_node (AtspiAccessible *node, AtspiRole role, gpointer user_data)
{
  Visit *visit = user_data;

  visit->func (node, role, visit->user_data);
  return FALSE;
}

void
omc_gui_foreach (OmcGui *self, OmcGuiFunc func, gpointer user_data)
{
  g_autoptr (AtspiAccessible) app = application (self);
  Visit visit = { func, user_data };

  if (app != NULL)
    walk (app, 0, visit_node, &visit);
}

static gboolean
dump_node (AtspiAccessible *node, AtspiRole role, gpointer user_data)
{
  GString *out = user_data;
  g_autofree char *name = atspi_accessible_get_name (node, NULL);
  g_autofree char *kind = atspi_accessible_get_role_name (node, NULL);
  g_autofree char *text = text_of (node);

  if ((name != NULL && *name != '\0') || (text != NULL && *text != '\0'))
    g_string_append_printf (out, "%s: %s%s%s\n", kind, name != NULL ? name : "",
                            text != NULL ? " = " : "", text != NULL ? text : "");
  return FALSE;
}

char *
omc_gui_dump (OmcGui *self)
{
  g_autoptr (AtspiAccessible) app = application (self);
  GString *out = g_string_new (NULL);

  if (app != NULL)
    walk (app, 0, dump_node, out);
  else
    g_string_append (out, "the program is not on the accessibility bus\n");
  return g_string_free (out, FALSE);
}

static void
give_up (OmcGui *self, const char *what, const char *name)
{
  g_autofree char *dump = omc_gui_dump (self);

  g_test_message ("on the screen:\n%s", dump);
  omc_gui_picture (self, "failure", what);
  g_error ("%s \"%s\" within %u ms", what, name != NULL ? name : "(any)", self->timeout_ms);
}

AtspiAccessible *
omc_gui_find (OmcGui *self, AtspiRole role, const char *name)
{
  gint64 end = g_get_monotonic_time () + self->timeout_ms * G_GINT64_CONSTANT (1000);

  do
    {
      AtspiAccessible *found = omc_gui_peek (self, role, name);

      if (found != NULL)
        return found;
      pause_ms (POLL_MS);
    }
  while (g_get_monotonic_time () < end);
  give_up (self, "does not show", name);
  return NULL;
}

void
omc_gui_click (OmcGui *self, AtspiRole role, const char *name)
{
  gint64 end = g_get_monotonic_time () + self->timeout_ms * G_GINT64_CONSTANT (1000);

  do
    {
      g_autoptr (AtspiAccessible) node = omc_gui_find (self, role, name);
      g_autoptr (AtspiStateSet) states = atspi_accessible_get_state_set (node);
      AtspiAction *action = atspi_accessible_get_action_iface (node);
      gboolean done = FALSE;

      if (action != NULL && atspi_state_set_contains (states, ATSPI_STATE_SENSITIVE))
        done = atspi_action_do_action (action, 0, NULL);
      g_clear_object (&action);
      if (done)
        {
          pause_ms (POLL_MS);
          return;
        }
      pause_ms (POLL_MS);
    }
  while (g_get_monotonic_time () < end);
  give_up (self, "cannot be pressed:", name);
}

void
omc_gui_enter (OmcGui *self, const char *name, const char *text)
{
  static const AtspiRole roles[] = { ATSPI_ROLE_ENTRY, ATSPI_ROLE_TEXT, ATSPI_ROLE_PASSWORD_TEXT,
                                     ATSPI_ROLE_SPIN_BUTTON };
  gint64 end = g_get_monotonic_time () + self->timeout_ms * G_GINT64_CONSTANT (1000);

  do
    {
      for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
        {
          g_autoptr (AtspiAccessible) node = omc_gui_peek (self, roles[i], name);
          AtspiEditableText *editable =
              node != NULL ? atspi_accessible_get_editable_text_iface (node) : NULL;
          gboolean done =
              editable != NULL && atspi_editable_text_set_text_contents (editable, text, NULL);

          g_clear_object (&editable);
          if (done)
            {
              pause_ms (POLL_MS);
              return;
            }
        }
      pause_ms (POLL_MS);
    }
  while (g_get_monotonic_time () < end);
  give_up (self, "no field to write in:", name);
}

void
omc_gui_select_page (OmcGui *self, const char *name)
{
  static const AtspiRole roles[] = { ATSPI_ROLE_PAGE_TAB, ATSPI_ROLE_RADIO_BUTTON,
                                     ATSPI_ROLE_TOGGLE_BUTTON };
  gint64 end = g_get_monotonic_time () + self->timeout_ms * G_GINT64_CONSTANT (1000);

  do
    {
      for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
        {
          g_autoptr (AtspiAccessible) node = omc_gui_peek (self, roles[i], name);

          if (node != NULL)
            {
              omc_gui_click (self, roles[i], name);
              return;
            }
        }
      pause_ms (POLL_MS);
    }
  while (g_get_monotonic_time () < end);
  give_up (self, "no page", name);
}

gboolean
omc_gui_sees (OmcGui *self, const char *pattern)
{
  g_autoptr (AtspiAccessible) node = omc_gui_peek (self, ATSPI_ROLE_INVALID, pattern);

  return node != NULL;
}

void
omc_gui_wait_for (OmcGui *self, const char *pattern)
{
  g_autoptr (AtspiAccessible) node = omc_gui_find (self, ATSPI_ROLE_INVALID, pattern);

  g_assert_nonnull (node);
}

void
omc_gui_wait_gone (OmcGui *self, const char *pattern)
{
  gint64 end = g_get_monotonic_time () + self->timeout_ms * G_GINT64_CONSTANT (1000);

  while (omc_gui_sees (self, pattern))
    {
      if (g_get_monotonic_time () > end)
        give_up (self, "still shows", pattern);
      pause_ms (POLL_MS);
    }
}

static const struct
{
  const char *prefix;
  long keycode; /* of the usual PC keyboard: only a key code can be held */
  const char *wayland;
} modifiers[] = { { "<Control>", 37, "ctrl" }, { "<Shift>", 50, "shift" }, { "<Alt>", 64, "alt" } };

static gboolean
is_wayland (void)
{
  const char *display = g_getenv ("WAYLAND_DISPLAY");

  return display && *display;
}

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

/* The bus of accessibility types on X11 only. The compositor tells the window of the new keyboard a moment after. */
static void
press_wayland (const char *key, const gboolean held[])
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (char *)"wtype");
  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    if (held[i])
      {
        g_ptr_array_add (argv, (char *)"-M");
        g_ptr_array_add (argv, (char *)modifiers[i].wayland);
      }
  for (const char *const *word = (const char *const[]){ "-s", "50", "-k", key, "-s", "50", NULL };
       *word; word++)
    g_ptr_array_add (argv, (char *)*word);
  g_ptr_array_add (argv, NULL);
  run ((const char *const *)argv->pdata);
}

static void
press_x11 (const char *key, const gboolean held[])
{
  static const struct
  {
    const char *name;
    long keysym;
  } keys[] = {
    { "Return", 0xff0d }, { "Escape", 0xff1b }, { "Tab", 0xff09 },   { "Up", 0xff52 },
    { "Down", 0xff54 },   { "Left", 0xff51 },   { "Right", 0xff53 }, { "space", 0x0020 },
    { "F1", 0xffbe },     { "F4", 0xffc1 },
  };
  long keysym = 0;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (key, keys[i].name))
      keysym = keys[i].keysym;
  if (keysym == 0)
    {
      g_assert_cmpuint (strlen (key), ==, 1);
      keysym = key[0];
    }
  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    if (held[i])
      atspi_generate_keyboard_event (modifiers[i].keycode, NULL, ATSPI_KEY_PRESS, NULL);
  atspi_generate_keyboard_event (keysym, NULL, ATSPI_KEY_SYM, NULL);
  for (guint i = G_N_ELEMENTS (modifiers); i > 0; i--)
    if (held[i - 1])
      atspi_generate_keyboard_event (modifiers[i - 1].keycode, NULL, ATSPI_KEY_RELEASE, NULL);
}

void
omc_gui_press (OmcGui *self, const char *key)
{
  gboolean held[G_N_ELEMENTS (modifiers)] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    if (g_str_has_prefix (key, modifiers[i].prefix))
      {
        held[i] = TRUE;
        key += strlen (modifiers[i].prefix);
      }
  if (is_wayland ())
    press_wayland (key, held);
  else
    press_x11 (key, held);
  pause_ms (POLL_MS);
}

void
omc_gui_picture (OmcGui *self, const char *name, const char *sentence)
{
  const char *directory = g_getenv ("OMNICARE_TOUR_DIR");
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;
  g_autofree char *report = NULL;
  g_autofree char *line = NULL;
  FILE *out;

  if (directory == NULL)
    return;
  pause_ms (250);
  file = g_strdup_printf ("%02u-%s.png", ++picture_number, name);
  path = g_build_filename (directory, file, NULL);
  report = g_build_filename (directory, "report.md", NULL);
  if (is_wayland ())
    run ((const char *const[]){ "grim", path, NULL });
  else
    run ((const char *const[]){ "import", "-window", "root", path, NULL });
  out = fopen (report, "a");
  if (out != NULL)
    {
      fprintf (out, "%u. %s\n\n   ![%s](%s)\n\n", picture_number, sentence, name, file);
      fclose (out);
    }
}
