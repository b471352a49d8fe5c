#!/bin/sh
# Runs a command in a desktop session of its own: a virtual display with a window manager (GTK asks for one anew in each
# frame where there is none), a session bus, accessibility, no animations. Everything that it started ends with the command.
#   session.sh [--wayland] [--size WxH] [--text PERCENT] [--rtl] [--dark] [--kiosk] CMD...
# The display is X11, or Wayland in the kiosk's own compositor, where --text has no meaning.
set -eu
size=1280x800 text=100 rtl= wayland=
while :; do
  case ${1:-} in
    --size) size=$2; shift 2 ;;
    --text) text=$2; shift 2 ;;
    --rtl) rtl=1; shift ;;
    --wayland) wayland=1; shift ;;
    --dark) ADW_DEBUG_COLOR_SCHEME=prefer-dark; export ADW_DEBUG_COLOR_SCHEME; shift ;;
    --kiosk) OMNICARE_GALLERY_OPTION=--kiosk; export OMNICARE_GALLERY_OPTION; shift ;;
    *) break ;;
  esac
done
needs='Xvfb openbox dbus-run-session'
[ -z "$wayland" ] || needs='cage dbus-run-session grim wlr-randr wtype'
for program in $needs; do
  command -v "$program" >/dev/null || { echo "session.sh: needs $needs" >&2; exit 77; }
done
dir=$(mktemp -d)
xvfb=
trap '[ -z "$xvfb" ] || { kill $xvfb; wait $xvfb || :; } 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
number=
if [ -z "$wayland" ]; then
  mkfifo "$dir/display"
  Xvfb -displayfd 9 -screen 0 "${size}x24" -nolisten tcp -noreset 9>"$dir/display" >"$dir/xvfb.log" 2>&1 &
  xvfb=$!
  read -r number <"$dir/display" || :
  [ -n "$number" ] || { cat "$dir/xvfb.log" >&2; exit 1; }
fi
mkdir -p "$dir/config/gtk-4.0" "$dir/runtime" "$dir/data"
chmod 700 "$dir/runtime"
cat >"$dir/config/gtk-4.0/settings.ini" <<'INI'
[Settings]
gtk-cursor-blink=false
gtk-enable-animations=false
gtk-font-name=Cantarell 11
INI
[ "$text" = 100 ] || DISPLAY=:$number xprop -root -f RESOURCE_MANAGER 8s -set RESOURCE_MANAGER "Xft.dpi: $((96 * text / 100))"
# The direction follows the name of the locale; what is in it is that of C, so that texts stay the same.
if [ -n "$rtl" ]; then
  mkdir "$dir/locale"
  cp -r /usr/lib/locale/C.utf8 "$dir/locale/ar_EG.UTF-8"
  LOCPATH=$dir/locale LC_ALL=ar_EG.UTF-8
  export LOCPATH LC_ALL
fi
export OMNICARE_DISPLAY_SIZE=$size GSETTINGS_BACKEND=memory GSK_RENDERER="${GSK_RENDERER:-cairo}" NO_AT_BRIDGE=0 GDK_DEBUG=no-portals \
  XDG_CONFIG_HOME="$dir/config" XDG_RUNTIME_DIR="$dir/runtime" XDG_DATA_HOME="$dir/data"
status=0
# What services of the session say goes to the error output: the other is the command's own.
if [ -n "$wayland" ]; then
  unset DISPLAY
  WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 GDK_BACKEND=wayland \
    dbus-run-session -- cage -d -- sh -c 'wlr-randr --output HEADLESS-1 --custom-mode "$OMNICARE_DISPLAY_SIZE" && exec "$@" >&3 3>&-' \
    sh "$@" 3>&1 >&2 || status=$?
else
  # It binds no key and no button: all of them are the program's.
  echo '<openbox_config xmlns="http://openbox.org/3.4/rc"><keyboard/><mouse/></openbox_config>' >"$dir/openbox.xml"
  DISPLAY=:$number openbox --sm-disable --config-file "$dir/openbox.xml" >"$dir/openbox.log" 2>&1 &
  until DISPLAY=:$number xprop -root _NET_SUPPORTING_WM_CHECK 2>&1 | grep -q 'window id'; do
    kill -0 $! 2>/dev/null || { cat "$dir/openbox.log" >&2; exit 1; }
    sleep 0.02
  done
  DISPLAY=:$number GDK_BACKEND=x11 dbus-run-session -- sh -c 'exec "$@" >&3 3>&-' sh "$@" 3>&1 >&2 || status=$?
fi
exit $status
