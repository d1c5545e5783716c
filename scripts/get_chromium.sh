#!/bin/sh
# Prints the path of a Chromium: CHROMIUM, one on PATH, or Debian's package, installed where we may.
# Without one it says so loudly; under CI=true that is a failure.
set -eu

search() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

if [ -n "${CHROMIUM:-}" ]; then
    [ -x "$CHROMIUM" ] && { printf '%s\n' "$CHROMIUM"; exit 0; }
    echo "CHROMIUM=$CHROMIUM is not a program." >&2
    exit 1
fi
search && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's chromium for the browser tests…" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } </dev/null >/dev/null || true
    search && exit 0
fi
cat >&2 <<'TEXT'
############################################################################
#  NO CHROMIUM: the browser tests cannot run.                              #
#  Install one (Debian: apt-get install chromium) or name it: CHROMIUM=…   #
############################################################################
TEXT
[ "${CI:-}" != true ]
