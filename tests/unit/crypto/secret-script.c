/* secret-script.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <gio/gunixfdlist.h>

#include "secret-script.h"

#define SERVICE_PATH "/org/freedesktop/secrets"
#define COLLECTION_PATH SERVICE_PATH "/collection/login"
#define ITEM_PATH COLLECTION_PATH "/1"
#define SESSION_PATH SERVICE_PATH "/session/1"
#define PROMPT_PATH SERVICE_PATH "/prompt/1"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

static const char SERVICE_XML[] =
    "<node>"
    "<interface name='org.freedesktop.Secret.Service'>"
    "<method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
    "<arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
    "<method name='SearchItems'><arg type='a{ss}' direction='in'/>"
    "<arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
    "<method name='ReadAlias'><arg type='s' direction='in'/><arg type='o' "
    "direction='out'/></method>"
    "<property name='Collections' type='ao' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Collection'>"
    "<method name='CreateItem'><arg type='a{sv}' direction='in'/><arg type='(oayays)' "
    "direction='in'/><arg type='b' direction='in'/><arg type='o' direction='out'/>"
    "<arg type='o' direction='out'/></method>"
    "<property name='Items' type='ao' access='read'/><property name='Label' type='s' "
    "access='read'/>"
    "<property name='Locked' type='b' access='read'/><property name='Created' type='t' "
    "access='read'/>"
    "<property name='Modified' type='t' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Item'>"
    "<method name='GetSecret'><arg type='o' direction='in'/>"
    "<arg type='(oayays)' direction='out'/></method>"
    "<property name='Attributes' type='a{ss}' access='read'/>"
    "<property name='Label' type='s' access='read'/><property name='Type' type='s' access='read'/>"
    "<property name='Locked' type='b' access='read'/><property name='Created' type='t' "
    "access='read'/>"
    "<property name='Modified' type='t' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Prompt'>"
    "<method name='Prompt'><arg type='s' direction='in'/></method><method name='Dismiss'/>"
    "</interface>"
    "</node>";

static const char PORTAL_XML[] =
    "<node><interface name='org.freedesktop.portal.Secret'>"
    "<method name='RetrieveSecret'><arg type='h' direction='in'/><arg type='a{sv}' "
    "direction='in'/><arg type='o' direction='out'/></method>"
    "<property name='version' type='u' access='read'/>"
    "</interface></node>";

/* TRUE: nothing more is to be done. */
static gboolean
go_wrong (const SecretScript *script, const char *method, GDBusMethodInvocation *invocation)
{
  if (g_strcmp0 (script->dies_at, method) == 0)
    _exit (0);
  if (g_strcmp0 (script->silent_at, "*") == 0 || g_strcmp0 (script->silent_at, method) == 0)
    return TRUE;
  if (g_strcmp0 (script->garbage_at, method) == 0)
    {
      g_autoptr (GDBusMessage) reply =
          g_dbus_message_new_method_reply (g_dbus_method_invocation_get_message (invocation));

      g_dbus_message_set_body (reply, g_variant_new ("(sx)", "\xf0\x9f\xa6\xa0", G_MININT64));
      g_dbus_connection_send_message (g_dbus_method_invocation_get_connection (invocation), reply,
                                      G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
      g_object_unref (invocation);
      return TRUE;
    }
  return FALSE;
}

static GVariant *
make_secret (const SecretScript *script)
{
  const char *text = script->secret != NULL ? script->secret : g_getenv ("OMC_SCRIPT_SECRET");
  GVariantBuilder bytes;

  g_variant_builder_init (&bytes, G_VARIANT_TYPE ("ay"));
  /* The right one is given in hexadecimal. */
  for (gsize i = 0; script->secret == NULL && text != NULL && text[i] != '\0'; i += 2)
    g_variant_builder_add (
        &bytes, "y", g_ascii_xdigit_value (text[i]) << 4 | g_ascii_xdigit_value (text[i + 1]));
  for (gsize i = 0; script->secret != NULL && text[i] != '\0'; i++)
    g_variant_builder_add (&bytes, "y", text[i]);
  return g_variant_new ("((o@ayays))", SESSION_PATH,
                        g_variant_new_array (G_VARIANT_TYPE_BYTE, NULL, 0), &bytes,
                        "application/octet-stream");
}

static GVariant *
answer (const SecretScript *script, const char *method)
{
  const char *const item[] = { ITEM_PATH, NULL };
  const char *const none[] = { NULL };

  if (g_str_equal (method, "SearchItems"))
    return g_variant_new ("(^ao^ao)", script->empty || script->locked ? none : item,
                          script->locked ? item : none);
  if (g_str_equal (method, "ReadAlias"))
    return g_variant_new ("(o)", COLLECTION_PATH);
  if (g_str_equal (method, "OpenSession"))
    return g_variant_new ("(vo)", g_variant_new_string (""), SESSION_PATH);
  if (g_str_equal (method, "GetSecret"))
    return make_secret (script);
  if (g_str_equal (method, "CreateItem"))
    return g_variant_new ("(oo)", "/", PROMPT_PATH);
  return NULL;
}

static void
called_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *parameters,
           GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  const SecretScript *script = user_data;
  const char *algorithm = NULL;

  if (go_wrong (script, method, invocation))
    return;
  if (g_str_equal (method, "OpenSession"))
    g_variant_get_child (parameters, 0, "&s", &algorithm);
  if (algorithm != NULL && !g_str_equal (algorithm, "plain"))
    g_dbus_method_invocation_return_dbus_error (
        invocation, "org.freedesktop.DBus.Error.NotSupported", "plain only");
  else
    g_dbus_method_invocation_return_value (invocation, answer (script, method));
}

static GVariant *
property_cb (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *name,
             GError **error,
             gpointer user_data)
{
  const SecretScript *script = user_data;
  const char *const collections[] = { COLLECTION_PATH, NULL };
  const char *const none[] = { NULL };

  if (g_str_equal (name, "Collections"))
    return g_variant_new_objv (collections, -1);
  if (g_str_equal (name, "Items"))
    return g_variant_new_objv (none, -1);
  if (g_str_equal (name, "Attributes"))
    return g_variant_new_parsed ("{'xdg:schema': 'org.omnicare.OmniCare.Store'}");
  if (g_str_equal (name, "Locked"))
    return g_variant_new_boolean (script->locked && g_str_equal (path, ITEM_PATH));
  if (g_str_equal (name, "Created") || g_str_equal (name, "Modified"))
    return g_variant_new_uint64 (0);
  if (g_str_equal (name, "version"))
    return g_variant_new_uint32 (1);
  return g_variant_new_string ("");
}

static int
serve (const char *xml,
       const char *const *paths,
       const char *name,
       GDBusInterfaceMethodCallFunc called,
       const SecretScript *script)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  const GDBusInterfaceVTable vtable = { .method_call = called, .get_property = property_cb };

  g_assert_nonnull (bus);
  for (guint i = 0; node->interfaces[i] != NULL; i++)
    g_assert_cmpuint (g_dbus_connection_register_object (bus, paths[i], node->interfaces[i],
                                                         &vtable, (gpointer)script, NULL, NULL),
                      >, 0);
  g_bus_own_name_on_connection (bus, name, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  g_main_loop_run (loop);
  return 0;
}

int
secret_script_serve (const SecretScript *script)
{
  static const char *const paths[] = { SERVICE_PATH, COLLECTION_PATH, ITEM_PATH, PROMPT_PATH };

  return serve (SERVICE_XML, paths, "org.freedesktop.secrets", called_cb, script);
}

/* --- the portal --- */

/* Of the length that libsecret wants, unless the script has one of its own. */
static void
write_master (const SecretScript *script, GDBusMethodInvocation *invocation, int index)
{
  static const char usual[] = "the secret of the application, sixty-four bytes long, as it is!!";
  GUnixFDList *list =
      g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  const char *text = script->secret != NULL ? script->secret : usual;
  int fd = g_unix_fd_list_get (list, index, NULL);

  g_assert_cmpint (write (fd, text, strlen (text)), ==, (gssize)strlen (text));
  close (fd);
}

static void
portal_called_cb (GDBusConnection *bus,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *method,
                  GVariant *parameters,
                  GDBusMethodInvocation *invocation,
                  gpointer user_data)
{
  const SecretScript *script = user_data;
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 1);
  g_autofree char *who = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autofree char *handle = NULL;
  const char *token = "";
  int index;

  if (go_wrong (script, method, invocation))
    return;
  g_variant_get_child (parameters, 0, "h", &index);
  g_variant_lookup (options, "handle_token", "&s", &token);
  handle = g_strdup_printf (PORTAL_PATH "/request/%s/%s", who, token);
  if (script->response == 0 && !script->no_response)
    write_master (script, invocation, index);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", handle));
  if (!script->no_response)
    g_dbus_connection_emit_signal (bus, sender, handle, "org.freedesktop.portal.Request",
                                   "Response", g_variant_new ("(ua{sv})", script->response, NULL),
                                   NULL);
}

int
portal_script_serve (const SecretScript *script)
{
  static const char *const paths[] = { PORTAL_PATH };

  return serve (PORTAL_XML, paths, "org.freedesktop.portal.Desktop", portal_called_cb, script);
}
