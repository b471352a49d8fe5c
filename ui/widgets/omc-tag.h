/* omc-tag.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define OMC_TYPE_TAG (omc_tag_get_type ())

/**
 * OmcTag:
 *
 * A short text, with or without an icon before it, on a ground of its own: one widget where a box with an image and a
 * label would be three. Style classes give it its colours.
 *
 * # CSS nodes
 *
 * `tag`
 */
G_DECLARE_DERIVABLE_TYPE (OmcTag, omc_tag, OMC, TAG, GtkWidget)

struct _OmcTagClass
{
  GtkWidgetClass parent_class;
};

GtkWidget *omc_tag_new (const char *css_class) G_GNUC_WARN_UNUSED_RESULT;
/* icon_name: (nullable), a symbolic icon. */
void omc_tag_set (OmcTag *self, const char *icon_name, const char *text);
/* What a screen reader says in place of the text. */
void omc_tag_set_description (OmcTag *self, const char *description);

G_END_DECLS
