/* omc-audit-fhir.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-fhir.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-hash.h"

#define SYSTEM_DICOM "http://dicom.nema.org/resources/ontology/DCM"
#define SYSTEM_TYPE "http://terminology.hl7.org/CodeSystem/audit-event-type"
#define SYSTEM_INTERACTION "http://hl7.org/fhir/restful-interaction"
#define SYSTEM_SOURCE "http://terminology.hl7.org/CodeSystem/security-source-type"
#define SYSTEM_ENTITY "http://terminology.hl7.org/CodeSystem/audit-entity-type"
#define SYSTEM_ENTITY_ROLE "http://terminology.hl7.org/CodeSystem/object-role"
#define SYSTEM_REASON "http://terminology.hl7.org/CodeSystem/v3-ActReason"
#define SYSTEM_RESOURCES "http://hl7.org/fhir/resource-types"
#define OWN_SUBTYPE "https://omnicare.org/fhir/CodeSystem/audit-subtype"
#define OWN_ROLE "https://omnicare.org/fhir/CodeSystem/role"
#define SID_USER "https://omnicare.org/fhir/sid/user"
#define SID_DEVICE "https://omnicare.org/fhir/sid/device"
#define SID_LOCAL "https://omnicare.org/fhir/sid/local-id"
#define CHAIN_NAME "audit chain"
#define DETAIL_SEQUENCE "sequence"
#define DETAIL_HASH "hash"

typedef struct
{
  const char *own;
  const char *system;
  const char *code;
  const char *display;
} Word;

static const Word TYPES[] = {
  { "rest", SYSTEM_TYPE, "rest", "RESTful Operation" },
  { "login", SYSTEM_DICOM, "110114", "User Authentication" },
  { "export", SYSTEM_DICOM, "110106", "Export" },
  { "security", SYSTEM_DICOM, "110113", "Security Alert" },
};
static const Word OTHER_TYPE = { NULL, SYSTEM_DICOM, "110100", "Application Activity" };

/* Ours stands beside it in any case. */
static const Word SUBTYPES[] = {
  { "read", SYSTEM_INTERACTION, "read", "read" },
  { "search", SYSTEM_INTERACTION, "search-type", "search-type" },
  { "create", SYSTEM_INTERACTION, "create", "create" },
  { "import", SYSTEM_INTERACTION, "create", "create" },
  { "update", SYSTEM_INTERACTION, "update", "update" },
  { "correct", SYSTEM_INTERACTION, "update", "update" },
  { "entered-in-error", SYSTEM_INTERACTION, "update", "update" },
  { "delete", SYSTEM_INTERACTION, "delete", "delete" },
  { "login", SYSTEM_DICOM, "110122", "Login" },
  { "lock", SYSTEM_DICOM, "110123", "Logout" },
  { "break-glass", SYSTEM_DICOM, "110127", "Emergency Override Started" },
};

static const Word *
find_word (const Word *words, gsize n, const char *own)
{
  for (gsize i = 0; i < n; i++)
    {
      if (g_strcmp0 (words[i].own, own) == 0)
        return &words[i];
    }

  return NULL;
}

static char *
hex_of (const guint8 *bytes, gsize length)
{
  GString *text = g_string_sized_new (2 * length);

  omc_hash_append_hex (text, bytes, length);

  return g_string_free (text, FALSE);
}

char *
omc_audit_fhir_key (const char *store_id, guint64 sequence, const guint8 *hash)
{
  g_autofree char *hex = hex_of (hash, OMC_AUDIT_HASH_LENGTH);
  g_autofree char *text =
      g_strdup_printf ("omnicare audit entry %s %" G_GUINT64_FORMAT " %s", store_id, sequence, hex);
  g_autofree char *key = NULL;
  guint8 digest[OMC_HASH_LENGTH];

  if (!omc_hash_sha256 (text, strlen (text), digest, NULL))
    return NULL;
  /* A UUID of version 8: made by a rule of ours (RFC 9562). */
  digest[6] = (guint8)((digest[6] & 0x0f) | 0x80);
  digest[8] = (guint8)((digest[8] & 0x3f) | 0x80);
  key = hex_of (digest, 16);

  return g_strdup_printf ("%.8s-%.4s-%.4s-%.4s-%.12s", key, key + 8, key + 12, key + 16, key + 20);
}

static void
fill_coding (OmcJsonBuilder *b,
             OmcJsonNode *coding,
             const char *system,
             const char *code,
             const char *display)
{
  omc_json_node_set_string (b, coding, "system", system);
  omc_json_node_set_string (b, coding, "code", code);
  omc_json_node_set_string (b, coding, "display", display);
}

/* A CodeableConcept of one coding, at the end of a list. */
static void
append_concept (OmcJsonBuilder *b, OmcJsonNode *list, const char *system, const char *code)
{
  OmcJsonNode *concept = omc_json_node_append_object (b, list);
  OmcJsonNode *codings = omc_json_node_add_array (b, concept, "coding");

  fill_coding (b, omc_json_node_append_object (b, codings), system, code, NULL);
}

static void
add_identifier (OmcJsonBuilder *b, OmcJsonNode *reference, const char *system, const char *value)
{
  OmcJsonNode *identifier = omc_json_node_add_object (b, reference, "identifier");

  omc_json_node_set_string (b, identifier, "system", system);
  omc_json_node_set_string (b, identifier, "value", value);
}

static void
add_meta (OmcJsonBuilder *b, OmcJsonNode *root, const OmcAuditFhirPlace *place, const char *key)
{
  OmcJsonNode *meta = omc_json_node_add_object (b, root, "meta");
  OmcJsonNode *tags = omc_json_node_add_array (b, meta, "tag");

  fill_coding (b, omc_json_node_append_object (b, tags), OMC_AUDIT_TAG_STORE, place->store_id,
               NULL);
  fill_coding (b, omc_json_node_append_object (b, tags), OMC_AUDIT_TAG_ENTRY, key, NULL);
  if (place->is_head)
    fill_coding (b, omc_json_node_append_object (b, tags), OMC_AUDIT_TAG_HEAD, place->store_id,
                 NULL);
}

static void
add_act (OmcJsonBuilder *b, OmcJsonNode *root, const OmcAuditEntry *entry)
{
  const Word *type = find_word (TYPES, G_N_ELEMENTS (TYPES), entry->type);
  const Word *subtype = find_word (SUBTYPES, G_N_ELEMENTS (SUBTYPES), entry->subtype);
  g_autofree char *recorded = omc_instant_format (entry->recorded_us);
  char action[2] = { entry->action, '\0' };
  char outcome[12];
  OmcJsonNode *subtypes;

  if (type == NULL)
    type = &OTHER_TYPE;
  fill_coding (b, omc_json_node_add_object (b, root, "type"), type->system, type->code,
               type->display);
  subtypes = omc_json_node_add_array (b, root, "subtype");
  if (subtype != NULL)
    fill_coding (b, omc_json_node_append_object (b, subtypes), subtype->system, subtype->code,
                 subtype->display);
  /* An entry that is damaged has neither. */
  if (*entry->subtype != '\0')
    fill_coding (b, omc_json_node_append_object (b, subtypes), OWN_SUBTYPE, entry->subtype, NULL);
  else
    fill_coding (b, omc_json_node_append_object (b, subtypes), OWN_SUBTYPE, entry->type, NULL);
  if (entry->action != '\0')
    omc_json_node_set_string (b, root, "action", action);
  omc_json_node_set_string (b, root, "recorded", recorded);
  g_snprintf (outcome, sizeof outcome, "%d", entry->outcome);
  omc_json_node_set_string (b, root, "outcome", outcome);
  omc_json_node_set_string (b, root, "outcomeDesc", entry->detail);
  if (entry->purpose != NULL)
    append_concept (b, omc_json_node_add_array (b, root, "purposeOfEvent"), SYSTEM_REASON,
                    entry->purpose);
}

static gboolean
is_device (const OmcAuditEntry *entry)
{
  return entry->user == NULL || g_strcmp0 (entry->role, omc_role_to_string (OMC_ROLE_DEVICE)) == 0;
}

static void
append_person (OmcJsonBuilder *b, OmcJsonNode *agents, const OmcAuditEntry *entry)
{
  OmcJsonNode *agent = omc_json_node_append_object (b, agents);

  append_concept (b, omc_json_node_add_array (b, agent, "role"), OWN_ROLE, entry->role);
  add_identifier (b, omc_json_node_add_object (b, agent, "who"), SID_USER, entry->user);
  omc_json_node_set_string (b, agent, "altId", entry->user);
  omc_json_node_set (b, agent, "requestor", omc_json_builder_boolean (b, TRUE));
}

static void
append_device (OmcJsonBuilder *b, OmcJsonNode *agents, const char *store_id, gboolean requestor)
{
  OmcJsonNode *agent = omc_json_node_append_object (b, agents);
  OmcJsonNode *who;

  append_concept (b, omc_json_node_add_array (b, agent, "role"), OWN_ROLE,
                  omc_role_to_string (OMC_ROLE_DEVICE));
  who = omc_json_node_add_object (b, agent, "who");
  omc_json_node_set_string (b, who, "type", "Device");
  add_identifier (b, who, SID_DEVICE, store_id);
  omc_json_node_set (b, agent, "requestor", omc_json_builder_boolean (b, requestor));
}

static void
add_agents (OmcJsonBuilder *b,
            OmcJsonNode *root,
            const OmcAuditEntry *entry,
            const OmcAuditFhirPlace *place)
{
  OmcJsonNode *agents = omc_json_node_add_array (b, root, "agent");
  OmcJsonNode *source, *observer;

  if (!is_device (entry))
    append_person (b, agents, entry);
  append_device (b, agents, place->store_id, is_device (entry));

  source = omc_json_node_add_object (b, root, "source");
  observer = omc_json_node_add_object (b, source, "observer");
  omc_json_node_set_string (b, observer, "type", "Device");
  add_identifier (b, observer, SID_DEVICE, place->store_id);
  fill_coding (b, omc_json_node_append_object (b, omc_json_node_add_array (b, source, "type")),
               SYSTEM_SOURCE, "1", "User Device");
}

static void
append_detail (OmcJsonBuilder *b, OmcJsonNode *details, const char *type, const char *value)
{
  OmcJsonNode *detail = omc_json_node_append_object (b, details);

  omc_json_node_set_string (b, detail, "type", type);
  omc_json_node_set_string (b, detail, "valueString", value);
}

/* What the server does not know yet, or not any more, is named by the id that it has here: a reference to nothing would be
 * refused. */
static OmcJsonNode *
append_what (OmcJsonBuilder *b,
             OmcJsonNode *entities,
             const char *reference,
             const char *type,
             const char *local_id)
{
  OmcJsonNode *entity = omc_json_node_append_object (b, entities);
  OmcJsonNode *what = omc_json_node_add_object (b, entity, "what");

  omc_json_node_set_string (b, what, "reference", reference);
  omc_json_node_set_string (b, what, "type", type);
  if (reference == NULL)
    add_identifier (b, what, SID_LOCAL, local_id);

  return entity;
}

static void
append_patient (OmcJsonBuilder *b, OmcJsonNode *entities, const char *reference, const char *id)
{
  OmcJsonNode *entity = append_what (b, entities, reference, "Patient", id);

  fill_coding (b, omc_json_node_add_object (b, entity, "type"), SYSTEM_ENTITY, "1", "Person");
  fill_coding (b, omc_json_node_add_object (b, entity, "role"), SYSTEM_ENTITY_ROLE, "1", "Patient");
}

/* "Type", "Type/id" or "Type/id/_history/version"; the version counts this device's, not the server's. */
static void
append_record (OmcJsonBuilder *b, OmcJsonNode *entities, const char *reference, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 4);
  guint n = g_strv_length (parts);
  OmcJsonNode *entity;

  if (!omc_fhir_is_resource_type (parts[0]))
    {
      entity = omc_json_node_append_object (b, entities);
      omc_json_node_set_string (b, entity, "name", text);
      return;
    }
  if (n == 1)
    entity = omc_json_node_append_object (b, entities);
  else
    entity = append_what (b, entities, reference, parts[0], parts[1]);
  fill_coding (b, omc_json_node_add_object (b, entity, "type"), SYSTEM_RESOURCES, parts[0],
               parts[0]);
  fill_coding (b, omc_json_node_add_object (b, entity, "role"), SYSTEM_ENTITY_ROLE, "4",
               "Domain Resource");
  if (n == 4)
    append_detail (b, omc_json_node_add_array (b, entity, "detail"), "version here", parts[3]);
}

/* Where the entry stands: what makes the newest one on a server the anchor of the trail. */
static void
append_chain (OmcJsonBuilder *b,
              OmcJsonNode *entities,
              const OmcAuditEntry *entry,
              const OmcAuditFhirPlace *place)
{
  OmcJsonNode *entity = omc_json_node_append_object (b, entities);
  g_autofree char *hash = hex_of (place->hash, OMC_AUDIT_HASH_LENGTH);
  g_autofree char *sequence = g_strdup_printf ("%" G_GUINT64_FORMAT, entry->sequence);
  OmcJsonNode *details;

  omc_json_node_set_string (b, entity, "name", CHAIN_NAME);
  details = omc_json_node_add_array (b, entity, "detail");
  append_detail (b, details, DETAIL_SEQUENCE, sequence);
  append_detail (b, details, DETAIL_HASH, hash);
  if (entry->n_items > 0)
    {
      g_autofree char *n = g_strdup_printf ("%u", entry->n_items);

      append_detail (b, details, "records", n);
    }
}

OmcResource *
omc_audit_fhir_new (const OmcAuditEntry *entry, const OmcAuditFhirPlace *place, GError **error)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  g_autofree char *key = omc_audit_fhir_key (place->store_id, entry->sequence, place->hash);
  OmcJsonNode *root = omc_json_builder_object (b);
  g_autoptr (OmcJson) json = NULL;
  OmcJsonNode *entities;

  omc_json_node_set_string (b, root, "resourceType", "AuditEvent");
  omc_json_node_set_string (b, root, "id", key);
  add_meta (b, root, place, key);
  add_act (b, root, entry);
  add_agents (b, root, entry, place);
  entities = omc_json_node_add_array (b, root, "entity");
  if (entry->patient_id != NULL)
    append_patient (b, entities, place->patient, entry->patient_id);
  if (entry->entity != NULL)
    append_record (b, entities, place->record, entry->entity);
  append_chain (b, entities, entry, place);
  json = omc_json_builder_end (b, root);

  return omc_resource_new (json, error);
}

/* --- back --- */

static const char *
find_detail (const OmcJsonValue *entity, const char *type)
{
  OmcJsonIter iter;
  const OmcJsonValue *detail;

  omc_json_iter_init (&iter, omc_json_value_get (entity, "detail"));
  while (omc_json_iter_next (&iter, NULL, &detail))
    {
      if (g_strcmp0 (omc_json_value_pick_string (detail, "type"), type) == 0)
        return omc_json_value_pick_string (detail, "valueString");
    }

  return NULL;
}

static gboolean
has_tag (OmcResource *event, const char *system, const char *code)
{
  const OmcJsonValue *meta = omc_json_value_get (omc_resource_get_root (event), "meta");
  OmcJsonIter iter;
  const OmcJsonValue *tag;

  omc_json_iter_init (&iter, omc_json_value_get (meta, "tag"));
  while (omc_json_iter_next (&iter, NULL, &tag))
    {
      if (g_strcmp0 (omc_json_value_pick_string (tag, "system"), system) == 0 &&
          g_strcmp0 (omc_json_value_pick_string (tag, "code"), code) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
read_hash (const char *hex, guint8 hash[OMC_AUDIT_HASH_LENGTH])
{
  if (hex == NULL || strlen (hex) != (gsize)2 * OMC_AUDIT_HASH_LENGTH)
    return FALSE;
  for (gsize i = 0; i < OMC_AUDIT_HASH_LENGTH; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]);
      int low = g_ascii_xdigit_value (hex[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      hash[i] = (guint8)(high << 4 | low);
    }

  return TRUE;
}

gboolean
omc_audit_fhir_read_place (OmcResource *event,
                           const char *store_id,
                           guint64 *sequence,
                           guint8 hash[OMC_AUDIT_HASH_LENGTH])
{
  OmcJsonIter iter;
  const OmcJsonValue *entity;

  g_return_val_if_fail (event != NULL && store_id != NULL, FALSE);
  g_return_val_if_fail (sequence != NULL && hash != NULL, FALSE);

  if (!g_str_equal (omc_resource_get_resource_type (event), "AuditEvent") ||
      !has_tag (event, OMC_AUDIT_TAG_STORE, store_id))
    return FALSE;
  omc_json_iter_init (&iter, omc_json_value_get (omc_resource_get_root (event), "entity"));
  while (omc_json_iter_next (&iter, NULL, &entity))
    {
      const char *number = find_detail (entity, DETAIL_SEQUENCE);

      if (g_strcmp0 (omc_json_value_pick_string (entity, "name"), CHAIN_NAME) == 0 &&
          number != NULL && g_ascii_string_to_unsigned (number, 10, 1, G_MAXINT64, sequence, NULL))
        return read_hash (find_detail (entity, DETAIL_HASH), hash);
    }

  return FALSE;
}
