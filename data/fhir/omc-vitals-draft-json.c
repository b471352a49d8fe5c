/* omc-vitals-draft-json.c: the form as it is parked; declared in omc-vitals-draft.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-quantity.h"
#include "omc-vitals-draft-private.h"

#define VERSION 1

GBytes *
omc_vitals_draft_serialize (OmcVitalsDraft *self)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *fields;
  gsize length;

  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);

  omc_json_node_set (builder, root, "version", omc_json_builder_integer (builder, VERSION));
  omc_json_node_set (builder, root, "takenAt",
                     omc_json_builder_integer (builder, omc_vitals_draft_get_taken_at (self)));
  omc_json_node_set_string (builder, root, "lateReason", _omc_vitals_draft_get_late_reason (self));
  omc_json_node_set_string (builder, root, "note", _omc_vitals_draft_get_note (self));
  fields = omc_json_node_add_object (builder, root, "fields");
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    {
      OmcJsonNode *field =
          omc_json_node_add_object (builder, fields, omc_vital_get_info (kind)->id);

      omc_json_node_set_string (builder, field, "text", omc_vitals_draft_get_text (self, kind));
      omc_json_node_set_string (builder, field, "unit", omc_vitals_draft_get_unit (self, kind));
      omc_json_node_set_string (builder, field, "unable",
                                omc_unable_to_string (omc_vitals_draft_get_unable (self, kind)));
      omc_json_node_set (
          builder, field, "confirmed",
          omc_json_builder_boolean (builder, omc_vitals_draft_is_confirmed (self, kind)));
    }

  g_autoptr (OmcJson) json = omc_json_builder_end (builder, root);
  char *text = omc_json_to_string (json, FALSE, &length);

  return g_bytes_new_take (text, length);
}

void
_omc_vitals_draft_state_clear (OmcVitalsDraftState *state)
{
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    g_clear_pointer (&state->texts[kind], g_free);
  g_clear_pointer (&state->late_reason, g_free);
  g_clear_pointer (&state->note, g_free);
}

static gboolean
parse_field (OmcVitalsDraftState *state, OmcVitalKind kind, const OmcJsonValue *field)
{
  const char *unit = omc_json_value_pick_string (field, "unit");
  const char *unable = omc_json_value_pick_string (field, "unable");

  state->texts[kind] = g_strdup (omc_json_value_pick_string (field, "text"));
  state->confirmed[kind] =
      omc_json_value_get_boolean (omc_json_value_get (field, "confirmed"), FALSE);
  if (unable != NULL && !omc_unable_from_string (unable, &state->unables[kind]))
    return FALSE;
  if (unit != NULL)
    {
      const OmcVitalUnit *found = omc_vital_find_unit (kind, unit);

      if (found == NULL)
        return FALSE;
      state->units[kind] = found->ucum;
    }

  return state->texts[kind] == NULL || *state->texts[kind] == '\0' ||
         state->unables[kind] == OMC_UNABLE_NONE;
}

gboolean
_omc_vitals_draft_state_parse (OmcVitalsDraftState *state, GBytes *bytes, GError **error)
{
  g_autoptr (OmcJson) json = omc_json_parse_bytes (bytes, error);
  const OmcJsonValue *root;
  const OmcJsonValue *fields;
  gint64 version = 0;

  if (json == NULL)
    {
      g_prefix_error (error, "%s: ", _ ("The parked form is damaged"));
      return FALSE;
    }

  root = omc_json_get_root (json);
  fields = omc_json_value_get (root, "fields");
  omc_quantity_to_scaled (omc_json_value_get_number_text (omc_json_value_get (root, "version")), 0,
                          &version, NULL);
  if (version != VERSION || omc_json_value_get_kind (fields) != OMC_JSON_OBJECT)
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                           _ ("The parked form was made by another version of this program."));
      return FALSE;
    }

  state->late_reason = g_strdup (omc_json_value_pick_string (root, "lateReason"));
  state->note = g_strdup (omc_json_value_pick_string (root, "note"));
  omc_quantity_to_scaled (omc_json_value_get_number_text (omc_json_value_get (root, "takenAt")), 0,
                          &state->taken_at_us, NULL);
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    if (!parse_field (state, kind, omc_json_value_get (fields, omc_vital_get_info (kind)->id)) ||
        state->taken_at_us < 0)
      {
        g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                     _ ("The parked form is damaged: %s."), omc_vital_get_info (kind)->id);
        return FALSE;
      }

  return TRUE;
}

gboolean
omc_vitals_draft_load (OmcVitalsDraft *self, GBytes *bytes, GError **error)
{
  g_auto (OmcVitalsDraftState) state = { 0 };

  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  if (!_omc_vitals_draft_state_parse (&state, bytes, error))
    return FALSE;
  _omc_vitals_draft_restore (self, &state);

  return TRUE;
}
