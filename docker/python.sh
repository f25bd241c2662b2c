#!/usr/bin/env bash
# Makes .venv from the lock file, and again when the lock or pyproject.toml has changed.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
lock=tests/requirements.lock
stamp=.venv/switchboard.stamp

say() { printf 'python: %s\n' "$*"; }
fail() {
  printf 'python: error: %s\n' "$*" >&2
  exit 1
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The system's own Python comes first: distributions build theirs optimised by profile, and a call costs a tenth less
# than with one that was built without (docs/benchmarks.md).
find_python() {
  local name
  if [ -n "${PYTHON:-}" ]; then
    new_enough "$PYTHON" && echo "$PYTHON"
    return
  fi
  if new_enough /usr/bin/python3 && { has_venv /usr/bin/python3 || install_venv; }; then
    echo /usr/bin/python3
    return 0
  fi
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$name" && has_venv "$name"; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

# Debian keeps the parts that venv needs in a package of their own.
install_venv() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing Debian's python3-venv (as root, with apt-get)" >&2
  mkdir -p var/log
  {
    apt-get update -qq </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends python3-venv </dev/null
  } >var/log/apt.log 2>&1 || {
    say "apt-get could not install python3-venv (see var/log/apt.log)" >&2
    return 1
  }
}

[ -f "$lock" ] || fail "$lock is missing: run 'make lock'"
want="$(cat "$lock" pyproject.toml | sha256sum) $root"
up_to_date() { .venv/bin/python -c '' 2>/dev/null && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; }
if [ -z "${PYTHON:-}" ] && up_to_date; then
  say ".venv is up to date"
  exit 0
fi

python=$(find_python) ||
  fail "Python 3.11 or newer with its module venv is missing (found: ${PYTHON:-$(python3 --version 2>&1 || echo none)}; on Debian: apt-get install python3-venv)"
mkdir -p var/log
version_of() { "$1" -c 'import sys; print(sys.version)' 2>/dev/null || true; }
same_python=$([ "$(version_of .venv/bin/python)" = "$(version_of "$python")" ] && echo yes || echo no)
if [ "$same_python" = yes ] && up_to_date; then
  say ".venv is up to date"
  exit 0
fi
if [ "$same_python" = no ]; then
  say "making .venv with $("$python" --version)"
  "$python" -m venv --clear .venv
fi
say "installing what $lock names (log: var/log/pip.log)"
export PIP_DISABLE_PIP_VERSION_CHECK=1
{
  .venv/bin/python -m pip install --require-hashes -r "$lock" &&
    .venv/bin/python -m pip install --no-deps --no-build-isolation -e .
} >var/log/pip.log 2>&1 </dev/null || {
  tail -n 15 var/log/pip.log >&2
  fail "pip could not install it (all of its output: var/log/pip.log)"
}
disagreement=$(.venv/bin/python -m pip check 2>&1) ||
  fail "the lock and pyproject.toml disagree: run 'make lock' (${disagreement%%$'\n'*})"
printf '%s\n' "$want" >"$stamp"
