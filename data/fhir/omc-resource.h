/* omc-resource.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

G_BEGIN_DECLS

#define OMC_FHIR_ERROR (omc_fhir_error_quark ())

typedef enum
{
  OMC_FHIR_ERROR_INVALID, /* not a FHIR resource, or breaks a rule of FHIR; the message has the path */
  OMC_FHIR_ERROR_UNSUPPORTED, /* a type, parameter or format that OmcFhir does not handle */
} OmcFhirError;

GQuark omc_fhir_error_quark (void);

#define OMC_TYPE_RESOURCE (omc_resource_get_type ())

/**
 * OmcResource:
 *
 * One immutable FHIR R4 resource: a document with a type and, once stored, an id. Atomically reference
 * counted; may cross threads. Unknown elements and the text of numbers are kept.
 */
typedef struct _OmcResource OmcResource;

GType omc_resource_get_type (void);
/* Fails when json is not an object with a resourceType of FHIR R4, or id/meta have the wrong JSON types. */
OmcResource *omc_resource_new (OmcJson *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
OmcResource *
omc_resource_parse (const char *data, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From an object inside another document, as an entry of a Bundle; copied. */
OmcResource *omc_resource_new_from_value (const OmcJsonValue *value,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
OmcResource *omc_resource_ref (OmcResource *self);
void omc_resource_unref (OmcResource *self);
const char *omc_resource_get_resource_type (OmcResource *self);
const char *omc_resource_get_id (OmcResource *self);           /* nullable */
const char *omc_resource_get_version_id (OmcResource *self);   /* nullable; opaque */
const char *omc_resource_get_last_updated (OmcResource *self); /* nullable; FHIR instant */
/* Of the patient that it is about ("Patient/7" -> "7"; a Patient is about itself); nullable. */
const char *omc_resource_get_patient_id (OmcResource *self);
OmcJson *omc_resource_get_json (OmcResource *self);
const OmcJsonValue *omc_resource_get_root (OmcResource *self);
char *omc_resource_to_string (OmcResource *self, gsize *length);
/* "Patient/7", or NULL for a resource without an id. */
char *omc_resource_dup_reference (OmcResource *self);

/* Copies with another id, which omc_fhir_is_id() takes, / meta; NULL version or instant removes that element. */
OmcResource *omc_resource_with_id (OmcResource *self, const char *id) G_GNUC_WARN_UNUSED_RESULT;
OmcResource *omc_resource_with_meta (OmcResource *self,
                                     const char *version_id,
                                     const char *last_updated) G_GNUC_WARN_UNUSED_RESULT;
/* Copy in which every literal reference "Type/old" is replaced by what map gives (NULL keeps it). */
typedef char *(*OmcReferenceMap) (const char *reference, gpointer user_data);
OmcResource *omc_resource_map_references (OmcResource *self,
                                          OmcReferenceMap map,
                                          gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* Calls func for each literal Reference.reference in the resource. */
typedef void (*OmcReferenceFunc) (const char *reference, gpointer user_data);
void omc_resource_foreach_reference (OmcResource *self, OmcReferenceFunc func, gpointer user_data);

/* Equal by FHIR meaning, meta.versionId, meta.lastUpdated and id aside. */
gboolean omc_resource_equal_content (OmcResource *a, OmcResource *b);

/* Is this one of the 146 resource types of FHIR R4 (Resource and DomainResource are abstract)? */
gboolean omc_fhir_is_resource_type (const char *type);

/* May a resource have this id? It is a segment of an address and half of a reference: FHIR's own rule, and the underscore
 * that some servers use; "." and ".." would be steps of a path. What comes from outside is asked before it names a
 * resource. */
gboolean omc_fhir_is_id (const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcResource, omc_resource_unref)

G_END_DECLS
