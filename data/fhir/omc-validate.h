/* omc-validate.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

/**
 * OmcValidateLevel:
 * @OMC_VALIDATE_LENIENT: what holds for all FHIR JSON: form, id, meta, narrative, extensions
 * @OMC_VALIDATE_STRICT: also the elements, datatypes, required codes and invariants of the types that we know in
 *   detail; others as LENIENT
 */
typedef enum
{
  OMC_VALIDATE_LENIENT,
  OMC_VALIDATE_STRICT,
} OmcValidateLevel;

typedef enum
{
  OMC_ISSUE_ERROR,
  OMC_ISSUE_WARNING,
} OmcIssueSeverity;

typedef struct
{
  OmcIssueSeverity severity;
  const char
      *code; /* FHIR issue-type: "structure", "required", "value", "code-invalid", "invariant" */
  char *expression; /* "Patient.name[0].given[1]" */
  char *message;    /* a sentence without any value of the resource */
} OmcIssue;

/* Empty when nothing is wrong. At most 100 issues. (transfer full) (element-type OmcIssue) */
GPtrArray *omc_validate (OmcResource *resource, OmcValidateLevel level);
gboolean omc_validate_has_error (GPtrArray *issues);
/* Fails with the first error, OMC_FHIR_ERROR_INVALID. */
gboolean omc_validate_check (OmcResource *resource, OmcValidateLevel level, GError **error);
/* As an OperationOutcome; without issues one that says "all ok". */
OmcResource *omc_validate_to_outcome (GPtrArray *issues);
/* Are the elements of this type known in detail? */
gboolean omc_validate_knows_type (const char *type);

G_END_DECLS
