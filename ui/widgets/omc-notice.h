/* omc-notice.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_NOTICE (omc_notice_get_type ())
G_DECLARE_FINAL_TYPE (OmcNotice, omc_notice, OMC, NOTICE, AdwBin)

/* What a screen says in place of its content: that it reads, that there is nothing, what went wrong. Properties:
 * icon-name, title, description, busy (a spinner, when it lasts), compact, and button-label, whose press is the signal
 * "activated". Its AdwStatusPage exists only while it is seen. */

void omc_notice_set_title (OmcNotice *self, const char *title);
void omc_notice_set_description (OmcNotice *self, const char *description);
void omc_notice_set_button_label (OmcNotice *self, const char *label);

G_END_DECLS
