#!/bin/sh
# A browser for the tests that look at the report's page (WARMLINE_TEST_BROWSER=1): Debian's chromium. Without apt, or without the right to
# install, it says that those tests are skipped, and that is no error.
set -eu
if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "browser: no chromium, and no apt-get to install it with; the tests in a browser are skipped" >&2
    exit 0
fi
echo "== chromium (Debian package, for the tests in a browser)" >&2
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 ||
    echo "browser: chromium could not be installed; the tests in a browser are skipped" >&2
