#!/bin/sh
# Pins and hashes requirements/*.in into *.txt for every platform and Python from 3.11 on, without naming a registry.
# `lock.sh --upgrade` also takes newer versions.
set -eu
cd "$(dirname "$0")/../requirements"
if ! ../var/lock/bin/uv --version >/dev/null 2>&1; then
    "${PYTHON:-python3}" -m venv ../var/lock
    ../var/lock/bin/pip install --quiet --disable-pip-version-check "uv>=0.9"
fi
compile() {
    ../var/lock/bin/uv pip compile --quiet --no-emit-index-url --generate-hashes --no-header \
        --python-version 3.11 --universal "$@"
}
compile develop.in -o develop.txt "$@"
compile run.in -c develop.txt -o run.txt "$@"
