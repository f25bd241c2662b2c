#!/usr/bin/env bash
# Builds the images whose sources have changed.   docker/images.sh [asterisk] [postgres] [dovecot] [sipp] [switchboard]
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
base=switchboard-base:forky

say() { printf 'image %s: %s\n' "$1" "$2"; }

sources() {
  case "$1" in
    asterisk) echo docker/asterisk/Dockerfile docker/asterisk/entrypoint.sh docker/asterisk/retry_after dialplan ;;
    postgres) echo docker/postgres/Dockerfile docker/postgres/entrypoint.sh ;;
    dovecot) echo docker/dovecot/Dockerfile docker/dovecot/dovecot.conf docker/dovecot/entrypoint.sh ;;
    switchboard) echo docker/switchboard/Dockerfile pyproject.toml requirements.lock switchboard migrations ;;
    sipp) echo docker/sipp/Dockerfile ;;
    *)
      printf "images: error: there is no image '%s'\n" "$1" >&2
      return 1
      ;;
  esac
}

# One checksum over names and contents of the sources, and the base.
checksum() {
  local paths
  read -ra paths <<<"$(sources "$1")"
  {
    docker image inspect --format '{{.Id}}' "$base"
    find "${paths[@]}" -type f -not -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d' ' -f1
}

image() {
  local name=$1 want=$2
  DOCKER_BUILDKIT=0 docker build --network host --label "switchboard.sources=$want" \
    -t "switchboard-$name:latest" -f "docker/$name/Dockerfile" "${@:3}" . </dev/null
}

build() {
  local name=$1 image="switchboard-$1:latest" want log before
  sources "$name" >/dev/null
  want=$(checksum "$name")
  if [ "$(docker image inspect --format '{{index .Config.Labels "switchboard.sources"}}' "$image" 2>/dev/null)" = "$want" ]; then
    say "$name" "is up to date"
    return 0
  fi
  before=$(docker image inspect --format '{{.Id}}' "$image" 2>/dev/null) || before=
  log="var/log/image-$name.log"
  mkdir -p var/log
  say "$name" "building $image (log: $log)"
  # A layer that was kept may name a version that the mirror no longer has.
  if ! image "$name" "$want" >"$log" 2>&1 && ! image "$name" "$want" --no-cache >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    printf 'image %s: error: it could not be built (all of it: %s)\n' "$name" "$log" >&2
    return 1
  fi
  # The one before goes, unless a container still runs on it.
  [ -z "$before" ] || docker image rm "$before" >/dev/null 2>&1 || true
}

mkdir -p "$root/var/run"
exec 9>"$root/var/run/images.lock"
flock 9
[ $# -gt 0 ] || set -- asterisk postgres
for name in "$@"; do build "$name"; done
