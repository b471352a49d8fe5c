/* omc-merge-reasons.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-merge-plan.h"

static const struct
{
  const char *rule;
  const char *reason;
} reasons[] = {
  { "local-only", N_ ("Changed only on this device.") },
  { "remote-only", N_ ("Changed only on the server.") },
  { "both-same", N_ ("Both sides made the same change.") },
  { "unit-both-changed", N_ ("This device and the server changed it in different ways.") },
  { "no-base",
    N_ ("It is not known what it was before, so nobody can tell which side changed it.") },
  { "status-furthest", N_ ("Both sides moved it forward; the furthest state is kept.") },
  { "status-conflict", N_ ("The two sides say different things about its state.") },
  { "status-regressed", N_ ("The server moved it back to an earlier state.") },
  { "two-owners", N_ ("Two people have each taken this task.") },
  { "later-date", N_ ("The later date is kept.") },
  { "earlier-date", N_ ("The earlier date is kept.") },
  { "append-only", N_ ("Both sides wrote here; everything is kept.") },
  { "set-union", N_ ("Both sides only added here; everything is kept.") },
  { "translations-united", N_ ("Both sides added codes for the same thing; all are kept.") },
  { "modifier-and-clinical",
    N_ ("One side changed the state while the other changed what it applies to.") },
  { "coupled-units", N_ ("Each side changed another part of what belongs together.") },
  { "meaning-changed", N_ ("One side changed how the whole record is to be read.") },
  { "criticality-lowered",
    N_ ("The server lowered the risk of an allergy that was changed here.") },
  { "entered-in-error", N_ ("It was marked as entered in error, which is final; the other change "
                            "is kept as a draft.") },
  { "entered-in-error-given",
    N_ ("One side says it was given, the other that it was entered in error.") },
  { "message-sent", N_ ("The message was sent; who received it can no longer be changed.") },
  { "narrative-remade", N_ ("The written summary no longer fits and is made again.") },
  { "narrative-written",
    N_ ("The written summary holds more than the data, and both sides changed the record.") },
  { "wrong-patient",
    N_ ("It no longer belongs to the same patient. Do not merge; check the patient.") },
  { "wrong-resource", N_ ("These are two different records. Do not merge; check the record.") },
  { "identity-drift",
    N_ ("The server now describes another person under this record. Check the identity first.") },
  { "strategy-server-wins", N_ ("By the rules of this site the server's value is kept.") },
  { "strategy-client-wins", N_ ("By the rules of this site the value of this device is kept.") },
  { "strategy-manual", N_ ("By the rules of this site a person decides.") },
  { "invariant-obs-6", N_ ("A measured value and a reason why it is missing exclude each other.") },
  { "invariant-obs-7", N_ ("The value would stand twice in one measurement.") },
  { "invariant-vs-2", N_ ("A vital sign needs a value or a reason why it is missing.") },
  { "invariant-vs-3",
    N_ ("Each part of a vital sign needs a value or a reason why it is missing.") },
  { "invariant-con-3", N_ ("A problem on the list needs a clinical state.") },
  { "invariant-con-4", N_ ("A problem that has ended cannot be active.") },
  { "invariant-con-5", N_ ("A problem entered in error has no clinical state.") },
  { "invariant-ait-1", N_ ("An allergy needs a clinical state.") },
  { "invariant-ait-2", N_ ("An allergy entered in error has no clinical state.") },
  { "invariant-mad-1", N_ ("A medicine that was given needs a dose or a rate.") },
  { "invariant-app-2", N_ ("An appointment needs both a start and an end.") },
  { "invariant-app-3", N_ ("Only a proposed or cancelled appointment has no time.") },
  { "invariant-app-4", N_ ("Only a cancelled appointment has a reason of cancelling.") },
  { "invariant-inv-1", N_ ("The last change of a task cannot be before its beginning.") },
  { "invariant-imm-1", N_ ("Education material needs a document or a reference.") },
  { "invariant-cpl-3", N_ ("A planned activity is either described or referred to, not both.") },
  { "invariant-period", N_ ("The end would be before the start.") },
  { "invariant-blood-pressure", N_ ("The systolic pressure would not be above the diastolic.") },
  { "invariant-history-overlap", N_ ("The stay would be in two states at the same time.") },
  { "invariant-location-overlap", N_ ("The patient would be in two beds at the same time.") },
};

const char *
omc_merge_rule_reason (const char *rule)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (strcmp (reasons[i].rule, rule) == 0)
      return reasons[i].reason;
  g_return_val_if_reached (NULL);
}
