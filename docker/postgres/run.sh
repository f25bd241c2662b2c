#!/usr/bin/env bash
# Starts and stops one PostgreSQL container.
#
#   docker/postgres/run.sh NAME start     start it and wait until it answers
#   docker/postgres/run.sh NAME stop      remove the container, keep its data
#   docker/postgres/run.sh NAME remove    remove the container and its data
#   docker/postgres/run.sh NAME status | logs
#
# From the environment (defaults in brackets):
#   SWITCHBOARD_POSTGRES_PASSWORD  of the role switchboard (none: it must be set)
#   SWITCHBOARD_BIND               (127.0.0.1)
#   SWITCHBOARD_POSTGRES_PORT      (5432)
#   SWITCHBOARD_THROW_AWAY=1       for tests: data in memory, nothing synced, the role may make databases
#   SWITCHBOARD_RESTART            docker's restart policy (unless-stopped)
# The database is postgresql://switchboard:PASSWORD@BIND:PORT/switchboard
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/docker/ports.sh"
image=switchboard-postgres:latest

say() { printf 'postgres %s: %s\n' "$name" "$*"; }
fail() {
  printf 'postgres %s: error: %s\n' "${name:-}" "$*" >&2
  exit 1
}

name=${1:-}
action=${2:-}
[[ $name =~ ^[a-z0-9][a-z0-9_-]{0,31}$ ]] && [ -n "$action" ] ||
  fail "usage: docker/postgres/run.sh NAME start|stop|remove|status|logs"
volume="$name-data"

running() { [ "$(docker inspect --format '{{.State.Running}}' "$name" 2>/dev/null)" = true ]; }

wait_ready() {
  local tries
  for tries in $(seq 1 200); do
    docker exec "$name" pg_isready -q -h "$BIND" -p "$PORT" -U switchboard 2>/dev/null && return 0
    running || [ "$tries" -lt 20 ] || break
    sleep 0.1
  done
  docker logs --tail 20 "$name" >&2 || true
  fail "it does not start (its last words are above)"
}

start() {
  export BIND=${SWITCHBOARD_BIND:-127.0.0.1} PORT=${SWITCHBOARD_POSTGRES_PORT:-5432}
  export POSTGRES_PASSWORD=${SWITCHBOARD_POSTGRES_PASSWORD:-} THROW_AWAY=${SWITCHBOARD_THROW_AWAY:-0}
  [ -n "$POSTGRES_PASSWORD" ] || fail "SWITCHBOARD_POSTGRES_PASSWORD is not set (make writes it into var/secrets.env)"
  docker image inspect "$image" >/dev/null 2>&1 || fail "image $image is missing: run 'make images'"
  if ! running; then
    docker rm -f "$name" >/dev/null 2>&1 || true
    ! taken tcp "$PORT" || fail "port taken: $PORT/tcp (SWITCHBOARD_POSTGRES_PORT): stop what uses it, or choose another"
    local data=(-v "$volume:/data")
    [ "$THROW_AWAY" != 1 ] || data=(--tmpfs /throwaway:mode=1777)
    docker run -d --name "$name" --network host --restart "${SWITCHBOARD_RESTART:-unless-stopped}" \
      --log-opt max-size=10m --log-opt max-file=3 \
      -e BIND -e PORT -e POSTGRES_PASSWORD -e THROW_AWAY "${data[@]}" "$image" >/dev/null
  fi
  wait_ready
  say "is running ($BIND:$PORT)"
}

stop() {
  if docker inspect "$name" >/dev/null 2>&1; then
    docker stop -t 10 "$name" >/dev/null 2>&1 || true
    docker rm -f -v "$name" >/dev/null 2>&1 || true
    say "stopped"
  else
    say "is not running"
  fi
}

case "$action" in
  start) start ;;
  stop) stop ;;
  remove)
    stop
    docker volume rm -f "$volume" >/dev/null
    ;;
  status) running && say "is running" || fail "is not running" ;;
  logs) docker logs "$name" ;;
  *) fail "unknown action '$action'" ;;
esac
