#!/bin/sh
# Make $VENV with the locked dependencies and this project, saying what happens. Needs Python 3.11 or newer.
set -eu
PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "setup: $("$PYTHON" --version) is too old; Python 3.11 or newer is needed (make PYTHON=python3.12 …)" >&2
    exit 3
}

make_venv() {
    "$PYTHON" -m venv --clear "$VENV" >/dev/null 2>&1
}

echo "== $VENV ($("$PYTHON" --version))" >&2
if ! make_venv; then
    # Debian keeps the venv module in a package of its own
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        echo "== python3-venv (Debian package)" >&2
        { apt-get update -qq && apt-get install -y -qq python3-venv; } >/dev/null 2>&1 || true
    fi
    make_venv || {
        echo "setup: $PYTHON cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2
        exit 3
    }
fi
echo "== locked dependencies (requirements.lock)" >&2
"$VENV/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
echo "== warmline, editable" >&2
"$VENV/bin/python" -m pip install -q --disable-pip-version-check --no-deps --editable .
