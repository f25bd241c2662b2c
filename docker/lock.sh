#!/usr/bin/env bash
# Writes the lock files from pyproject.toml: requirements.lock (the service),
# tests/requirements.lock (the same, and what tests and checks need) and
# sounds/requirements.lock (what making the prompts needs besides), and
# docker/audit.lock (what `make audit` runs, apart from all of them).
# Hashes, no index addresses, valid for every Python we support.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -x .venv/bin/python ] || python3 -m venv .venv
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q uv
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url
  --no-emit-find-links --no-annotate --no-header)
tools=$(mktemp)
trap 'rm -f "$tools"' EXIT
# The build back end is pinned too, so that nothing is fetched unseen.
.venv/bin/python - >"$tools" <<'PYTHON'
import tomllib
with open("pyproject.toml", "rb") as file:
    print("\n".join(tomllib.load(file)["build-system"]["requires"]))
PYTHON
lock() {
  local file=$1
  shift
  .venv/bin/uv pip compile "${options[@]}" "$@" -o "$file" pyproject.toml "$tools"
  told "$file"
}
told() {
  local file=$1
  printf 'lock: %s (%s packages)\n' "$file" "$(grep -c '^[a-z0-9].*==' "$file")"
}
lock requirements.lock "$@"
lock tests/requirements.lock --extra dev -c requirements.lock "$@"
lock sounds/requirements.lock --extra speech -c tests/requirements.lock "$@"
.venv/bin/uv pip compile "${options[@]}" "$@" -o docker/audit.lock docker/audit.in
told docker/audit.lock
