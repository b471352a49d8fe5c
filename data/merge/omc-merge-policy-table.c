/* omc-merge-policy-table.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-merge-policy.h"

/*
 * What is merged together, and how: the table of clinical.md 5 with the rulings of the merge design, in the words
 * of a machine. A clinician reviews this file. What no row names is one unit a person decides when both sides
 * changed it.
 */

#define MODIFIER (OMC_TRAIT_MODIFIER | OMC_TRAIT_HUMAN)
#define CLINICAL (OMC_TRAIT_CLINICAL | OMC_TRAIT_HUMAN)
#define COUPLED (CLINICAL | OMC_TRAIT_COUPLED)
#define DEFINING (COUPLED | OMC_TRAIT_DEFINING)
#define HUMAN OMC_TRAIT_HUMAN
#define PLAIN OMC_TRAIT_NONE

#define ONE(elements, traits, severity, label)                                                     \
  { elements, OMC_UNIT_ONE, NULL, traits, OMC_SEVERITY_##severity, N_ (label) }
#define STATUS(elements, traits, severity, label)                                                  \
  { elements, OMC_UNIT_STATUS, NULL, traits, OMC_SEVERITY_##severity, N_ (label) }
#define LIST(elements, keys, traits, severity, label)                                              \
  { elements, OMC_UNIT_KEYED, keys, traits, OMC_SEVERITY_##severity, N_ (label) }
#define APPEND(elements, keys, label)                                                              \
  { elements, OMC_UNIT_APPEND, keys, PLAIN, OMC_SEVERITY_CHANGE, N_ (label) }
#define SET(elements, traits, severity, label)                                                     \
  { elements, OMC_UNIT_SET, NULL, traits, OMC_SEVERITY_##severity, N_ (label) }
#define END { NULL }

#define NOTE_KEYS "authorReference~,authorString,time"
#define CONCEPT "#"
#define REFERENCE "~"

static const OmcMergeUnit patient_units[] = {
  ONE ("active", MODIFIER, DANGER, "Record in use"),
  ONE ("deceased[x]", MODIFIER, DANGER, "Deceased"),
  ONE ("link", MODIFIER, DANGER, "Link to another patient record"),
  ONE ("birthDate", HUMAN, DANGER, "Date of birth"),
  ONE ("gender", HUMAN, DANGER, "Gender"),
  LIST ("identifier", "system,type#,use;value", HUMAN, DANGER, "Patient number"),
  ONE ("managingOrganization", HUMAN, CLINICAL, "Responsible organization"),
  LIST ("name", "use,period.start", HUMAN, CLINICAL, "Name"),
  LIST ("telecom", "system,use;rank", PLAIN, CHANGE, "Telephone or e-mail"),
  LIST ("address", "use,type", PLAIN, CHANGE, "Address"),
  LIST ("contact", "relationship#,name.family", PLAIN, CHANGE, "Contact person"),
  LIST ("communication", "language#", PLAIN, CHANGE, "Language"),
  ONE ("maritalStatus", PLAIN, CHANGE, "Marital status"),
  ONE ("multipleBirth[x]", HUMAN, CLINICAL, "Multiple birth"),
  LIST ("generalPractitioner", REFERENCE, PLAIN, CHANGE, "General practitioner"),
  SET ("photo", PLAIN, CHANGE, "Photo"),
  END,
};

static const OmcMergeUnit encounter_units[] = {
  STATUS ("status", MODIFIER, CLINICAL, "State of the stay"),
  APPEND ("statusHistory", "status,period.start", "Earlier states of the stay"),
  ONE ("class", HUMAN, CLINICAL, "Kind of stay"),
  APPEND ("classHistory", "class.code,period.start", "Earlier kinds of stay"),
  ONE ("period", CLINICAL, CLINICAL, "Time of the stay"),
  ONE ("hospitalization", CLINICAL, CLINICAL, "Admission and discharge"),
  LIST ("location", "location~,period.start", HUMAN, CLINICAL, "Ward and bed"),
  LIST ("participant", "individual~,type#", PLAIN, CHANGE, "Staff of the stay"),
  LIST ("diagnosis", "condition~,use#", PLAIN, CLINICAL, "Diagnosis of the stay"),
  LIST ("reasonCode", CONCEPT, PLAIN, CHANGE, "Reason of the stay"),
  LIST ("account", REFERENCE, PLAIN, CHANGE, "Account"),
  LIST ("type", CONCEPT, PLAIN, CHANGE, "Type of stay"),
  ONE ("serviceType", PLAIN, CHANGE, "Department"),
  ONE ("serviceProvider", PLAIN, CHANGE, "Hospital"),
  END,
};

static const OmcMergeUnit observation_units[] = {
  STATUS ("status", MODIFIER, CLINICAL, "State of the measurement"),
  ONE ("value[x] dataAbsentReason interpretation referenceRange",
       COUPLED,
       DANGER,
       "Measured value"),
  { "component", OMC_UNIT_PANEL, "code#", COUPLED, OMC_SEVERITY_DANGER, N_ ("Measured values") },
  ONE ("code", COUPLED, DANGER, "What was measured"),
  ONE ("effective[x]", COUPLED, CLINICAL, "Time of the measurement"),
  ONE ("bodySite", HUMAN | OMC_TRAIT_COUPLED_IF_SET, CLINICAL, "Body site"),
  ONE ("method", HUMAN | OMC_TRAIT_COUPLED_IF_SET, CLINICAL, "Method"),
  ONE ("device", HUMAN | OMC_TRAIT_COUPLED_IF_SET, CLINICAL, "Device"),
  ONE ("specimen", CLINICAL, CLINICAL, "Specimen"),
  LIST ("category", CONCEPT, PLAIN, CHANGE, "Category"),
  LIST ("performer", REFERENCE, PLAIN, CHANGE, "Measured by"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  { "issued", OMC_UNIT_LATER, NULL, PLAIN, OMC_SEVERITY_CHANGE, N_ ("Time of recording") },
  APPEND ("hasMember", REFERENCE, "Measurements of this set"),
  APPEND ("derivedFrom", REFERENCE, "Measurements this was computed from"),
  SET ("basedOn partOf focus", PLAIN, CHANGE, "Related records"),
  END,
};

static const OmcMergeUnit condition_units[] = {
  ONE ("clinicalStatus verificationStatus abatement[x]", MODIFIER, DANGER, "State of the problem"),
  ONE ("code", DEFINING, DANGER, "Problem"),
  ONE ("severity", COUPLED, CLINICAL, "Severity"),
  ONE ("onset[x]", CLINICAL, CLINICAL, "Beginning"),
  SET ("evidence", PLAIN, CHANGE, "Evidence"),
  LIST ("bodySite", CONCEPT, OMC_TRAIT_CLINICAL, CLINICAL, "Body site"),
  LIST ("stage", "type#,summary#", OMC_TRAIT_CLINICAL, CLINICAL, "Stage"),
  LIST ("category", CONCEPT, PLAIN, CHANGE, "Category"),
  ONE ("recordedDate", PLAIN, CHANGE, "Date of recording"),
  ONE ("recorder", PLAIN, CHANGE, "Recorded by"),
  ONE ("asserter", PLAIN, CHANGE, "Stated by"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit allergy_units[] = {
  ONE ("clinicalStatus verificationStatus", MODIFIER, DANGER, "State of the allergy"),
  ONE ("code", DEFINING, DANGER, "Allergy to"),
  ONE ("criticality", COUPLED, DANGER, "Risk of the allergy"),
  LIST ("reaction", "onset,substance#,manifestation#", CLINICAL, DANGER, "Allergic reaction"),
  ONE ("type", CLINICAL, CLINICAL, "Allergy or intolerance"),
  ONE ("onset[x]", CLINICAL, CLINICAL, "Beginning"),
  SET ("category", PLAIN, CHANGE, "Category"),
  { "lastOccurrence", OMC_UNIT_LATER, NULL, OMC_TRAIT_CLINICAL, OMC_SEVERITY_CLINICAL,
    N_ ("Last reaction") },
  ONE ("recordedDate", PLAIN, CHANGE, "Date of recording"),
  ONE ("recorder", PLAIN, CHANGE, "Recorded by"),
  ONE ("asserter", PLAIN, CHANGE, "Stated by"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit medication_request_units[] = {
  STATUS ("status statusReason", MODIFIER, DANGER, "State of the prescription"),
  ONE ("doNotPerform", MODIFIER | CLINICAL, DANGER, "Do not give"),
  ONE ("intent priority", MODIFIER | CLINICAL, CLINICAL, "Kind of the prescription"),
  ONE ("medication[x]", COUPLED, DANGER, "Medicine"),
  ONE ("dosageInstruction", COUPLED, DANGER, "Dose"),
  ONE ("dispenseRequest", COUPLED, CLINICAL, "Supply"),
  ONE ("substitution", COUPLED, CLINICAL, "Substitution"),
  LIST ("insurance", REFERENCE, PLAIN, CHANGE, "Insurance"),
  LIST ("supportingInformation", REFERENCE, PLAIN, CHANGE, "Supporting information"),
  LIST ("reasonReference", REFERENCE, PLAIN, CHANGE, "Reason"),
  LIST ("reasonCode", CONCEPT, PLAIN, CHANGE, "Reason"),
  LIST ("category", CONCEPT, PLAIN, CHANGE, "Category"),
  APPEND ("eventHistory", REFERENCE, "History"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  ONE ("requester", HUMAN, CHANGE, "Prescribed by"),
  ONE ("recorder", PLAIN, CHANGE, "Recorded by"),
  END,
};

static const OmcMergeUnit medication_administration_units[] = {
  STATUS ("status statusReason dosage effective[x] medication[x]",
          OMC_TRAIT_MODIFIER | CLINICAL,
          DANGER,
          "Giving of the medicine"),
  ONE ("performer", HUMAN, CLINICAL, "Given by"),
  ONE ("request", CLINICAL, CLINICAL, "Prescription"),
  ONE ("category", HUMAN, CHANGE, "Category"),
  ONE ("device", CLINICAL, CLINICAL, "Device"),
  ONE ("partOf", HUMAN, CHANGE, "Related records"),
  ONE ("supportingInformation", HUMAN, CHANGE, "Supporting information"),
  ONE ("reasonReference", HUMAN, CHANGE, "Reason"),
  LIST ("reasonCode", CONCEPT, PLAIN, CHANGE, "Reason"),
  APPEND ("eventHistory", REFERENCE, "History"),
  ONE ("context", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit medication_statement_units[] = {
  ONE ("status statusReason", MODIFIER, DANGER, "State of the medication"),
  ONE ("medication[x]", COUPLED, DANGER, "Medicine"),
  ONE ("dosage", COUPLED, DANGER, "Dose"),
  ONE ("effective[x]", CLINICAL, CLINICAL, "Time of taking"),
  ONE ("informationSource", HUMAN, CLINICAL, "Stated by"),
  LIST ("reasonCode", CONCEPT, PLAIN, CHANGE, "Reason"),
  LIST ("reasonReference", REFERENCE, PLAIN, CHANGE, "Reason"),
  APPEND ("derivedFrom", REFERENCE, "Derived from"),
  ONE ("dateAsserted", PLAIN, CHANGE, "Date of the statement"),
  ONE ("context", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit care_plan_units[] = {
  ONE ("status", MODIFIER, CLINICAL, "State of the care plan"),
  ONE ("intent", MODIFIER, CLINICAL, "Kind of the care plan"),
  LIST ("activity",
        "reference~,detail.code#,detail.scheduledTiming*,detail.scheduledPeriod*,"
        "detail.scheduledString",
        CLINICAL,
        DANGER,
        "Planned activity"),
  ONE ("period", HUMAN, CLINICAL, "Time of the care plan"),
  ONE ("title description", PLAIN, CHANGE, "Title of the care plan"),
  LIST ("addresses", REFERENCE, PLAIN, CHANGE, "Problems of the care plan"),
  LIST ("goal", REFERENCE, PLAIN, CHANGE, "Goals"),
  LIST ("careTeam", REFERENCE, PLAIN, CHANGE, "Care team"),
  LIST ("category", CONCEPT, PLAIN, CHANGE, "Category"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit task_units[] = {
  STATUS ("status statusReason businessStatus owner", MODIFIER, CLINICAL, "State of the task"),
  ONE ("businessStatus", HUMAN, CLINICAL, "Progress of the task"),
  ONE ("code focus", CLINICAL, CLINICAL, "What is to be done"),
  ONE ("description", CLINICAL, CLINICAL, "Description of the task"),
  ONE ("intent", MODIFIER, CLINICAL, "Kind of the task"),
  ONE ("executionPeriod", CLINICAL, CLINICAL, "Time of the task"),
  ONE ("restriction", CLINICAL, CLINICAL, "Limits of the task"),
  LIST ("input", "type#,value[x]*", CLINICAL, CLINICAL, "Given with the task"),
  APPEND ("output", "type#,value[x]*", "Result of the task"),
  APPEND ("relevantHistory", REFERENCE, "History"),
  { "lastModified", OMC_UNIT_LATER, NULL, PLAIN, OMC_SEVERITY_CHANGE, N_ ("Last change") },
  ONE ("priority", PLAIN, CHANGE, "Priority"),
  ONE ("authoredOn", PLAIN, CHANGE, "Date of the task"),
  ONE ("requester", PLAIN, CHANGE, "Requested by"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit appointment_units[] = {
  STATUS ("status cancelationReason", MODIFIER, CLINICAL, "State of the appointment"),
  ONE ("start end minutesDuration slot requestedPeriod",
       CLINICAL,
       CLINICAL,
       "Time of the appointment"),
  LIST ("participant", "actor~;type#", HUMAN, CLINICAL, "Person of the appointment"),
  ONE ("comment", PLAIN, CHANGE, "Comment"),
  ONE ("description", PLAIN, CHANGE, "Description"),
  ONE ("patientInstruction", CLINICAL, CLINICAL, "Instruction for the patient"),
  SET ("supportingInformation", PLAIN, CHANGE, "Supporting information"),
  LIST ("serviceType", CONCEPT, PLAIN, CHANGE, "Service"),
  LIST ("reasonCode", CONCEPT, PLAIN, CHANGE, "Reason"),
  END,
};

static const OmcMergeUnit immunization_units[] = {
  ONE ("status statusReason", MODIFIER, DANGER, "State of the vaccination"),
  ONE ("vaccineCode lotNumber manufacturer expirationDate doseQuantity site route occurrence[x]",
       COUPLED,
       DANGER,
       "Vaccination"),
  ONE ("protocolApplied", COUPLED, CLINICAL, "Place in the vaccination series"),
  LIST ("performer", "actor~,function#", HUMAN, CHANGE, "Given by"),
  SET ("education", PLAIN, CHANGE, "Education"),
  SET ("reaction", PLAIN, CLINICAL, "Reaction"),
  LIST ("reasonCode", CONCEPT, PLAIN, CHANGE, "Reason"),
  ONE ("isSubpotent", MODIFIER, CLINICAL, "Dose too weak"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit procedure_units[] = {
  STATUS ("status statusReason outcome", MODIFIER, CLINICAL, "State of the procedure"),
  ONE ("code bodySite", CLINICAL, DANGER, "Procedure and side"),
  ONE ("performed[x]", CLINICAL, CLINICAL, "Time of the procedure"),
  LIST ("performer", "actor~,function#", HUMAN, CLINICAL, "Performed by"),
  SET ("complication", PLAIN, CLINICAL, "Complication"),
  LIST ("report", REFERENCE, PLAIN, CHANGE, "Report"),
  SET ("followUp", PLAIN, CHANGE, "Follow-up"),
  LIST ("usedReference", REFERENCE, PLAIN, CHANGE, "Used device"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit communication_units[] = {
  STATUS ("status statusReason", MODIFIER, CLINICAL, "State of the message"),
  ONE ("payload", CLINICAL, CLINICAL, "Message"),
  ONE ("sent", MODIFIER, CLINICAL, "Time of sending"),
  ONE ("sender", CLINICAL, CLINICAL, "Sender"),
  { "received", OMC_UNIT_EARLIER, NULL, PLAIN, OMC_SEVERITY_CHANGE, N_ ("Time of receipt") },
  SET ("recipient", CLINICAL, CLINICAL, "Recipient"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit flag_units[] = {
  ONE ("status period", MODIFIER, DANGER, "State of the alert"),
  ONE ("code", CLINICAL, DANGER, "Alert"),
  LIST ("category", CONCEPT, PLAIN, CHANGE, "Category"),
  ONE ("author", HUMAN, CHANGE, "Author of the alert"),
  ONE ("encounter", PLAIN, CHANGE, "Stay"),
  END,
};

static const OmcMergeUnit no_units[] = { END };

const OmcMergePolicy omc_merge_policies[] = {
  { "Patient", patient_units, NULL },
  { "Encounter", encounter_units, "planned arrived triaged in-progress onleave finished" },
  { "Observation", observation_units, "registered preliminary final amended=corrected" },
  { "Condition", condition_units, NULL },
  { "AllergyIntolerance", allergy_units, NULL },
  { "MedicationRequest", medication_request_units, "draft active completed" },
  { "MedicationAdministration", medication_administration_units, NULL },
  { "MedicationStatement", medication_statement_units, NULL },
  { "CarePlan", care_plan_units, "draft active completed" },
  { "Task", task_units, "draft requested received accepted ready in-progress completed" },
  { "Appointment", appointment_units, "proposed pending booked arrived checked-in fulfilled" },
  { "Immunization", immunization_units, NULL },
  { "Procedure", procedure_units, "preparation in-progress completed" },
  { "Communication", communication_units, "preparation in-progress completed" },
  { "Flag", flag_units, NULL },
  { NULL, no_units, NULL },
};

/* For every type, after its own rows. */
const OmcMergeUnit omc_merge_common_units[] = {
  { "id resourceType meta", OMC_UNIT_SERVER, NULL, PLAIN, OMC_SEVERITY_INFO, N_ ("Version") },
  { "text", OMC_UNIT_NARRATIVE, NULL, HUMAN, OMC_SEVERITY_CHANGE, N_ ("Written summary") },
  { "contained", OMC_UNIT_CONTAINED, "id", HUMAN | OMC_TRAIT_COUPLED_IF_SET, OMC_SEVERITY_CLINICAL,
    N_ ("Included record") },
  LIST ("modifierExtension",
        "url;*",
        MODIFIER | OMC_TRAIT_LONELY,
        DANGER,
        "Addition that changes the meaning"),
  LIST ("extension", "url;*", PLAIN, CHANGE, "Addition"),
  ONE ("implicitRules", MODIFIER | OMC_TRAIT_LONELY, DANGER, "Rules of this record"),
  ONE ("language", PLAIN, CHANGE, "Language of this record"),
  { "subject", OMC_UNIT_SUBJECT, NULL, HUMAN, OMC_SEVERITY_DANGER, N_ ("Patient") },
  { "patient", OMC_UNIT_SUBJECT, NULL, HUMAN, OMC_SEVERITY_DANGER, N_ ("Patient") },
  { "for", OMC_UNIT_SUBJECT, NULL, HUMAN, OMC_SEVERITY_DANGER, N_ ("Patient") },
  { "beneficiary", OMC_UNIT_SUBJECT, NULL, HUMAN, OMC_SEVERITY_DANGER, N_ ("Patient") },
  LIST ("identifier", "system,type#,use;value", PLAIN, CHANGE, "Identifier"),
  APPEND ("note", NOTE_KEYS, "Note"),
  ONE ("status statusReason", MODIFIER, CLINICAL, "State"),
  ONE ("clinicalStatus verificationStatus", MODIFIER, DANGER, "State"),
  ONE ("intent", MODIFIER, CLINICAL, "Kind"),
  ONE ("lifecycleStatus", MODIFIER, CLINICAL, "State"),
  ONE ("mode", MODIFIER, CLINICAL, "Kind"),
  ONE ("scope", MODIFIER, CLINICAL, "Kind"),
  ONE ("doNotPerform", MODIFIER, DANGER, "Do not perform"),
  ONE ("active", MODIFIER, CLINICAL, "In use"),
  ONE ("deceased[x]", MODIFIER, DANGER, "Deceased"),
  ONE ("link", MODIFIER, DANGER, "Link to another record"),
  ONE ("isSubpotent", MODIFIER, CLINICAL, "Dose too weak"),
  ONE ("value[x] dataAbsentReason interpretation referenceRange", COUPLED, DANGER, "Value"),
  ONE ("code", COUPLED, DANGER, "Code"),
  SET ("*", OMC_TRAIT_CLINICAL, CLINICAL, "Other details"),
  END,
};

/* The rest of meta is the server's. */
const OmcMergeUnit omc_merge_meta_units[] = {
  { "meta.tag", OMC_UNIT_APPEND, NULL, PLAIN, OMC_SEVERITY_INFO, N_ ("Tag") },
  { "meta.security", OMC_UNIT_APPEND, NULL, HUMAN, OMC_SEVERITY_CHANGE, N_ ("Confidentiality") },
  { "meta.profile", OMC_UNIT_SET, NULL, PLAIN, OMC_SEVERITY_INFO, N_ ("Profile") },
  END,
};
