#!/bin/sh
# Makes .venv and installs the pinned, hashed requirements: `environment.sh run` or `environment.sh develop`.
# A stamp holds the checksum of the list that was installed, so a second call is instant.
set -eu
cd "$(dirname "$0")/.."
list=$1

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    say "Python 3.11 or newer is needed, and none was found on PATH. Name one with PYTHON=/path/to/python3."
    exit 1
}

make_environment() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "$python cannot make a virtual environment: its venv module is not complete."
        say "On Debian and Ubuntu install it with: apt-get install python3-venv (then run this again)."
        exit 1
    fi
    say "Making a virtual environment in .venv with $("$python" --version)…"
    "$python" -m venv .venv
}

.venv/bin/python -c '' 2>/dev/null || { rm -rf .venv; make_environment; }

checksum() { cksum < "requirements/$1.txt"; }
installed() { [ -f ".venv/installed-$1" ] && [ "$(cat ".venv/installed-$1")" = "$(checksum "$1")" ]; }

if ! installed "$list"; then
    say "Installing requirements/$list.txt…"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes -r "requirements/$list.txt"
    checksum "$list" > ".venv/installed-$list"
    # develop.txt contains all of run.txt, in the same versions.
    [ "$list" = run ] || checksum run > .venv/installed-run
fi
