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

find_python() {
  local name
  for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

# Debian keeps the parts that venv needs in a package of their own.
ensure_venv_module() {
  "$1" -c 'import ensurepip, venv' 2>/dev/null && return 0
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    fail "Python's venv is missing: install the package python3-venv"
  say "installing Debian's python3-venv (as root, with apt-get)"
  mkdir -p var/log
  {
    apt-get update -qq </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends python3-venv </dev/null
  } >var/log/apt.log 2>&1 || fail "apt-get could not install python3-venv (see var/log/apt.log)"
}

python=$(find_python) || fail "Python 3.11 or newer is missing (found: $(python3 --version 2>&1 || echo none))"
[ -f "$lock" ] || fail "$lock is missing: run 'make lock'"
want="$("$python" -c 'import sys; print(sys.version)' | head -n 1) $(cat "$lock" pyproject.toml | sha256sum) $root"
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then
  say ".venv is up to date"
  exit 0
fi

ensure_venv_module "$python"
mkdir -p var/log
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
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
