/* omc-notice.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include "omc-notice.h"

#define SPINNER_SIZE 48
/* What is read in less than this flashes no spinner. */
#define BUSY_DELAY_MS 150

struct _OmcNotice
{
  AdwBin parent_instance;
  char *icon_name;    /* (owned) (nullable) */
  char *title;        /* (owned) (nullable) */
  char *description;  /* (owned) (nullable) */
  char *button_label; /* (owned) (nullable) */
  gboolean busy;
  gboolean compact;
  guint busy_source; /* until a spinner is worth showing */
};

G_DEFINE_FINAL_TYPE (OmcNotice, omc_notice, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_ICON_NAME,
  PROP_TITLE,
  PROP_DESCRIPTION,
  PROP_BUTTON_LABEL,
  PROP_BUSY,
  PROP_COMPACT,
  N_PROPS
};

enum
{
  ACTIVATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
clicked_cb (OmcNotice *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static GtkWidget *
new_button (OmcNotice *self)
{
  GtkWidget *button = gtk_button_new_with_label (self->button_label);

  gtk_widget_add_css_class (button, "pill");
  gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);

  return button;
}

static GtkWidget *
new_spinner (void)
{
  GtkWidget *spinner = adw_spinner_new ();

  gtk_widget_set_size_request (spinner, SPINNER_SIZE, SPINNER_SIZE);
  gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);

  return spinner;
}

static void
show_words (OmcNotice *self)
{
  AdwStatusPage *page = ADW_STATUS_PAGE (adw_bin_get_child (ADW_BIN (self)));
  g_autofree char *description = NULL;

  if (!page)
    return;

  adw_status_page_set_title (page, self->title ? self->title : "");
  /* The status page takes markup; names, paths and errors are text. */
  description = self->description ? g_markup_escape_text (self->description, -1) : NULL;
  adw_status_page_set_description (page, description);
  adw_status_page_set_child (page, self->busy           ? new_spinner ()
                                   : self->button_label ? new_button (self)
                                                        : NULL);
}

static void
build (OmcNotice *self)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), self->icon_name);
  if (self->compact)
    gtk_widget_add_css_class (page, "compact");
  adw_bin_set_child (ADW_BIN (self), page);
  show_words (self);
}

static gboolean
busy_cb (gpointer user_data)
{
  OmcNotice *self = user_data;

  self->busy_source = 0;
  build (self);

  return G_SOURCE_REMOVE;
}

static void
omc_notice_map (GtkWidget *widget)
{
  OmcNotice *self = OMC_NOTICE (widget);

  if (self->busy)
    self->busy_source = g_timeout_add (BUSY_DELAY_MS, busy_cb, self);
  else
    build (self);

  GTK_WIDGET_CLASS (omc_notice_parent_class)->map (widget);
}

static void
omc_notice_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (omc_notice_parent_class)->unmap (widget);

  g_clear_handle_id (&OMC_NOTICE (widget)->busy_source, g_source_remove);
  adw_bin_set_child (ADW_BIN (widget), NULL);
}

static gboolean
omc_notice_grab_focus (GtkWidget *widget)
{
  AdwStatusPage *page = ADW_STATUS_PAGE (adw_bin_get_child (ADW_BIN (widget)));
  GtkWidget *button = page ? adw_status_page_get_child (page) : NULL;

  return button && gtk_widget_grab_focus (button);
}

static void
omc_notice_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  OmcNotice *self = OMC_NOTICE (object);

  switch (prop_id)
    {
    case PROP_ICON_NAME:
      g_set_str (&self->icon_name, g_value_get_string (value));
      break;
    case PROP_TITLE:
      omc_notice_set_title (self, g_value_get_string (value));
      break;
    case PROP_DESCRIPTION:
      omc_notice_set_description (self, g_value_get_string (value));
      break;
    case PROP_BUTTON_LABEL:
      omc_notice_set_button_label (self, g_value_get_string (value));
      break;
    case PROP_BUSY:
      self->busy = g_value_get_boolean (value);
      break;
    case PROP_COMPACT:
      self->compact = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_notice_dispose (GObject *object)
{
  g_clear_handle_id (&OMC_NOTICE (object)->busy_source, g_source_remove);

  G_OBJECT_CLASS (omc_notice_parent_class)->dispose (object);
}

static void
omc_notice_finalize (GObject *object)
{
  OmcNotice *self = OMC_NOTICE (object);

  g_free (self->icon_name);
  g_free (self->title);
  g_free (self->description);
  g_free (self->button_label);

  G_OBJECT_CLASS (omc_notice_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);
  properties[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_notice_class_init (OmcNoticeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = omc_notice_set_property;
  object_class->dispose = omc_notice_dispose;
  object_class->finalize = omc_notice_finalize;
  widget_class->map = omc_notice_map;
  widget_class->unmap = omc_notice_unmap;
  widget_class->grab_focus = omc_notice_grab_focus;

  install_properties (object_class);
  signals[ACTIVATED] = g_signal_new ("activated", OMC_TYPE_NOTICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
}

static void
omc_notice_init (OmcNotice *self)
{
}

void
omc_notice_set_title (OmcNotice *self, const char *title)
{
  g_return_if_fail (OMC_IS_NOTICE (self));

  if (g_set_str (&self->title, title))
    show_words (self);
}

void
omc_notice_set_description (OmcNotice *self, const char *description)
{
  g_return_if_fail (OMC_IS_NOTICE (self));

  if (g_set_str (&self->description, description))
    show_words (self);
}

void
omc_notice_set_button_label (OmcNotice *self, const char *label)
{
  g_return_if_fail (OMC_IS_NOTICE (self));

  if (g_set_str (&self->button_label, label))
    show_words (self);
}
