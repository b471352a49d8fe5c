/* omc-validate-clinical.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-validate-private.h"

/* What is charted of a patient, FHIR R4 (4.0.1). The notation stands in omc-validate-private.h. */
// clang-format off
const OmcElementSet _omc_validate_clinical[] = {
  { "AllergyIntolerance",
    "identifier:Identifier* clinicalStatus:CodeableConcept=active|inactive|resolved "
    "verificationStatus:CodeableConcept=unconfirmed|confirmed|refuted|entered-in-error "
    "type:code=allergy|intolerance category:code*=food|medication|environment|biologic "
    "criticality:code=low|high|unable-to-assess code:CodeableConcept patient!:Reference "
    "encounter:Reference onset[x]:dateTime|Age|Period|Range|string recordedDate:dateTime "
    "recorder:Reference asserter:Reference lastOccurrence:dateTime note:Annotation* "
    "reaction:@AllergyIntolerance.reaction*" },
  { "AllergyIntolerance.reaction",
    "substance:CodeableConcept manifestation!:CodeableConcept* description:string "
    "onset:dateTime severity:code=mild|moderate|severe exposureRoute:CodeableConcept "
    "note:Annotation*" },
  { "CarePlan",
    "identifier:Identifier* instantiatesCanonical:canonical* instantiatesUri:uri* "
    "basedOn:Reference* replaces:Reference* partOf:Reference* "
    "status!:code=draft|active|on-hold|revoked|completed|entered-in-error|unknown "
    "intent!:code=proposal|plan|order|option category:CodeableConcept* title:string "
    "description:string subject!:Reference encounter:Reference period:Period created:dateTime "
    "author:Reference contributor:Reference* careTeam:Reference* addresses:Reference* "
    "supportingInfo:Reference* goal:Reference* activity:@CarePlan.activity* note:Annotation*" },
  { "CarePlan.activity",
    "outcomeCodeableConcept:CodeableConcept* outcomeReference:Reference* progress:Annotation* "
    "reference:Reference detail:@CarePlan.activity.detail" },
  { "CarePlan.activity.detail",
    "kind:code=Appointment|CommunicationRequest|DeviceRequest|MedicationRequest|NutritionOrder|"
    "Task|ServiceRequest|VisionPrescription "
    "instantiatesCanonical:canonical* instantiatesUri:uri* code:CodeableConcept "
    "reasonCode:CodeableConcept* reasonReference:Reference* goal:Reference* "
    "status!:code=not-started|scheduled|in-progress|on-hold|completed|cancelled|stopped|"
    "unknown|entered-in-error "
    "statusReason:CodeableConcept doNotPerform:boolean scheduled[x]:Timing|Period|string "
    "location:Reference performer:Reference* product[x]:CodeableConcept|Reference "
    "dailyAmount:Quantity quantity:Quantity description:string" },
  { "CareTeam",
    "identifier:Identifier* status:code=proposed|active|suspended|inactive|entered-in-error "
    "category:CodeableConcept* name:string subject:Reference encounter:Reference "
    "period:Period participant:@CareTeam.participant* reasonCode:CodeableConcept* "
    "reasonReference:Reference* managingOrganization:Reference* telecom:ContactPoint* "
    "note:Annotation*" },
  { "CareTeam.participant",
    "role:CodeableConcept* member:Reference onBehalfOf:Reference period:Period" },
  { "Condition",
    "identifier:Identifier* "
    "clinicalStatus:CodeableConcept=active|recurrence|relapse|inactive|remission|resolved "
    "verificationStatus:CodeableConcept=unconfirmed|provisional|differential|confirmed|refuted|"
    "entered-in-error "
    "category:CodeableConcept* severity:CodeableConcept code:CodeableConcept "
    "bodySite:CodeableConcept* subject!:Reference encounter:Reference "
    "onset[x]:dateTime|Age|Period|Range|string abatement[x]:dateTime|Age|Period|Range|string "
    "recordedDate:dateTime recorder:Reference asserter:Reference stage:@Condition.stage* "
    "evidence:@Condition.evidence* note:Annotation*" },
  { "Condition.stage", "summary:CodeableConcept assessment:Reference* type:CodeableConcept" },
  { "Condition.evidence", "code:CodeableConcept* detail:Reference*" },
  { "DiagnosticReport",
    "identifier:Identifier* basedOn:Reference* "
    "status!:code=registered|partial|preliminary|final|amended|corrected|appended|cancelled|"
    "entered-in-error|unknown "
    "category:CodeableConcept* code!:CodeableConcept subject:Reference encounter:Reference "
    "effective[x]:dateTime|Period issued:instant performer:Reference* "
    "resultsInterpreter:Reference* specimen:Reference* result:Reference* "
    "imagingStudy:Reference* media:@DiagnosticReport.media* conclusion:string "
    "conclusionCode:CodeableConcept* presentedForm:Attachment*" },
  { "DiagnosticReport.media", "comment:string link!:Reference" },
  { "Goal",
    "identifier:Identifier* "
    "lifecycleStatus!:code=proposed|planned|accepted|active|on-hold|completed|cancelled|"
    "entered-in-error|rejected "
    "achievementStatus:CodeableConcept category:CodeableConcept* priority:CodeableConcept "
    "description!:CodeableConcept subject!:Reference start[x]:date|CodeableConcept "
    "target:@Goal.target* statusDate:date statusReason:string expressedBy:Reference "
    "addresses:Reference* note:Annotation* outcomeCode:CodeableConcept* "
    "outcomeReference:Reference*" },
  { "Goal.target",
    "measure:CodeableConcept "
    "detail[x]:Quantity|Range|CodeableConcept|string|boolean|integer|Ratio "
    "due[x]:date|Duration" },
  { "Immunization",
    "identifier:Identifier* status!:code=completed|entered-in-error|not-done "
    "statusReason:CodeableConcept vaccineCode!:CodeableConcept patient!:Reference "
    "encounter:Reference occurrence[x]!:dateTime|string recorded:dateTime "
    "primarySource:boolean reportOrigin:CodeableConcept location:Reference "
    "manufacturer:Reference lotNumber:string expirationDate:date site:CodeableConcept "
    "route:CodeableConcept doseQuantity:Quantity performer:@Immunization.performer* "
    "note:Annotation* reasonCode:CodeableConcept* reasonReference:Reference* "
    "isSubpotent:boolean subpotentReason:CodeableConcept* education:@Immunization.education* "
    "programEligibility:CodeableConcept* fundingSource:CodeableConcept "
    "reaction:@Immunization.reaction* protocolApplied:@Immunization.protocolApplied*" },
  { "Immunization.performer", "function:CodeableConcept actor!:Reference" },
  { "Immunization.education",
    "documentType:string reference:uri publicationDate:dateTime presentationDate:dateTime" },
  { "Immunization.reaction", "date:dateTime detail:Reference reported:boolean" },
  { "Immunization.protocolApplied",
    "series:string authority:Reference targetDisease:CodeableConcept* "
    "doseNumber[x]!:positiveInt|string seriesDoses[x]:positiveInt|string" },
  { "Medication",
    "identifier:Identifier* code:CodeableConcept status:code=active|inactive|entered-in-error "
    "manufacturer:Reference form:CodeableConcept amount:Ratio "
    "ingredient:@Medication.ingredient* batch:@Medication.batch" },
  { "Medication.ingredient", "item[x]!:CodeableConcept|Reference isActive:boolean strength:Ratio" },
  { "Medication.batch", "lotNumber:string expirationDate:dateTime" },
  { "MedicationAdministration",
    "identifier:Identifier* instantiates:uri* partOf:Reference* "
    "status!:code=in-progress|not-done|on-hold|completed|entered-in-error|stopped|unknown "
    "statusReason:CodeableConcept* category:CodeableConcept "
    "medication[x]!:CodeableConcept|Reference subject!:Reference context:Reference "
    "supportingInformation:Reference* effective[x]!:dateTime|Period "
    "performer:@MedicationAdministration.performer* reasonCode:CodeableConcept* "
    "reasonReference:Reference* request:Reference device:Reference* note:Annotation* "
    "dosage:@MedicationAdministration.dosage eventHistory:Reference*" },
  { "MedicationAdministration.performer", "function:CodeableConcept actor!:Reference" },
  { "MedicationAdministration.dosage",
    "text:string site:CodeableConcept route:CodeableConcept method:CodeableConcept "
    "dose:Quantity rate[x]:Ratio|Quantity" },
  { "MedicationRequest",
    "identifier:Identifier* "
    "status!:code=active|on-hold|cancelled|completed|entered-in-error|stopped|draft|unknown "
    "statusReason:CodeableConcept "
    "intent!:code=proposal|plan|order|original-order|reflex-order|filler-order|instance-order|"
    "option "
    "category:CodeableConcept* priority:code=routine|urgent|asap|stat doNotPerform:boolean "
    "reported[x]:boolean|Reference medication[x]!:CodeableConcept|Reference "
    "subject!:Reference encounter:Reference supportingInformation:Reference* "
    "authoredOn:dateTime requester:Reference performer:Reference "
    "performerType:CodeableConcept recorder:Reference reasonCode:CodeableConcept* "
    "reasonReference:Reference* instantiatesCanonical:canonical* instantiatesUri:uri* "
    "basedOn:Reference* groupIdentifier:Identifier courseOfTherapyType:CodeableConcept "
    "insurance:Reference* note:Annotation* dosageInstruction:Dosage* "
    "dispenseRequest:@MedicationRequest.dispenseRequest "
    "substitution:@MedicationRequest.substitution priorPrescription:Reference "
    "detectedIssue:Reference* eventHistory:Reference*" },
  { "MedicationRequest.dispenseRequest",
    "initialFill:@MedicationRequest.dispenseRequest.initialFill dispenseInterval:Duration "
    "validityPeriod:Period numberOfRepeatsAllowed:unsignedInt quantity:Quantity "
    "expectedSupplyDuration:Duration performer:Reference" },
  { "MedicationRequest.dispenseRequest.initialFill", "quantity:Quantity duration:Duration" },
  { "MedicationRequest.substitution",
    "allowed[x]!:boolean|CodeableConcept reason:CodeableConcept" },
  { "MedicationStatement",
    "identifier:Identifier* basedOn:Reference* partOf:Reference* "
    "status!:code=active|completed|entered-in-error|intended|stopped|on-hold|unknown|not-taken "
    "statusReason:CodeableConcept* category:CodeableConcept "
    "medication[x]!:CodeableConcept|Reference subject!:Reference context:Reference "
    "effective[x]:dateTime|Period dateAsserted:dateTime informationSource:Reference "
    "derivedFrom:Reference* reasonCode:CodeableConcept* reasonReference:Reference* "
    "note:Annotation* dosage:Dosage*" },
  { "Observation",
    "identifier:Identifier* basedOn:Reference* partOf:Reference* "
    "status!:code=registered|preliminary|final|amended|corrected|cancelled|entered-in-error|"
    "unknown "
    "category:CodeableConcept* code!:CodeableConcept subject:Reference focus:Reference* "
    "encounter:Reference effective[x]:dateTime|Period|Timing|instant issued:instant "
    "performer:Reference* "
    "value[x]:Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|"
    "dateTime|Period "
    "dataAbsentReason:CodeableConcept interpretation:CodeableConcept* note:Annotation* "
    "bodySite:CodeableConcept method:CodeableConcept specimen:Reference device:Reference "
    "referenceRange:@Observation.referenceRange* hasMember:Reference* derivedFrom:Reference* "
    "component:@Observation.component*" },
  { "Observation.referenceRange",
    "low:Quantity high:Quantity type:CodeableConcept appliesTo:CodeableConcept* age:Range "
    "text:string" },
  { "Observation.component",
    "code!:CodeableConcept "
    "value[x]:Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|"
    "dateTime|Period "
    "dataAbsentReason:CodeableConcept interpretation:CodeableConcept* "
    "referenceRange:@Observation.referenceRange*" },
  { "Procedure",
    "identifier:Identifier* instantiatesCanonical:canonical* instantiatesUri:uri* "
    "basedOn:Reference* partOf:Reference* "
    "status!:code=preparation|in-progress|not-done|on-hold|stopped|completed|entered-in-error|"
    "unknown "
    "statusReason:CodeableConcept category:CodeableConcept code:CodeableConcept "
    "subject!:Reference encounter:Reference performed[x]:dateTime|Period|string|Age|Range "
    "recorder:Reference asserter:Reference performer:@Procedure.performer* location:Reference "
    "reasonCode:CodeableConcept* reasonReference:Reference* bodySite:CodeableConcept* "
    "outcome:CodeableConcept report:Reference* complication:CodeableConcept* "
    "complicationDetail:Reference* followUp:CodeableConcept* note:Annotation* "
    "focalDevice:@Procedure.focalDevice* usedReference:Reference* usedCode:CodeableConcept*" },
  { "Procedure.performer", "function:CodeableConcept actor!:Reference onBehalfOf:Reference" },
  { "Procedure.focalDevice", "action:CodeableConcept manipulated!:Reference" },
  { "ServiceRequest",
    "identifier:Identifier* instantiatesCanonical:canonical* instantiatesUri:uri* "
    "basedOn:Reference* replaces:Reference* requisition:Identifier "
    "status!:code=draft|active|on-hold|revoked|completed|entered-in-error|unknown "
    "intent!:code=proposal|plan|directive|order|original-order|reflex-order|filler-order|"
    "instance-order|option "
    "category:CodeableConcept* priority:code=routine|urgent|asap|stat doNotPerform:boolean "
    "code:CodeableConcept orderDetail:CodeableConcept* quantity[x]:Quantity|Ratio|Range "
    "subject!:Reference encounter:Reference occurrence[x]:dateTime|Period|Timing "
    "asNeeded[x]:boolean|CodeableConcept authoredOn:dateTime requester:Reference "
    "performerType:CodeableConcept performer:Reference* locationCode:CodeableConcept* "
    "locationReference:Reference* reasonCode:CodeableConcept* reasonReference:Reference* "
    "insurance:Reference* supportingInfo:Reference* specimen:Reference* "
    "bodySite:CodeableConcept* note:Annotation* patientInstruction:string "
    "relevantHistory:Reference*" },
  { "Specimen",
    "identifier:Identifier* accessionIdentifier:Identifier "
    "status:code=available|unavailable|unsatisfactory|entered-in-error type:CodeableConcept "
    "subject:Reference receivedTime:dateTime parent:Reference* request:Reference* "
    "collection:@Specimen.collection processing:@Specimen.processing* "
    "container:@Specimen.container* condition:CodeableConcept* note:Annotation*" },
  { "Specimen.collection",
    "collector:Reference collected[x]:dateTime|Period duration:Duration quantity:Quantity "
    "method:CodeableConcept bodySite:CodeableConcept "
    "fastingStatus[x]:CodeableConcept|Duration" },
  { "Specimen.processing",
    "description:string procedure:CodeableConcept additive:Reference* time[x]:dateTime|Period" },
  { "Specimen.container",
    "identifier:Identifier* description:string type:CodeableConcept capacity:Quantity "
    "specimenQuantity:Quantity additive[x]:CodeableConcept|Reference" },
  { NULL, NULL },
};
// clang-format on
