#!/usr/bin/env bash
# Writes the lock files from pyproject.toml: requirements.lock (the service) and
# tests/requirements.lock (the same versions, and what tests and checks need).
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
.venv/bin/uv pip compile "${options[@]}" "$@" --extra fast -o requirements.lock pyproject.toml "$tools"
.venv/bin/uv pip compile "${options[@]}" "$@" --extra fast --extra dev -c requirements.lock \
  -o tests/requirements.lock pyproject.toml "$tools"
printf 'lock: requirements.lock (%s packages), tests/requirements.lock (%s packages)\n' \
  "$(grep -c '^[a-z0-9].*==' requirements.lock)" "$(grep -c '^[a-z0-9].*==' tests/requirements.lock)"
