/* omc-board-model.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include <gio/gio.h>

#include "omc-board-model.h"

/* 32 pages are 2,048 rows, more than any screen with its margins. */
#define MAX_PAGES 32
#define REFRESH_DELAY_MS 150
/* A list makes a widget of each row that it is told of, up to some 200, and lays them out: so many a frame. */
#define ROWS_A_FRAME 2
#define FRAME_MS 16
#define MAX_ROWS_MADE 256

typedef struct
{
  OmcBoardItem *items[OMC_BOARD_PAGE_SIZE]; /* (owned) (nullable): from n_items on */
  guint64 used;
  gboolean requested;
} Page;

struct _OmcBoardModel
{
  GObject parent_instance;
  OmcStore *store; /* (owned) */
  OmcActor *actor; /* (owned) */
  char *text;      /* (owned) (nullable) */
  OmcBoardSort sort;
  OmcBoardFilter filter;
  gboolean beyond;
  GCancellable *cancellable; /* (owned): of the query in use */
  GHashTable *pages;         /* (owned): page number -> Page */
  guint n_items;
  guint n_shown; /* of n_items: what the list was told of so far */
  guint show_source;
  guint64 uses;
  guint refresh_source;
  gboolean loading;
  char *error; /* (owned) (nullable) */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OmcBoardModel,
                               omc_board_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

enum
{
  PROP_0,
  PROP_TOTAL,
  PROP_LOADING,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

typedef struct
{
  GWeakRef model;
  guint page;
  gboolean whole; /* a new query: its answer replaces the list */
} Request;

static void
page_free (gpointer data)
{
  Page *page = data;

  for (guint i = 0; i < OMC_BOARD_PAGE_SIZE; i++)
    g_clear_object (&page->items[i]);
  g_free (page);
}

static void
request_free (Request *request)
{
  g_weak_ref_clear (&request->model);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
set_loading (OmcBoardModel *self, gboolean loading)
{
  if (self->loading == loading)
    return;

  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
take_error (OmcBoardModel *self, char *error)
{
  if (g_set_str (&self->error, error))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  g_free (error);
}

static void
forget_oldest_page (OmcBoardModel *self)
{
  GHashTableIter iter;
  gpointer key, value, oldest = NULL;
  guint64 used = G_MAXUINT64;

  if (g_hash_table_size (self->pages) <= MAX_PAGES)
    return;

  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Page *)value)->used < used)
      {
        used = ((Page *)value)->used;
        oldest = key;
      }
  g_hash_table_remove (self->pages, oldest);
}

static Page *
ensure_page (OmcBoardModel *self, guint number)
{
  Page *page = g_hash_table_lookup (self->pages, GUINT_TO_POINTER (number));

  if (!page)
    {
      page = g_new0 (Page, 1);
      page->used = ++self->uses;
      g_hash_table_insert (self->pages, GUINT_TO_POINTER (number), page);
      forget_oldest_page (self);
    }
  page->used = ++self->uses;

  return page;
}

/* The same-surname alert is for people who are on the same screen: it looks at the rows that are loaded. */
static void
mark_same_surnames (OmcBoardModel *self)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    for (guint i = 0; i < OMC_BOARD_PAGE_SIZE && ((Page *)value)->items[i]; i++)
      {
        OmcBoardRow *row = omc_board_item_get_row (((Page *)value)->items[i]);
        char *name;

        if (!row || !row->family)
          continue;

        name = g_utf8_casefold (row->family, -1);
        g_ptr_array_add (items, ((Page *)value)->items[i]);
        g_ptr_array_add (names, name);
        g_hash_table_insert (
            counts, g_strdup (name),
            GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, name)) + 1));
      }

  /* On a list of thousands every name is shared by somebody: the mark would mean nothing. */
  for (guint i = 0; i < items->len; i++)
    omc_board_item_set_same_surname (
        items->pdata[i], self->n_items <= 4 * OMC_BOARD_PAGE_SIZE &&
                             GPOINTER_TO_UINT (g_hash_table_lookup (counts, names->pdata[i])) > 1);
}

static void
fill_page (OmcBoardModel *self, guint number, GPtrArray *rows)
{
  Page *page = ensure_page (self, number);
  gint64 now = omc_clock_get_now (omc_store_get_clock (self->store));

  page->requested = FALSE;
  for (guint i = 0; i < MIN (rows->len, OMC_BOARD_PAGE_SIZE); i++)
    {
      if (!page->items[i])
        page->items[i] = omc_board_item_new ();
      omc_board_item_set_row (page->items[i], rows->pdata[i], now);
    }
}

static gboolean
show_more_cb (gpointer user_data)
{
  OmcBoardModel *self = user_data;
  guint before = self->n_shown;

  self->n_shown =
      before < MAX_ROWS_MADE ? MIN (before + ROWS_A_FRAME, self->n_items) : self->n_items;
  if (self->n_shown > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->n_shown - before);
  if (self->n_shown < self->n_items)
    return G_SOURCE_CONTINUE;

  self->show_source = 0;

  return G_SOURCE_REMOVE;
}

static void
show_more_later (OmcBoardModel *self)
{
  if (self->show_source == 0 && self->n_shown < self->n_items)
    self->show_source =
        g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, FRAME_MS, show_more_cb, self, NULL);
}

static void
set_n_items (OmcBoardModel *self, guint n_items)
{
  guint before = self->n_shown;

  if (self->n_items == n_items)
    return;

  self->n_items = n_items;
  self->n_shown = MIN (before, n_items);
  if (self->n_shown < before)
    g_list_model_items_changed (G_LIST_MODEL (self), self->n_shown, before - self->n_shown, 0);
  show_more_later (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
}

static void
replace_list (OmcBoardModel *self, GPtrArray *rows, guint total)
{
  guint before = self->n_shown;

  g_hash_table_remove_all (self->pages);
  fill_page (self, 0, rows);
  self->n_items = total;
  self->n_shown = MIN (total, ROWS_A_FRAME);
  mark_same_surnames (self);
  set_loading (self, FALSE);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->n_shown);
  show_more_later (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
}

static void
list_board_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (OmcBoardModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  guint total = 0;

  rows = omc_store_list_board_finish (OMC_STORE (source), result, &total, &error);
  if (!self || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (!rows)
    {
      Page *page = g_hash_table_lookup (self->pages, GUINT_TO_POINTER (request->page));

      if (page)
        page->requested = FALSE;
      take_error (self, g_strdup (error->message));
      set_loading (self, FALSE);
      return;
    }

  take_error (self, NULL);
  if (request->whole)
    {
      replace_list (self, rows, total);
      return;
    }

  fill_page (self, request->page, rows);
  set_n_items (self, total);
  mark_same_surnames (self);
}

static void
request_page (OmcBoardModel *self, guint number, gboolean whole)
{
  Request *request = g_new0 (Request, 1);
  OmcBoardQuery query = {
    .text = self->text && *self->text ? self->text : NULL,
    .sort = self->sort,
    .filter = self->filter,
    .beyond = self->beyond,
  };

  g_weak_ref_init (&request->model, self);
  request->page = number;
  request->whole = whole;
  omc_store_list_board_async (self->store, self->actor, &query, number * OMC_BOARD_PAGE_SIZE,
                              OMC_BOARD_PAGE_SIZE, self->cancellable, list_board_cb, request);
}

static gboolean
refresh_cb (gpointer user_data)
{
  OmcBoardModel *self = user_data;
  GHashTableIter iter;
  gpointer key;

  self->refresh_source = 0;
  if (self->n_items == 0 || self->error)
    {
      omc_board_model_reload (self);
      return G_SOURCE_REMOVE;
    }

  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    request_page (self, GPOINTER_TO_UINT (key), FALSE);

  return G_SOURCE_REMOVE;
}

static void
store_changed_cb (OmcBoardModel *self, OmcStoreChange *change, OmcStore *store)
{
  if (self->refresh_source == 0)
    self->refresh_source = g_timeout_add (REFRESH_DELAY_MS, refresh_cb, self);
}

static GType
get_item_type (GListModel *list)
{
  return OMC_TYPE_BOARD_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return OMC_BOARD_MODEL (list)->n_shown;
}

static gpointer
get_item (GListModel *list, guint position)
{
  OmcBoardModel *self = OMC_BOARD_MODEL (list);
  guint number = position / OMC_BOARD_PAGE_SIZE;
  OmcBoardItem **item;
  Page *page;

  if (position >= self->n_shown)
    return NULL;

  page = ensure_page (self, number);
  item = &page->items[position % OMC_BOARD_PAGE_SIZE];
  if (!*item)
    *item = omc_board_item_new ();
  if (!omc_board_item_get_row (*item) && !page->requested)
    {
      page->requested = TRUE;
      request_page (self, number, FALSE);
    }

  return g_object_ref (*item);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
omc_board_model_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  OmcBoardModel *self = OMC_BOARD_MODEL (object);

  switch (prop_id)
    {
    case PROP_TOTAL:
      g_value_set_uint (value, self->n_items);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_board_model_dispose (GObject *object)
{
  OmcBoardModel *self = OMC_BOARD_MODEL (object);

  g_clear_handle_id (&self->refresh_source, g_source_remove);
  g_clear_handle_id (&self->show_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->store);
  g_clear_object (&self->actor);
  g_hash_table_remove_all (self->pages);

  G_OBJECT_CLASS (omc_board_model_parent_class)->dispose (object);
}

static void
omc_board_model_finalize (GObject *object)
{
  OmcBoardModel *self = OMC_BOARD_MODEL (object);

  g_free (self->text);
  g_free (self->error);
  g_hash_table_unref (self->pages);

  G_OBJECT_CLASS (omc_board_model_parent_class)->finalize (object);
}

static void
omc_board_model_class_init (OmcBoardModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = omc_board_model_dispose;
  object_class->finalize = omc_board_model_finalize;
  object_class->get_property = omc_board_model_get_property;

  properties[PROP_TOTAL] = g_param_spec_uint ("total", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_board_model_init (OmcBoardModel *self)
{
  self->cancellable = g_cancellable_new ();
  self->pages = g_hash_table_new_full (NULL, NULL, NULL, page_free);
}

OmcBoardModel *
omc_board_model_new (OmcStore *store, OmcActor *actor)
{
  OmcBoardModel *self;

  g_return_val_if_fail (OMC_IS_STORE (store), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  self = g_object_new (OMC_TYPE_BOARD_MODEL, NULL);
  self->store = g_object_ref (store);
  self->actor = g_object_ref (actor);
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self,
                           G_CONNECT_SWAPPED);
  omc_board_model_reload (self);

  return self;
}

void
omc_board_model_reload (OmcBoardModel *self)
{
  g_return_if_fail (OMC_IS_BOARD_MODEL (self));

  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  set_loading (self, TRUE);
  request_page (self, 0, TRUE);
}

void
omc_board_model_set_text (OmcBoardModel *self, const char *text)
{
  g_return_if_fail (OMC_IS_BOARD_MODEL (self));

  if (g_set_str (&self->text, text))
    omc_board_model_reload (self);
}

void
omc_board_model_set_sort (OmcBoardModel *self, OmcBoardSort sort)
{
  g_return_if_fail (OMC_IS_BOARD_MODEL (self));

  if (self->sort == sort)
    return;

  self->sort = sort;
  omc_board_model_reload (self);
}

void
omc_board_model_set_filter (OmcBoardModel *self, OmcBoardFilter filter)
{
  g_return_if_fail (OMC_IS_BOARD_MODEL (self));

  if (self->filter == filter)
    return;

  self->filter = filter;
  omc_board_model_reload (self);
}

void
omc_board_model_set_beyond (OmcBoardModel *self, gboolean beyond)
{
  g_return_if_fail (OMC_IS_BOARD_MODEL (self));

  if (self->beyond == beyond)
    return;

  self->beyond = beyond;
  omc_board_model_reload (self);
}

void
omc_board_model_tick (OmcBoardModel *self)
{
  gint64 now;
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (OMC_IS_BOARD_MODEL (self));

  now = omc_clock_get_now (omc_store_get_clock (self->store));
  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    for (guint i = 0; i < OMC_BOARD_PAGE_SIZE; i++)
      if (((Page *)value)->items[i])
        omc_board_item_update_time (((Page *)value)->items[i], now);
}
