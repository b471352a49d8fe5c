/* omc-sync-plan.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-plan.h"

/* Usable within seconds: the ward list, allergies, alerts and active medication before history (design/sync.md). */
static const char *const clinical_order[] = {
  "Organization",
  "Location",
  "Practitioner",
  "PractitionerRole",
  "Patient",
  "RelatedPerson",
  "Encounter",
  "AllergyIntolerance",
  "Flag",
  "Medication",
  "MedicationRequest",
  "MedicationStatement",
  "Observation",
  "MedicationAdministration",
  "Condition",
  "CareTeam",
  "CarePlan",
  "Goal",
  "Task",
  "ServiceRequest",
  "Procedure",
  "Immunization",
  "Device",
  "DiagnosticReport",
  "DocumentReference",
  NULL,
};

guint
omc_sync_plan_type_rank (const char *type)
{
  guint rank = 0;

  g_return_val_if_fail (type != NULL, 0);

  while (clinical_order[rank] != NULL && !g_str_equal (clinical_order[rank], type))
    rank++;
  return rank;
}

const char *const *
omc_sync_plan_list_types (void)
{
  return clinical_order;
}

/* --- ordering by reference: Tarjan's strongly connected components --- */
typedef struct
{
  OmcPlanItem *item;
  GArray *targets; /* (owned): guint, nodes that must have an id before */
  guint index;     /* 0: not visited */
  guint low;
  guint component;
  gboolean on_stack;
  gboolean stuck;
} Node;

typedef struct
{
  GArray *nodes;         /* Node */
  GHashTable *by_key;    /* "Type/local-id" -> node + 1 */
  GArray *stack;         /* guint */
  GPtrArray *components; /* (element-type GArray of guint): targets before what needs them */
  guint next_index;
} Graph;

static void
clear_node (gpointer data)
{
  Node *node = data;

  g_clear_pointer (&node->targets, g_array_unref);
}

static Node *
get_node (Graph *graph, guint i)
{
  return &g_array_index (graph->nodes, Node, i);
}

/* Recursion is as deep as a chain of new resources, at most one take of the queue. */
static void
visit (Graph *graph, guint i)
{
  Node *node = get_node (graph, i);
  GArray *component;
  guint member;

  node->index = node->low = ++graph->next_index;
  node->on_stack = TRUE;
  g_array_append_val (graph->stack, i);

  for (guint t = 0; t < node->targets->len; t++)
    {
      guint target = g_array_index (node->targets, guint, t);

      if (get_node (graph, target)->index == 0)
        {
          visit (graph, target);
          node->low = MIN (node->low, get_node (graph, target)->low);
        }
      else if (get_node (graph, target)->on_stack)
        node->low = MIN (node->low, get_node (graph, target)->index);
    }

  if (node->low != node->index)
    return;
  component = g_array_new (FALSE, FALSE, sizeof (guint));
  do
    {
      member = g_array_index (graph->stack, guint, graph->stack->len - 1);
      g_array_set_size (graph->stack, graph->stack->len - 1);
      get_node (graph, member)->on_stack = FALSE;
      get_node (graph, member)->component = graph->components->len;
      g_array_append_val (component, member);
    }
  while (member != i);
  g_ptr_array_add (graph->components, component);
}

/* A second item of the same resource waits for the next plan: one request never holds two states of one thing. */
static void
add_nodes (Graph *graph, GPtrArray *items, GPtrArray *later)
{
  for (guint i = 0; i < items->len; i++)
    {
      OmcPlanItem *item = g_ptr_array_index (items, i);
      g_autofree char *key =
          g_strconcat (item->item->resource_type, "/", item->item->resource_id, NULL);
      Node node = { .item = item, .targets = g_array_new (FALSE, FALSE, sizeof (guint)) };

      if (g_hash_table_contains (graph->by_key, key))
        {
          g_array_unref (node.targets);
          g_ptr_array_add (later, omc_plan_item_ref (item));
          continue;
        }
      g_array_append_val (graph->nodes, node);
      g_hash_table_insert (graph->by_key, g_steal_pointer (&key),
                           GUINT_TO_POINTER (graph->nodes->len));
    }
}

static void
add_edges (Graph *graph)
{
  for (guint i = 0; i < graph->nodes->len; i++)
    {
      Node *node = get_node (graph, i);

      for (guint u = 0; u < node->item->unsent->len; u++)
        {
          guint target = GPOINTER_TO_UINT (
              g_hash_table_lookup (graph->by_key, g_ptr_array_index (node->item->unsent, u)));

          if (target == 0 ||
              get_node (graph, target - 1)->item->item->operation != OMC_OPERATION_CREATE)
            node->stuck = TRUE;
          else
            {
              target--;
              g_array_append_val (node->targets, target);
            }
        }
    }
}

static void
graph_clear (Graph *graph)
{
  g_array_unref (graph->nodes);
  g_hash_table_unref (graph->by_key);
  g_array_unref (graph->stack);
  g_ptr_array_unref (graph->components);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Graph, graph_clear)

/* --- from components to requests --- */
typedef enum
{
  GROUP_READY,
  GROUP_LATER,
  GROUP_STUCK,
} GroupState;

static GroupState
judge_component (Graph *graph, guint c)
{
  const GArray *members = g_ptr_array_index (graph->components, c);
  GroupState state = GROUP_READY;

  for (guint m = 0; m < members->len; m++)
    {
      Node *node = get_node (graph, g_array_index (members, guint, m));

      if (node->stuck)
        return GROUP_STUCK;
      for (guint t = 0; t < node->targets->len; t++)
        {
          Node *target = get_node (graph, g_array_index (node->targets, guint, t));

          if (target->component == c)
            continue;
          if (target->stuck)
            return GROUP_STUCK;
          state = GROUP_LATER;
        }
    }

  return state;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const OmcPlanItem *left = *(OmcPlanItem *const *)a;
  const OmcPlanItem *right = *(OmcPlanItem *const *)b;
  gboolean left_deletes = left->item->operation == OMC_OPERATION_DELETE;
  gboolean right_deletes = right->item->operation == OMC_OPERATION_DELETE;
  guint left_rank = omc_sync_plan_type_rank (left->item->resource_type);
  guint right_rank = omc_sync_plan_type_rank (right->item->resource_type);

  if (left_deletes != right_deletes)
    return left_deletes ? 1 : -1;
  /* What fails again and again lets all else go first. */
  if ((left->item->attempts >= 2) != (right->item->attempts >= 2))
    return left->item->attempts >= 2 ? 1 : -1;
  if (left->item->priority != right->item->priority)
    return left->item->priority < right->item->priority ? -1 : 1;
  /* Deletes go against the order of references: the Observation before its Patient. */
  if (left_rank != right_rank)
    return (left_rank < right_rank) != left_deletes ? -1 : 1;
  if (left->item->created_us != right->item->created_us)
    return left->item->created_us < right->item->created_us ? -1 : 1;
  return left->item->id < right->item->id ? -1 : left->item->id > right->item->id;
}

static OmcPlanRequest *
add_request (OmcSyncPlan *plan, gboolean transaction)
{
  OmcPlanRequest *request = g_new0 (OmcPlanRequest, 1);

  request->items = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_plan_item_unref);
  request->transaction = transaction;
  g_ptr_array_add (plan->requests, request);
  return request;
}

/* What failed before travels in smaller company, at last alone, so that one bad item cannot hold up the others. */
static guint
max_company (const OmcPlanItem *item, const OmcServerProfile *profile)
{
  if (!profile->batch || item->item->operation == OMC_OPERATION_DELETE || item->item->attempts >= 2)
    return 1;
  /* Such a create must first be looked for. */
  if (item->item->operation == OMC_OPERATION_CREATE && item->item->attempts > 0 &&
      !item->conditional)
    return 1;
  /* So must an update of a version that is not known. */
  if (item->item->operation == OMC_OPERATION_UPDATE && item->item->base_version == NULL)
    return 1;
  return item->item->attempts == 1 ? MAX (profile->max_entries / 8, 1) : profile->max_entries;
}

static void
fill_requests (OmcSyncPlan *plan, GPtrArray *ready, const OmcServerProfile *profile)
{
  OmcPlanRequest *request = NULL;
  guint room = 0;
  gsize bytes = 0;

  g_ptr_array_sort (ready, compare_items);
  for (guint i = 0; i < ready->len; i++)
    {
      OmcPlanItem *item = g_ptr_array_index (ready, i);
      guint company = max_company (item, profile);

      if (request == NULL || request->items->len >= MIN (room, company) ||
          bytes + item->size > profile->max_bytes)
        {
          request = add_request (plan, FALSE);
          room = company;
          bytes = 0;
        }
      g_ptr_array_add (request->items, omc_plan_item_ref (item));
      room = MIN (room, company);
      bytes += item->size;
    }
}

static void
sort_components (OmcSyncPlan *plan, Graph *graph, GPtrArray *ready)
{
  for (guint c = 0; c < graph->components->len; c++)
    {
      const GArray *members = g_ptr_array_index (graph->components, c);
      GroupState state = judge_component (graph, c);
      OmcPlanRequest *circle = NULL;
      Node *first = get_node (graph, g_array_index (members, guint, 0));
      gboolean is_circle = members->len > 1 || first->targets->len > 0;

      if (state == GROUP_READY && is_circle)
        circle = add_request (plan, TRUE);
      for (guint m = 0; m < members->len; m++)
        {
          Node *node = get_node (graph, g_array_index (members, guint, m));

          node->stuck = state == GROUP_STUCK;
          if (state == GROUP_STUCK)
            g_ptr_array_add (plan->stuck, omc_plan_item_ref (node->item));
          else if (state == GROUP_LATER)
            g_ptr_array_add (plan->later, omc_plan_item_ref (node->item));
          else
            g_ptr_array_add (circle != NULL ? circle->items : ready,
                             omc_plan_item_ref (node->item));
        }
    }
}

OmcSyncPlan *
omc_sync_plan_new (GPtrArray *items, const OmcServerProfile *profile)
{
  g_autoptr (GPtrArray) ready =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_plan_item_unref);
  g_auto (Graph) graph = { 0 };
  OmcSyncPlan *plan;

  g_return_val_if_fail (items != NULL && profile != NULL, NULL);

  plan = g_new0 (OmcSyncPlan, 1);
  plan->requests = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_plan_request_free);
  plan->later = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_plan_item_unref);
  plan->stuck = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_plan_item_unref);

  graph.nodes = g_array_new (FALSE, TRUE, sizeof (Node));
  g_array_set_clear_func (graph.nodes, clear_node);
  graph.by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  graph.stack = g_array_new (FALSE, FALSE, sizeof (guint));
  graph.components = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);

  add_nodes (&graph, items, plan->later);
  add_edges (&graph);
  for (guint i = 0; i < graph.nodes->len; i++)
    {
      if (get_node (&graph, i)->index == 0)
        visit (&graph, i);
    }
  sort_components (plan, &graph, ready);
  fill_requests (plan, ready, profile);
  return plan;
}

void
omc_plan_request_free (OmcPlanRequest *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->items);
  g_free (self);
}

void
omc_sync_plan_free (OmcSyncPlan *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->requests);
  g_ptr_array_unref (self->later);
  g_ptr_array_unref (self->stuck);
  g_free (self);
}
