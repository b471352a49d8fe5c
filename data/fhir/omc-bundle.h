/* omc-bundle.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

/* --- building; NULL leaves an element out --- */
/* A Bundle of that type without entries; end it with omc_json_builder_end (). */
OmcJsonNode *omc_bundle_begin (OmcJsonBuilder *builder, const char *type);
void omc_bundle_set_total (OmcJsonBuilder *builder, OmcJsonNode *bundle, guint64 total);
void omc_bundle_add_link (OmcJsonBuilder *builder,
                          OmcJsonNode *bundle,
                          const char *relation,
                          const char *url);
/* mode: "match", "include" or "outcome". */
void omc_bundle_add_match (OmcJsonBuilder *builder,
                           OmcJsonNode *bundle,
                           OmcResource *resource,
                           const char *full_url,
                           const char *mode);

typedef struct
{
  const char *full_url;
  const char *method; /* "POST", "PUT", ... */
  const char *url;    /* "Observation", "Observation/7" */
  const char *if_match;
  const char *if_none_exist;
  const char *if_none_match;
} OmcBundleRequest;

void omc_bundle_add_request (OmcJsonBuilder *builder,
                             OmcJsonNode *bundle,
                             OmcResource *resource,
                             const OmcBundleRequest *request);

typedef struct
{
  const char *full_url;
  const char *status; /* "201 Created" */
  const char *location;
  const char *etag;
  const char *last_modified;
  OmcResource *outcome;
} OmcBundleResponse;

void omc_bundle_add_response (OmcJsonBuilder *builder,
                              OmcJsonNode *bundle,
                              OmcResource *resource,
                              const OmcBundleResponse *response);

/* --- reading --- */
gboolean omc_resource_is_bundle (OmcResource *self);
const char *omc_bundle_get_bundle_type (OmcResource *bundle); /* nullable */
gsize omc_bundle_get_n_entries (OmcResource *bundle);
const char *omc_bundle_get_link (OmcResource *bundle, const char *relation); /* nullable */

/* Borrowed from the Bundle; what is absent is NULL. */
typedef struct
{
  const OmcJsonValue *resource;
  const char *full_url;
  const char *search_mode;
  OmcBundleRequest request;
  const char *status;
  const char *location;
  const char *etag;
  const char *last_modified;
  const OmcJsonValue *outcome;
} OmcBundleEntry;

typedef struct
{
  /*< private >*/
  OmcJsonIter iter;
} OmcBundleIter;

void omc_bundle_iter_init (OmcBundleIter *iter, OmcResource *bundle);
gboolean omc_bundle_iter_next (OmcBundleIter *iter, OmcBundleEntry *entry);

/**
 * omc_bundle_map_urns:
 *
 * What the Bundle itself says about its urn:uuid fullUrls: "urn:uuid:X" -> "Type/id" of that entry's resource, or
 * "Type/X" when the resource has no id yet. An urn that two entries claim names neither.
 *
 * Returns: (transfer full) (element-type utf8 utf8)
 */
GHashTable *omc_bundle_map_urns (OmcResource *bundle);

G_END_DECLS
