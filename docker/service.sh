#!/usr/bin/env bash
# The service on this machine, from .venv.
#
#   docker/service.sh start     start it (again, if code or settings have changed) and wait until it is healthy
#   docker/service.sh prepare   stop it, if code or settings have changed: before the database is migrated
#   docker/service.sh stop | status
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. docker/environment.sh
. docker/detach.sh
pid_file=var/run/switchboard.pid
log=var/log/switchboard.log

say() { printf 'service: %s\n' "$*"; }
fail() {
  printf 'service: error: %s\n' "$*" >&2
  exit 1
}

# The pid, if it is still our process and not another that got its number.
running_pid() {
  local pid
  pid=$(cut -d' ' -f1 "$pid_file" 2>/dev/null) || return 1
  [ -r "/proc/$pid/cmdline" ] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'switchboard serve' && echo "$pid"
}

fingerprint() {
  {
    env | grep '^SWITCHBOARD_' | LC_ALL=C sort
    find switchboard migrations -name '*.py' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    cat .venv/switchboard.stamp
  } | sha256sum | cut -d' ' -f1
}

# Prints nothing when healthy, otherwise what is not.
unhealthy() {
  python - "http://$SWITCHBOARD_HTTP_BIND/health" <<'PYTHON'
import sys
import urllib.error
import urllib.request

try:
    with urllib.request.urlopen(sys.argv[1], timeout=2) as answer:
        if answer.status != 200:
            print(answer.status)
except urllib.error.HTTPError as fault:
    print(fault.code, fault.read(2000).decode(errors="replace"))
except OSError as fault:
    print(fault)
PYTHON
}

wait_healthy() {
  local tries words='no answer'
  for tries in $(seq 1 100); do
    words=$(unhealthy)
    [ -n "$words" ] || return 0
    running_pid >/dev/null || break
    sleep 0.2
  done
  tail -n 20 "$log" >&2
  fail "it is not healthy: $words (its last words are above; all of them: $log)"
}

prepare() {
  local want
  running_pid >/dev/null || return 0
  want=$(fingerprint)
  if [ "$(cut -d' ' -f2 "$pid_file")" != "$want" ]; then
    say "code or settings have changed: stopping what runs"
    stop
  fi
}

start() {
  local want
  prepare
  if running_pid >/dev/null; then
    wait_healthy
    say "is running (http://$SWITCHBOARD_HTTP_BIND)"
    return 0
  fi
  . docker/ports.sh
  ! taken tcp "${SWITCHBOARD_HTTP_BIND##*:}" ||
    fail "port taken: ${SWITCHBOARD_HTTP_BIND##*:}/tcp (SWITCHBOARD_HTTP_BIND): stop what uses it, or choose another"
  mkdir -p var/log var/run
  want=$(fingerprint)
  detach "$log" .venv/bin/switchboard serve
  printf '%s %s\n' "$!" "$want" >"$pid_file"
  wait_healthy
  say "is running and healthy (http://$SWITCHBOARD_HTTP_BIND, log: $log)"
}

stop() {
  local pid tries
  if ! pid=$(running_pid); then
    say "is not running"
    rm -f "$pid_file"
    return 0
  fi
  kill "$pid"
  for tries in $(seq 1 125); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  if kill -0 "$pid" 2>/dev/null; then
    say "does not stop by itself within 25 s: ended by force"
    kill -9 "$pid"
  fi
  rm -f "$pid_file"
  say "stopped"
}

case "${1:-}" in
  start) start ;;
  prepare) prepare ;;
  stop) stop ;;
  status) running_pid >/dev/null && say "is running" || fail "is not running" ;;
  *) fail "usage: docker/service.sh start|prepare|stop|status" ;;
esac
