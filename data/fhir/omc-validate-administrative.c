/* omc-validate-administrative.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-validate-private.h"

/* The open type of FHIR R4 ("*"). */
#define ANY_TYPE                                                                                   \
  "base64Binary|boolean|canonical|code|date|dateTime|decimal|id|instant|integer|markdown|oid|"     \
  "positiveInt|string|time|unsignedInt|uri|url|uuid|Address|Age|Annotation|Attachment|"            \
  "CodeableConcept|Coding|ContactPoint|Count|Distance|Duration|HumanName|Identifier|Money|"        \
  "Period|Quantity|Range|Ratio|Reference|SampledData|Signature|Timing|ContactDetail|Contributor|"  \
  "DataRequirement|Expression|ParameterDefinition|RelatedArtifact|TriggerDefinition|UsageContext|" \
  "Dosage|Meta"

/* People, places, encounters, documents and records of acts, FHIR R4 (4.0.1). The notation stands in omc-validate-private.h. */
// clang-format off
const OmcElementSet _omc_validate_administrative[] = {
  { "Appointment",
    "identifier:Identifier* "
    "status!:code=proposed|pending|booked|arrived|fulfilled|cancelled|noshow|entered-in-error|"
    "checked-in|waitlist "
    "cancelationReason:CodeableConcept serviceCategory:CodeableConcept* "
    "serviceType:CodeableConcept* specialty:CodeableConcept* appointmentType:CodeableConcept "
    "reasonCode:CodeableConcept* reasonReference:Reference* priority:unsignedInt "
    "description:string supportingInformation:Reference* start:instant end:instant "
    "minutesDuration:positiveInt slot:Reference* created:dateTime comment:string "
    "patientInstruction:string basedOn:Reference* participant!:@Appointment.participant* "
    "requestedPeriod:Period*" },
  { "Appointment.participant",
    "type:CodeableConcept* actor:Reference required:code=required|optional|information-only "
    "status!:code=accepted|declined|tentative|needs-action period:Period" },
  { "AuditEvent",
    "type!:Coding subtype:Coding* action:code=C|R|U|D|E period:Period recorded!:instant "
    "outcome:code=0|4|8|12 outcomeDesc:string purposeOfEvent:CodeableConcept* "
    "agent!:@AuditEvent.agent* source!:@AuditEvent.source entity:@AuditEvent.entity*" },
  { "AuditEvent.agent",
    "type:CodeableConcept role:CodeableConcept* who:Reference altId:string name:string "
    "requestor!:boolean location:Reference policy:uri* media:Coding "
    "network:@AuditEvent.agent.network purposeOfUse:CodeableConcept*" },
  { "AuditEvent.agent.network", "address:string type:code=1|2|3|4|5" },
  { "AuditEvent.source", "site:string observer!:Reference type:Coding*" },
  { "AuditEvent.entity",
    "what:Reference type:Coding role:Coding lifecycle:Coding securityLabel:Coding* "
    "name:string description:string query:base64Binary detail:@AuditEvent.entity.detail*" },
  { "AuditEvent.entity.detail", "type!:string value[x]!:string|base64Binary" },
  { "Bundle",
    "identifier:Identifier "
    "type!:code=document|message|transaction|transaction-response|batch|batch-response|history|"
    "searchset|collection "
    "timestamp:instant total:unsignedInt link:@Bundle.link* entry:@Bundle.entry* "
    "signature:Signature" },
  { "Bundle.link", "relation!:string url!:uri" },
  { "Bundle.entry",
    "link:@Bundle.link* fullUrl:uri resource:Resource search:@Bundle.entry.search "
    "request:@Bundle.entry.request response:@Bundle.entry.response" },
  { "Bundle.entry.search", "mode:code=match|include|outcome score:decimal" },
  { "Bundle.entry.request",
    "method!:code=GET|HEAD|POST|PUT|DELETE|PATCH url!:uri ifNoneMatch:string "
    "ifModifiedSince:instant ifMatch:string ifNoneExist:string" },
  { "Bundle.entry.response",
    "status!:string location:uri etag:string lastModified:instant outcome:Resource" },
  { "Communication",
    "identifier:Identifier* instantiatesCanonical:canonical* instantiatesUri:uri* "
    "basedOn:Reference* partOf:Reference* inResponseTo:Reference* "
    "status!:code=preparation|in-progress|not-done|on-hold|stopped|completed|entered-in-error|"
    "unknown "
    "statusReason:CodeableConcept category:CodeableConcept* "
    "priority:code=routine|urgent|asap|stat medium:CodeableConcept* subject:Reference "
    "topic:CodeableConcept about:Reference* encounter:Reference sent:dateTime "
    "received:dateTime recipient:Reference* sender:Reference reasonCode:CodeableConcept* "
    "reasonReference:Reference* payload:@Communication.payload* note:Annotation*" },
  { "Communication.payload", "content[x]!:string|Attachment|Reference" },
  { "Composition",
    "identifier:Identifier status!:code=preliminary|final|amended|entered-in-error "
    "type!:CodeableConcept category:CodeableConcept* subject:Reference encounter:Reference "
    "date!:dateTime author!:Reference* title!:string confidentiality:code=U|L|M|N|R|V "
    "attester:@Composition.attester* custodian:Reference relatesTo:@Composition.relatesTo* "
    "event:@Composition.event* section:@Composition.section*" },
  { "Composition.attester",
    "mode!:code=personal|professional|legal|official time:dateTime party:Reference" },
  { "Composition.relatesTo",
    "code!:code=replaces|transforms|signs|appends target[x]!:Identifier|Reference" },
  { "Composition.event", "code:CodeableConcept* period:Period detail:Reference*" },
  { "Composition.section",
    "title:string code:CodeableConcept author:Reference* focus:Reference text:Narrative "
    "mode:code=working|snapshot|changes orderedBy:CodeableConcept entry:Reference* "
    "emptyReason:CodeableConcept section:@Composition.section*" },
  { "Coverage",
    "identifier:Identifier* status!:code=active|cancelled|draft|entered-in-error "
    "type:CodeableConcept policyHolder:Reference subscriber:Reference subscriberId:string "
    "beneficiary!:Reference dependent:string relationship:CodeableConcept period:Period "
    "payor!:Reference* class:@Coverage.class* order:positiveInt network:string "
    "costToBeneficiary:@Coverage.costToBeneficiary* subrogation:boolean contract:Reference*" },
  { "Coverage.class", "type!:CodeableConcept value!:string name:string" },
  { "Coverage.costToBeneficiary",
    "type:CodeableConcept value[x]!:Quantity|Money "
    "exception:@Coverage.costToBeneficiary.exception*" },
  { "Coverage.costToBeneficiary.exception", "type!:CodeableConcept period:Period" },
  { "Device",
    "identifier:Identifier* definition:Reference udiCarrier:@Device.udiCarrier* "
    "status:code=active|inactive|entered-in-error|unknown statusReason:CodeableConcept* "
    "distinctIdentifier:string manufacturer:string manufactureDate:dateTime "
    "expirationDate:dateTime lotNumber:string serialNumber:string "
    "deviceName:@Device.deviceName* modelNumber:string partNumber:string type:CodeableConcept "
    "specialization:@Device.specialization* version:@Device.version* "
    "property:@Device.property* patient:Reference owner:Reference contact:ContactPoint* "
    "location:Reference url:uri note:Annotation* safety:CodeableConcept* parent:Reference" },
  { "Device.udiCarrier",
    "deviceIdentifier:string issuer:uri jurisdiction:uri carrierAIDC:base64Binary "
    "carrierHRF:string entryType:code=barcode|rfid|manual|card|self-reported|unknown" },
  { "Device.deviceName",
    "name!:string "
    "type!:code=udi-label-name|user-friendly-name|patient-reported-name|manufacturer-name|"
    "model-name|other" },
  { "Device.specialization", "systemType!:CodeableConcept version:string" },
  { "Device.version", "type:CodeableConcept component:Identifier value!:string" },
  { "Device.property", "type!:CodeableConcept valueQuantity:Quantity* valueCode:CodeableConcept*" },
  { "DocumentReference",
    "masterIdentifier:Identifier identifier:Identifier* "
    "status!:code=current|superseded|entered-in-error "
    "docStatus:code=preliminary|final|amended|entered-in-error type:CodeableConcept "
    "category:CodeableConcept* subject:Reference date:instant author:Reference* "
    "authenticator:Reference custodian:Reference relatesTo:@DocumentReference.relatesTo* "
    "description:string securityLabel:CodeableConcept* content!:@DocumentReference.content* "
    "context:@DocumentReference.context" },
  { "DocumentReference.relatesTo",
    "code!:code=replaces|transforms|signs|appends target!:Reference" },
  { "DocumentReference.content", "attachment!:Attachment format:Coding" },
  { "DocumentReference.context",
    "encounter:Reference* event:CodeableConcept* period:Period facilityType:CodeableConcept "
    "practiceSetting:CodeableConcept sourcePatientInfo:Reference related:Reference*" },
  { "Encounter",
    "identifier:Identifier* "
    "status!:code=planned|arrived|triaged|in-progress|onleave|finished|cancelled|"
    "entered-in-error|unknown "
    "statusHistory:@Encounter.statusHistory* class!:Coding "
    "classHistory:@Encounter.classHistory* type:CodeableConcept* serviceType:CodeableConcept "
    "priority:CodeableConcept subject:Reference episodeOfCare:Reference* basedOn:Reference* "
    "participant:@Encounter.participant* appointment:Reference* period:Period length:Duration "
    "reasonCode:CodeableConcept* reasonReference:Reference* diagnosis:@Encounter.diagnosis* "
    "account:Reference* hospitalization:@Encounter.hospitalization "
    "location:@Encounter.location* serviceProvider:Reference partOf:Reference" },
  { "Encounter.statusHistory",
    "status!:code=planned|arrived|triaged|in-progress|onleave|finished|cancelled|"
    "entered-in-error|unknown "
    "period!:Period" },
  { "Encounter.classHistory", "class!:Coding period!:Period" },
  { "Encounter.participant", "type:CodeableConcept* period:Period individual:Reference" },
  { "Encounter.diagnosis", "condition!:Reference use:CodeableConcept rank:positiveInt" },
  { "Encounter.hospitalization",
    "preAdmissionIdentifier:Identifier origin:Reference admitSource:CodeableConcept "
    "reAdmission:CodeableConcept dietPreference:CodeableConcept* "
    "specialCourtesy:CodeableConcept* specialArrangement:CodeableConcept* "
    "destination:Reference dischargeDisposition:CodeableConcept" },
  { "Encounter.location",
    "location!:Reference status:code=planned|active|reserved|completed "
    "physicalType:CodeableConcept period:Period" },
  { "Flag",
    "identifier:Identifier* status!:code=active|inactive|entered-in-error "
    "category:CodeableConcept* code!:CodeableConcept subject!:Reference period:Period "
    "encounter:Reference author:Reference" },
  { "List",
    "identifier:Identifier* status!:code=current|retired|entered-in-error "
    "mode!:code=working|snapshot|changes title:string code:CodeableConcept subject:Reference "
    "encounter:Reference date:dateTime source:Reference orderedBy:CodeableConcept "
    "note:Annotation* entry:@List.entry* emptyReason:CodeableConcept" },
  { "List.entry", "flag:CodeableConcept deleted:boolean date:dateTime item!:Reference" },
  { "Location",
    "identifier:Identifier* status:code=active|suspended|inactive operationalStatus:Coding "
    "name:string alias:string* description:string mode:code=instance|kind "
    "type:CodeableConcept* telecom:ContactPoint* address:Address physicalType:CodeableConcept "
    "position:@Location.position managingOrganization:Reference partOf:Reference "
    "hoursOfOperation:@Location.hoursOfOperation* availabilityExceptions:string "
    "endpoint:Reference*" },
  { "Location.position", "longitude!:decimal latitude!:decimal altitude:decimal" },
  { "Location.hoursOfOperation",
    "daysOfWeek:code*=mon|tue|wed|thu|fri|sat|sun allDay:boolean openingTime:time "
    "closingTime:time" },
  { "OperationOutcome", "issue!:@OperationOutcome.issue*" },
  { "OperationOutcome.issue",
    "severity!:code=fatal|error|warning|information "
    "code!:code=invalid|structure|required|value|invariant|security|login|unknown|expired|"
    "forbidden|suppressed|processing|not-supported|duplicate|multiple-matches|not-found|"
    "deleted|too-long|code-invalid|extension|too-costly|business-rule|conflict|transient|"
    "lock-error|no-store|exception|timeout|incomplete|throttled|informational "
    "details:CodeableConcept diagnostics:string location:string* expression:string*" },
  { "Organization",
    "identifier:Identifier* active:boolean type:CodeableConcept* name:string alias:string* "
    "telecom:ContactPoint* address:Address* partOf:Reference contact:@Organization.contact* "
    "endpoint:Reference*" },
  { "Organization.contact",
    "purpose:CodeableConcept name:HumanName telecom:ContactPoint* address:Address" },
  { "Patient",
    "identifier:Identifier* active:boolean name:HumanName* telecom:ContactPoint* "
    "gender:code=male|female|other|unknown birthDate:date deceased[x]:boolean|dateTime "
    "address:Address* maritalStatus:CodeableConcept multipleBirth[x]:boolean|integer "
    "photo:Attachment* contact:@Patient.contact* communication:@Patient.communication* "
    "generalPractitioner:Reference* managingOrganization:Reference link:@Patient.link*" },
  { "Patient.contact",
    "relationship:CodeableConcept* name:HumanName telecom:ContactPoint* address:Address "
    "gender:code=male|female|other|unknown organization:Reference period:Period" },
  { "Patient.communication", "language!:CodeableConcept preferred:boolean" },
  { "Patient.link", "other!:Reference type!:code=replaced-by|replaces|refer|seealso" },
  { "Practitioner",
    "identifier:Identifier* active:boolean name:HumanName* telecom:ContactPoint* "
    "address:Address* gender:code=male|female|other|unknown birthDate:date photo:Attachment* "
    "qualification:@Practitioner.qualification* communication:CodeableConcept*" },
  { "Practitioner.qualification",
    "identifier:Identifier* code!:CodeableConcept period:Period issuer:Reference" },
  { "PractitionerRole",
    "identifier:Identifier* active:boolean period:Period practitioner:Reference "
    "organization:Reference code:CodeableConcept* specialty:CodeableConcept* "
    "location:Reference* healthcareService:Reference* telecom:ContactPoint* "
    "availableTime:@PractitionerRole.availableTime* "
    "notAvailable:@PractitionerRole.notAvailable* availabilityExceptions:string "
    "endpoint:Reference*" },
  { "PractitionerRole.availableTime",
    "daysOfWeek:code*=mon|tue|wed|thu|fri|sat|sun allDay:boolean availableStartTime:time "
    "availableEndTime:time" },
  { "PractitionerRole.notAvailable", "description!:string during:Period" },
  { "Provenance",
    "target!:Reference* occurred[x]:Period|dateTime recorded!:instant policy:uri* "
    "location:Reference reason:CodeableConcept* activity:CodeableConcept "
    "agent!:@Provenance.agent* entity:@Provenance.entity* signature:Signature*" },
  { "Provenance.agent",
    "type:CodeableConcept role:CodeableConcept* who!:Reference onBehalfOf:Reference" },
  { "Provenance.entity",
    "role!:code=derivation|revision|quotation|source|removal what!:Reference "
    "agent:@Provenance.agent*" },
  { "RelatedPerson",
    "identifier:Identifier* active:boolean patient!:Reference relationship:CodeableConcept* "
    "name:HumanName* telecom:ContactPoint* gender:code=male|female|other|unknown "
    "birthDate:date address:Address* photo:Attachment* period:Period "
    "communication:@RelatedPerson.communication*" },
  { "RelatedPerson.communication", "language!:CodeableConcept preferred:boolean" },
  { "Task",
    "identifier:Identifier* instantiatesCanonical:canonical instantiatesUri:uri "
    "basedOn:Reference* groupIdentifier:Identifier partOf:Reference* "
    "status!:code=draft|requested|received|accepted|rejected|ready|cancelled|in-progress|"
    "on-hold|failed|completed|entered-in-error "
    "statusReason:CodeableConcept businessStatus:CodeableConcept "
    "intent!:code=unknown|proposal|plan|order|original-order|reflex-order|filler-order|"
    "instance-order|option "
    "priority:code=routine|urgent|asap|stat code:CodeableConcept description:string "
    "focus:Reference for:Reference encounter:Reference executionPeriod:Period "
    "authoredOn:dateTime lastModified:dateTime requester:Reference "
    "performerType:CodeableConcept* owner:Reference location:Reference "
    "reasonCode:CodeableConcept reasonReference:Reference insurance:Reference* "
    "note:Annotation* relevantHistory:Reference* restriction:@Task.restriction "
    "input:@Task.input* output:@Task.output*" },
  { "Task.restriction", "repetitions:positiveInt period:Period recipient:Reference*" },
  { "Task.input", "type!:CodeableConcept value[x]!:" ANY_TYPE },
  { "Task.output", "type!:CodeableConcept value[x]!:" ANY_TYPE },
  { NULL, NULL },
};
// clang-format on
