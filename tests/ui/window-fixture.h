/* window-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-ui-test.h"
#include "omc-window.h"
#include "store-fixture.h"

G_BEGIN_DECLS

#define WINDOW_FIXTURE_PATIENT "p1"

/* The client's window over a store that holds John Doe; nobody is signed in yet. */
typedef struct
{
  StoreFixture store;
  OmcSyncService *sync;
  GSettings *settings;
  GtkWidget *window;
  guint n_told;       /* what was told as not saved */
  const char *wanted; /* what is waited for */
} WindowFixture;

typedef void (*WindowFixtureFunc) (WindowFixture *f, gconstpointer data);
/* Needs a display, as omc_ui_test_init() has found it. data: (nullable) */
void window_fixture_add (const char *path, WindowFixtureFunc func, gconstpointer data);
/* Every save fails from now on, and drafts do not. */
void window_fixture_refuse_saves (WindowFixture *f);
void window_fixture_sign_in (WindowFixture *f, OmcActor *actor);
/* Only what can be seen, with all that it is in; as omc_ui_test_find(). */
GtkWidget *window_fixture_find (WindowFixture *f, GType type, const char *name);
/* Waits for a label that matches. */
void window_fixture_assert_says (WindowFixture *f, const char *pattern);

G_END_DECLS
