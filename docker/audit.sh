#!/usr/bin/env bash
# Asks whether a locked package has a known vulnerability: pip-audit, in a virtual environment of its own under var/.
# What cannot be reached is reported and fails nothing, unless AUDIT=required.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
lock=docker/audit.lock
folder=var/audit
stamp=$folder/switchboard.stamp

say() { printf 'audit: %s\n' "$*"; }

installed() { [ -x "$folder/bin/pip-audit" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$1" ]; }

want="$(.venv/bin/python -c 'import sys; print(sys.version)' | head -n 1) $(sha256sum <"$lock") $root"
if ! installed "$want"; then
  mkdir -p var/log
  say "installing what $lock names (log: var/log/audit.log)"
  if ! {
    .venv/bin/python -m venv --clear "$folder" &&
      "$folder/bin/python" -m pip install --disable-pip-version-check --require-hashes -r "$lock"
  } >var/log/audit.log 2>&1 </dev/null; then
    say 'NOT AUDITED: pip-audit could not be installed (var/log/audit.log)'
    [ "${AUDIT:-}" != required ]
    exit
  fi
  printf '%s\n' "$want" >"$stamp"
fi
exec .venv/bin/python -m tests.dependency_audit "$folder/bin/pip-audit" </dev/null
