/* test-sandbox-patch.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-resource.h"
#include "omc-sandbox-patch.h"

/* After appendix A of RFC 6902, and what goes wrong around it. NULL: refused. */
static const struct
{
  const char *name;
  const char *document;
  const char *patch;
  const char *result;
} vectors[] = {
  { "add a member", "{'foo':'bar'}", "[{'op':'add','path':'/baz','value':'qux'}]",
    "{'foo':'bar','baz':'qux'}" },
  { "add an element", "{'foo':['bar','baz']}", "[{'op':'add','path':'/foo/1','value':'qux'}]",
    "{'foo':['bar','qux','baz']}" },
  { "append", "{'foo':['bar']}", "[{'op':'add','path':'/foo/-','value':['abc']}]",
    "{'foo':['bar',['abc']]}" },
  { "add at the end by number", "{'foo':['bar']}", "[{'op':'add','path':'/foo/1','value':1}]",
    "{'foo':['bar',1]}" },
  { "add beyond the end", "{'foo':['bar']}", "[{'op':'add','path':'/foo/2','value':1}]", NULL },
  { "append to what is absent", "{}", "[{'op':'add','path':'/telecom/-','value':1}]", NULL },
  { "add replaces a member", "{'a':1}", "[{'op':'add','path':'/a','value':2}]", "{'a':2}" },
  { "add to nowhere", "{'foo':'bar'}", "[{'op':'add','path':'/baz/bat','value':'qux'}]", NULL },
  { "remove a member", "{'baz':'qux','foo':'bar'}", "[{'op':'remove','path':'/baz'}]",
    "{'foo':'bar'}" },
  { "remove an element", "{'foo':['a','b','c']}", "[{'op':'remove','path':'/foo/1'}]",
    "{'foo':['a','c']}" },
  { "remove the absent", "{'foo':1}", "[{'op':'remove','path':'/bar'}]", NULL },
  { "replace", "{'a':{'b':1}}", "[{'op':'replace','path':'/a/b','value':2}]", "{'a':{'b':2}}" },
  { "replace an element", "{'a':[1,2,3]}", "[{'op':'replace','path':'/a/0','value':9}]",
    "{'a':[9,2,3]}" },
  { "replace the absent", "{'a':1}", "[{'op':'replace','path':'/b','value':2}]", NULL },
  { "replace the whole", "{'a':1}", "[{'op':'replace','path':'','value':{'b':2}}]", "{'b':2}" },
  { "remove the whole", "{'a':1}", "[{'op':'remove','path':''}]", NULL },
  { "move a member", "{'foo':{'bar':'baz','waldo':'fred'},'qux':{}}",
    "[{'op':'move','from':'/foo/waldo','path':'/qux/thud'}]",
    "{'foo':{'bar':'baz'},'qux':{'thud':'fred'}}" },
  { "move an element", "{'foo':['all','grass','cows','eat']}",
    "[{'op':'move','from':'/foo/1','path':'/foo/3'}]", "{'foo':['all','cows','eat','grass']}" },
  { "move into itself", "{'a':{'b':1}}", "[{'op':'move','from':'/a','path':'/a/b'}]", NULL },
  { "move onto itself", "{'a':1}", "[{'op':'move','from':'/a','path':'/a'}]", "{'a':1}" },
  { "copy", "{'a':[1]}", "[{'op':'copy','from':'/a/0','path':'/b'}]", "{'a':[1],'b':1}" },
  { "test holds", "{'a':['x',2]}", "[{'op':'test','path':'/a','value':['x',2]}]", "{'a':['x',2]}" },
  { "test by value of a number", "{'a':37.0}", "[{'op':'test','path':'/a','value':37}]",
    "{'a':37.0}" },
  { "test in any order of members", "{'a':{'x':1,'y':2}}",
    "[{'op':'test','path':'/a','value':{'y':2,'x':1}}]", "{'a':{'x':1,'y':2}}" },
  { "test fails", "{'a':'x'}", "[{'op':'test','path':'/a','value':'y'}]", NULL },
  { "test of another kind", "{'a':'1'}", "[{'op':'test','path':'/a','value':1}]", NULL },
  { "a null can be tested", "{'a':null}", "[{'op':'test','path':'/a','value':null}]",
    "{'a':null}" },
  { "escapes", "{'~1':10,'a/b':1}",
    "[{'op':'test','path':'/~01','value':10},{'op':'remove','path':'/a~1b'}]", "{'~1':10}" },
  { "bad escape", "{'a':1}", "[{'op':'remove','path':'/a~2'}]", NULL },
  { "leading zero", "{'a':[1,2]}", "[{'op':'remove','path':'/a/01'}]", NULL },
  { "no pointer", "{'a':1}", "[{'op':'remove','path':'a'}]", NULL },
  { "unknown op", "{'a':1}", "[{'op':'spin','path':'/a','value':1}]", NULL },
  { "missing value", "{'a':1}", "[{'op':'add','path':'/b'}]", NULL },
  { "missing path", "{'a':1}", "[{'op':'remove'}]", NULL },
  { "not an array", "{'a':1}", "{'op':'remove','path':'/a'}", NULL },
  { "all or nothing", "{'a':1}",
    "[{'op':'replace','path':'/a','value':2},{'op':'test','path':'/a','value':1}]", NULL },
  { "into a text", "{'a':'text'}", "[{'op':'add','path':'/a/b','value':1}]", NULL },
  { "decimals keep their text", "{'a':1}", "[{'op':'add','path':'/b','value':98.60}]",
    "{'a':1,'b':98.60}" },
};

static OmcJson *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  OmcJson *document = omc_json_parse (json, -1, &error);

  g_assert_no_error (error);
  return document;
}

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (OmcJson) document = parse (vectors[i].document);
      g_autoptr (OmcJson) patch = parse (vectors[i].patch);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcJson) result =
          omc_sandbox_patch_apply (document, omc_json_get_root (patch), &error);
      g_autoptr (OmcJson) expected = vectors[i].result != NULL ? parse (vectors[i].result) : NULL;

      g_test_message ("%s", vectors[i].name);
      if (expected == NULL)
        {
          g_assert_null (result);
          g_assert_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED);
        }
      else
        {
          g_assert_no_error (error);
          g_assert_true (
              omc_json_value_identical (omc_json_get_root (result), omc_json_get_root (expected)));
        }
    }
}

/* A document that grows deeper with each operation must be stopped before code that recurses is not. */
static void
test_growth_is_bounded (void)
{
  g_autoptr (OmcJson) document = parse ("{'a':{'b':{'c':1}}}");
  g_autoptr (GString) text = g_string_new ("[");
  g_autoptr (OmcJson) patch = NULL;
  g_autoptr (OmcJson) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 200; i++)
    g_string_append (text, i > 0 ? ",{'op':'copy','from':'/a','path':'/a/b/c'}"
                                 : "{'op':'copy','from':'/a','path':'/a/b/c'}");
  g_string_append_c (text, ']');
  patch = parse (text->str);
  result = omc_sandbox_patch_apply (document, omc_json_get_root (patch), &error);
  g_assert_null (result);
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/patch/follows-rfc-6902", test_vectors);
  g_test_add_func ("/sandbox/patch/growth-is-bounded", test_growth_is_bounded);
  return g_test_run ();
}
