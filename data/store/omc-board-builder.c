/* omc-board-builder.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-board-builder.h"

#include <string.h>

#include "omc-codes.h"
#include "omc-concept.h"
#include "omc-person-name.h"
#include "omc-resource-dao.h"
#include "omc-vitals.h"

/* Six complete sets of ten signs and a little more are enough for most; as much again for those with incomplete ones. */
#define USUAL_VITALS 72
#define MAX_VITALS 120
/* bed, room, ward, building */
#define MAX_PLACES 4

void
omc_board_facts_clear (OmcBoardFacts *facts)
{
  g_clear_pointer (&facts->row, omc_board_row_unref);
  g_clear_pointer (&facts->ward_id, g_free);
}

static GPtrArray *
list (OmcSession *session, gint64 patient, OmcResourceKind kind, guint limit, GError **error)
{
  g_autoptr (GPtrArray) resources =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  if (!omc_resource_dao_list_of_patient (session, patient, kind, G_MININT64, limit, resources,
                                         error))
    return NULL;

  return g_steal_pointer (&resources);
}

/* --- who --- */

/* The medical record number, else the number that is in use. */
static char *
choose_number (const OmcJsonValue *root)
{
  const OmcJsonValue *identifier;
  const char *usual = NULL;
  OmcJsonIter iter;

  omc_json_iter_init (&iter, omc_json_value_get (root, "identifier"));
  while (omc_json_iter_next (&iter, NULL, &identifier))
    {
      const char *value = omc_json_value_pick_string (identifier, "value");
      const char *use = omc_json_value_pick_string (identifier, "use");

      if (value == NULL || g_strcmp0 (omc_json_value_pick_string (identifier, "system"),
                                      OMC_SYSTEM_IDEMPOTENCY) == 0)
        continue;
      if (omc_concept_has (omc_json_value_get (identifier, "type"), NULL, "MR"))
        return g_strdup (value);
      if (usual == NULL || g_strcmp0 (use, "usual") == 0)
        usual = value;
    }

  return g_strdup (usual);
}

static void
describe_person (OmcBoardRow *row, OmcResource *patient)
{
  const OmcJsonValue *root = omc_resource_get_root (patient);
  const OmcJsonValue *name = omc_person_name_choose (root);
  const char *family = omc_json_value_pick_string (name, "family");

  if (family == NULL)
    family = omc_json_value_pick_string (name, "text");
  row->patient_id = g_strdup (omc_resource_get_id (patient));
  row->family = g_strdup (family != NULL ? family : "");
  row->given = omc_person_name_dup_given (name);
  if (row->given == NULL)
    row->given = g_strdup ("");
  row->birth_date = g_strdup (omc_json_value_pick_string (root, "birthDate"));
  row->gender = g_strdup (omc_json_value_pick_string (root, "gender"));
  row->number = choose_number (root);
  row->deceased =
      omc_json_value_get_boolean (omc_json_value_get (root, "deceasedBoolean"), FALSE) ||
      omc_json_value_get (root, "deceasedDateTime") != NULL;
}

/* --- where --- */

static const OmcJsonValue *
choose_stay (const OmcJsonValue *encounter)
{
  const OmcJsonValue *stays = omc_json_value_get (encounter, "location");
  const OmcJsonValue *chosen = NULL;
  const OmcJsonValue *stay;
  OmcJsonIter iter;

  omc_json_iter_init (&iter, stays);
  while (omc_json_iter_next (&iter, NULL, &stay))
    {
      const char *status = omc_json_value_pick_string (stay, "status");

      if (g_strcmp0 (status, "active") == 0)
        return stay;
      if (g_strcmp0 (status, "completed") != 0)
        chosen = stay;
    }

  return chosen;
}

static OmcResource *
read_place (OmcSession *session, const char *reference)
{
  if (reference == NULL || !g_str_has_prefix (reference, "Location/"))
    return NULL;

  return omc_resource_dao_read (session, "Location", reference + strlen ("Location/"), NULL);
}

/* From the bed up to the ward, as far as the places are here. Where the way ends before a ward, the place at which it ends
 * stands for it: somebody is there, and it is not known to be anybody else's ward. */
static void
describe_place (OmcSession *session, OmcBoardFacts *facts, const OmcJsonValue *stay)
{
  g_autofree char *reference = g_strdup (omc_json_value_pick_string (stay, "location.reference"));

  facts->row->bed = g_strdup (omc_json_value_pick_string (stay, "location.display"));
  for (guint i = 0; i < MAX_PLACES && reference != NULL; i++)
    {
      g_autoptr (OmcResource) place = read_place (session, reference);
      const OmcJsonValue *root = place != NULL ? omc_resource_get_root (place) : NULL;
      const OmcJsonValue *type = omc_json_value_get (root, "physicalType");
      const char *name = omc_json_value_pick_string (root, "name");

      if (place == NULL)
        break;
      if (i == 0 && name != NULL && !omc_concept_has (type, NULL, "wa"))
        {
          g_free (facts->row->bed);
          facts->row->bed = g_strdup (name);
        }
      if (omc_concept_has (type, NULL, "wa") || (i > 0 && !omc_concept_has (type, NULL, "ro")))
        {
          if (i == 0)
            g_clear_pointer (&facts->row->bed, g_free);
          facts->row->ward = g_strdup (name);
          facts->ward_id = g_steal_pointer (&reference);
          return;
        }
      if (omc_json_value_pick_string (root, "partOf.reference") == NULL)
        break;
      g_free (reference);
      reference = g_strdup (omc_json_value_pick_string (root, "partOf.reference"));
    }
  if (reference != NULL)
    facts->ward_id = g_strconcat (OMC_BOARD_LOOSE_PLACE, reference, NULL);
}

static gboolean
describe_stay (OmcSession *session, gint64 patient, OmcBoardFacts *facts, GError **error)
{
  g_autoptr (GPtrArray) encounters = list (session, patient, OMC_KIND_ENCOUNTER_ACTIVE, 1, error);

  if (encounters == NULL)
    return FALSE;
  facts->active = encounters->len > 0;
  if (facts->active)
    describe_place (session, facts,
                    choose_stay (omc_resource_get_root (g_ptr_array_index (encounters, 0))));

  return TRUE;
}

gboolean
omc_board_find_place (OmcSession *session,
                      gint64 patient,
                      gboolean *active,
                      char **ward_id,
                      GError **error)
{
  g_auto (OmcBoardFacts) facts = { .row = g_new0 (OmcBoardRow, 1) };

  g_atomic_ref_count_init (&facts.row->ref_count);
  if (!describe_stay (session, patient, &facts, error))
    return FALSE;
  *active = facts.active;
  *ward_id = g_steal_pointer (&facts.ward_id);

  return TRUE;
}

/* --- warnings --- */

static gboolean
describe_allergies (OmcSession *session, gint64 patient, OmcBoardRow *row, GError **error)
{
  g_autoptr (GPtrArray) allergies = list (session, patient, OMC_KIND_ALLERGY, 0, error);

  if (allergies == NULL)
    return FALSE;
  for (guint i = 0; i < allergies->len; i++)
    {
      const OmcJsonValue *root = omc_resource_get_root (g_ptr_array_index (allergies, i));
      const OmcJsonValue *clinical = omc_json_value_get (root, "clinicalStatus");
      const OmcJsonValue *verification = omc_json_value_get (root, "verificationStatus");

      if (omc_concept_has (verification, NULL, "entered-in-error") ||
          omc_concept_has (verification, NULL, "refuted") ||
          omc_concept_has (clinical, NULL, "inactive") ||
          omc_concept_has (clinical, NULL, "resolved"))
        continue;
      if (omc_concept_has (omc_json_value_get (root, "code"), NULL, OMC_SNOMED_NO_KNOWN_ALLERGY))
        row->allergy_nka = TRUE;
      else
        row->n_allergies++;
    }
  /* clinical.md 5: "no known allergy" is void as soon as another one is active. */
  if (row->n_allergies > 0)
    row->allergy_nka = FALSE;

  return TRUE;
}

static gboolean
describe_flags (OmcBoardRow *row, GPtrArray *flags, gboolean *pregnant)
{
  for (guint i = 0; i < flags->len; i++)
    {
      const OmcJsonValue *root = omc_resource_get_root (g_ptr_array_index (flags, i));
      const OmcJsonValue *code = omc_json_value_get (root, "code");

      if (g_strcmp0 (omc_json_value_pick_string (root, "status"), "active") != 0)
        continue;
      if (omc_concept_has (code, NULL, OMC_CODE_FLAG_PREGNANT))
        *pregnant = TRUE;
      if (!omc_concept_has (code, NULL, OMC_CODE_FLAG_SPO2_SCALE_2))
        row->n_alerts++;
    }

  return TRUE;
}

/* --- how ill --- */

static gint64
due_after (const OmcVitalsSet *set)
{
  int minutes = omc_news2_interval_minutes (&set->news2);

  return minutes > 0 ? set->time_us + minutes * (gint64)60 * G_USEC_PER_SEC : 0;
}

/* clinical.md 2: a total only of complete sets; an incomplete one counts as "at least", and plans nothing later than
 * the last complete one did. */
static void
describe_sets (OmcBoardFacts *facts, GPtrArray *sets)
{
  OmcBoardRow *row = facts->row;
  guint n_trend = 0;
  gboolean newest = TRUE;
  int totals[OMC_BOARD_TREND];

  for (guint i = 0; i < sets->len && n_trend < OMC_BOARD_TREND; i++)
    {
      const OmcVitalsSet *set = g_ptr_array_index (sets, i);
      gint64 due_us = due_after (set);

      if (set->voided || set->news2.n_present == 0)
        continue;
      if (newest)
        {
          row->last_set_us = set->time_us;
          row->news2_red = set->news2.red;
          row->news2_partial = set->news2.complete ? -1 : set->news2.partial;
          facts->risk = (int)set->news2.band;
          row->due_us = due_us;
        }
      newest = FALSE;
      if (!set->news2.complete)
        continue;
      if (n_trend == 0)
        {
          row->news2 = set->news2.total;
          facts->risk = MAX (facts->risk, (int)set->news2.band);
          if (due_us != 0 && (row->due_us == 0 || due_us < row->due_us))
            row->due_us = due_us;
        }
      totals[n_trend++] = set->news2.total;
    }
  for (guint i = 0; i < n_trend; i++)
    row->trend[OMC_BOARD_TREND - 1 - i] = totals[i];
  facts->deteriorating = n_trend >= 2 && totals[0] > totals[1];
}

static guint
count_complete (GPtrArray *sets)
{
  guint n = 0;

  for (guint i = 0; i < sets->len; i++)
    {
      const OmcVitalsSet *set = g_ptr_array_index (sets, i);

      n += !set->voided && set->news2.complete;
    }

  return n;
}

/* The sets borrow from the observations. */
static GPtrArray *
read_sets (OmcSession *session,
           gint64 patient,
           const OmcVitalsContext *context,
           GPtrArray **observations,
           GError **error)
{
  GPtrArray *sets;

  *observations = list (session, patient, OMC_KIND_VITAL, USUAL_VITALS, error);
  if (*observations == NULL)
    return NULL;
  sets = omc_vitals_read_sets (*observations, context);
  if ((*observations)->len < USUAL_VITALS || count_complete (sets) > OMC_BOARD_TREND)
    return sets;

  g_ptr_array_unref (sets);
  g_ptr_array_unref (*observations);
  *observations = list (session, patient, OMC_KIND_VITAL, MAX_VITALS, error);

  return *observations != NULL ? omc_vitals_read_sets (*observations, context) : NULL;
}

static gboolean
describe_vitals (OmcSession *session, gint64 patient, OmcBoardFacts *facts, GError **error)
{
  OmcBoardRow *row = facts->row;
  g_autoptr (GPtrArray) flags = list (session, patient, OMC_KIND_FLAG, 0, error);
  g_autoptr (GPtrArray) observations = NULL;
  g_autoptr (GPtrArray) sets = NULL;
  OmcVitalsContext context = { 0 };
  gboolean pregnant = FALSE;

  if (flags == NULL)
    return FALSE;
  describe_flags (row, flags, &pregnant);
  row->spo2_scale = omc_vitals_read_scale (flags, session->now_us, NULL, NULL);
  context.scope = omc_news2_scope (row->birth_date, pregnant, session->now_us);
  context.flags = flags;
  sets = read_sets (session, patient, &context, &observations, error);
  if (sets == NULL)
    return FALSE;
  describe_sets (facts, sets);

  return TRUE;
}

/* --- what waits --- */

static gboolean
count (OmcSession *session, const char *sql, gint64 patient, guint *n, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  *n = (guint)omc_stmt_get_integer (stmt, 0);

  return TRUE;
}

gboolean
omc_board_build (OmcSession *session, gint64 patient, OmcBoardFacts *facts, GError **error)
{
  static const char count_unsent[] =
      "SELECT count (DISTINCT coalesce (set_id, idempotency_key)) FROM sync_queue"
      " WHERE patient = ?1";
  static const char count_conflicts[] =
      "SELECT count(*) FROM conflicts WHERE patient = ?1 AND status IN (0, 1)";
  g_autoptr (GPtrArray) persons = list (session, patient, OMC_KIND_PATIENT, 1, error);
  OmcBoardRow *row;

  if (persons == NULL)
    return FALSE;
  if (persons->len == 0)
    return TRUE;

  row = facts->row = g_new0 (OmcBoardRow, 1);
  g_atomic_ref_count_init (&row->ref_count);
  row->news2 = row->news2_partial = -1;
  for (guint i = 0; i < OMC_BOARD_TREND; i++)
    row->trend[i] = -1;
  describe_person (row, g_ptr_array_index (persons, 0));

  return describe_stay (session, patient, facts, error) &&
         describe_allergies (session, patient, row, error) &&
         describe_vitals (session, patient, facts, error) &&
         count (session, count_unsent, patient, &row->n_unsent, error) &&
         count (session, count_conflicts, patient, &row->n_conflicts, error);
}
