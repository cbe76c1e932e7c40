# Sourced by the findings about Debian's packages, which are its arguments (NAME=VERSION): unpacks them in a temporary
# folder and runs the finding again with that folder over /usr, in namespaces of its own. Needs root, apt-get and unshare;
# what of the packages is installed already is neither used nor touched, but for the libraries below them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${FINDING_WORK:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "run it as root: it needs namespaces and a mount of its own"; exit 2; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work/debs/partial" "$work/root/usr"
  apt-get install -y --no-install-recommends --download-only --reinstall \
    -o Dir::Cache::archives="$work/debs" -o Debug::NoLocking=1 -o APT::Sandbox::User=root "$@" >"$work/apt" 2>&1 ||
    { cat "$work/apt"; exit 1; }
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
  FINDING_WORK=$work unshare --mount --pid --fork --kill-child --mount-proc bash "$0"
  exit
fi
mount -t overlay overlay -o lowerdir="$FINDING_WORK/root/usr":/usr /usr
cd "$FINDING_WORK"

# same WHAT EXPECTED SEEN: says what was seen, and ends the finding where it is not as expected.
same() {
  if [ "$2" != "$3" ]; then
    printf 'changed: %s\n  expected: %s\n  seen:     %s\n' "$1" "$2" "$3"
    exit 1
  fi
  printf '%s: %s\n' "$1" "${3:-nothing}"
}

# until_it COMMAND…: waits until the command succeeds, for at most 30 seconds.
until_it() {
  for _ in $(seq 150); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
  echo "waited in vain: $*"
  exit 1
}
