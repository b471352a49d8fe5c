#!/bin/sh
# Runs a command in a desktop session of its own: a virtual display, a session bus, accessibility, no
# animations. Everything that it started ends with the command.
#   session.sh [--size WxH] CMD...
set -eu
size=1280x800
if [ "${1:-}" = --size ]; then size=$2; shift 2; fi
command -v Xvfb >/dev/null && command -v dbus-run-session >/dev/null || {
  echo "session.sh: needs Xvfb and dbus-run-session" >&2
  exit 77
}
dir=$(mktemp -d)
mkfifo "$dir/display"
Xvfb -displayfd 9 -screen 0 "${size}x24" -nolisten tcp -noreset 9>"$dir/display" >"$dir/xvfb.log" 2>&1 &
xvfb=$!
trap 'kill $xvfb 2>/dev/null || :; wait $xvfb 2>/dev/null || :; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
number=
read -r number <"$dir/display" || :
[ -n "$number" ] || { cat "$dir/xvfb.log" >&2; exit 1; }
mkdir -p "$dir/config/gtk-4.0" "$dir/runtime" "$dir/data"
chmod 700 "$dir/runtime"
cat >"$dir/config/gtk-4.0/settings.ini" <<'INI'
[Settings]
gtk-cursor-blink=false
gtk-enable-animations=false
gtk-font-name=Cantarell 11
INI
status=0
DISPLAY=:$number GDK_BACKEND=x11 GSETTINGS_BACKEND=memory GSK_RENDERER="${GSK_RENDERER:-cairo}" NO_AT_BRIDGE=0 \
  XDG_CONFIG_HOME=$dir/config XDG_RUNTIME_DIR=$dir/runtime XDG_DATA_HOME=$dir/data GDK_DEBUG=no-portals \
  dbus-run-session -- "$@" || status=$?
exit $status
