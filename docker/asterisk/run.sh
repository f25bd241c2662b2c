#!/usr/bin/env bash
# Starts and stops one Asterisk container, for make, tests and bench alike.
#
#   docker/asterisk/run.sh NAME start     start it (again, if anything has changed) and wait until it is ready
#   docker/asterisk/run.sh NAME stop      remove the container, keep its data
#   docker/asterisk/run.sh NAME remove    remove the container and its data
#   docker/asterisk/run.sh NAME restart | status | logs
#
# From the environment (defaults in brackets).
#   SWITCHBOARD_ARI_PASSWORD, SWITCHBOARD_AMI_PASSWORD   (none: they must be set)
#   SWITCHBOARD_ARI_USER, SWITCHBOARD_AMI_USER           (switchboard)
#   SWITCHBOARD_BIND           SIP and sound listen here (127.0.0.1)
#   SWITCHBOARD_CONTROL_BIND   ARI and AMI listen here   (127.0.0.1)
#   SWITCHBOARD_SIP_PORT, SWITCHBOARD_SIP_TLS_PORT       (5060, 5061)
#   SWITCHBOARD_RTP_START, SWITCHBOARD_RTP_END           (10000, 10999)
#   SWITCHBOARD_ASTERISK_HTTP_PORT                       (8088)
#   SWITCHBOARD_AMI_PORT                                 (5038)
#   SWITCHBOARD_TRUNK_MATCH    addresses of the trunk    (127.0.0.1)
#   SWITCHBOARD_TRUNK_CONTACT  where calls out go        (sip:127.0.0.1:5080)
#   SWITCHBOARD_IDENTIFIER_ORDER                         (username,ip)
#   SWITCHBOARD_RETRY_AFTER    seconds, with each 503     (5; 0: not sent)
#   SWITCHBOARD_SYSTEM_NAME    in every channel id       (NAME)
#   SWITCHBOARD_SOUNDS         folder of the prompts     (sounds)
#   SWITCHBOARD_TLS            folder with certificate.pem and key.pem (none)
#   SWITCHBOARD_RECORDINGS_MEMORY   recordings lie in memory of this size, to try a full disk (none)
#   SWITCHBOARD_RESTART        docker's restart policy   (unless-stopped)
#   BENCH=1, BENCH_PROMPT      the plain answer-play-hang-up numbers 999… (off)
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/docker/ports.sh"
image=${SWITCHBOARD_ASTERISK_IMAGE:-switchboard-asterisk:latest}

say() { printf 'asterisk %s: %s\n' "$name" "$*"; }
fail() {
  printf 'asterisk %s: error: %s\n' "${name:-}" "$*" >&2
  exit 1
}

name=${1:-}
action=${2:-}
[[ $name =~ ^[a-z0-9][a-z0-9_-]{0,31}$ ]] && [ -n "$action" ] ||
  fail "usage: docker/asterisk/run.sh NAME start|stop|remove|restart|status|logs"
volume="$name-data"

configure() {
  export BIND=${SWITCHBOARD_BIND:-127.0.0.1} CONTROL_BIND=${SWITCHBOARD_CONTROL_BIND:-127.0.0.1}
  export SIP_PORT=${SWITCHBOARD_SIP_PORT:-5060} SIP_TLS_PORT=${SWITCHBOARD_SIP_TLS_PORT:-5061}
  export RTP_START=${SWITCHBOARD_RTP_START:-10000} RTP_END=${SWITCHBOARD_RTP_END:-10999}
  export HTTP_PORT=${SWITCHBOARD_ASTERISK_HTTP_PORT:-8088} AMI_PORT=${SWITCHBOARD_AMI_PORT:-5038}
  export ARI_USER=${SWITCHBOARD_ARI_USER:-switchboard} AMI_USER=${SWITCHBOARD_AMI_USER:-switchboard}
  export TRUNK_MATCH=${SWITCHBOARD_TRUNK_MATCH:-127.0.0.1}
  export TRUNK_CONTACT=${SWITCHBOARD_TRUNK_CONTACT:-sip:127.0.0.1:5080}
  export IDENTIFIER_ORDER=${SWITCHBOARD_IDENTIFIER_ORDER:-username,ip}
  export RETRY_AFTER=${SWITCHBOARD_RETRY_AFTER:-5}
  export SYSTEM_NAME=${SWITCHBOARD_SYSTEM_NAME:-$name}
  export BENCH=${BENCH:-0} BENCH_PROMPT=${BENCH_PROMPT:-/sounds/sv/fallback}
  export ARI_PASSWORD=${SWITCHBOARD_ARI_PASSWORD:-} AMI_PASSWORD=${SWITCHBOARD_AMI_PASSWORD:-}
  local missing
  for missing in ARI_PASSWORD AMI_PASSWORD; do
    [ -n "${!missing}" ] || fail "SWITCHBOARD_$missing is not set (make writes it into var/secrets.env)"
  done
  variables=(BIND CONTROL_BIND SIP_PORT SIP_TLS_PORT RTP_START RTP_END HTTP_PORT AMI_PORT ARI_USER AMI_USER
    TRUNK_MATCH TRUNK_CONTACT IDENTIFIER_ORDER RETRY_AFTER SYSTEM_NAME BENCH BENCH_PROMPT ARI_PASSWORD AMI_PASSWORD)
  mounts=(-v "$volume:/data" -v "$root/dialplan:/dialplan:ro")
  local sounds=${SWITCHBOARD_SOUNDS:-$root/sounds}
  let_read "$root/dialplan"
  let_read "$sounds"
  [ ! -d "$sounds" ] || mounts+=(-v "$(cd "$sounds" && pwd):/sounds:ro")
  [ -z "${SWITCHBOARD_RECORDINGS_MEMORY:-}" ] ||
    mounts+=(--tmpfs "/data/spool/recording:size=$SWITCHBOARD_RECORDINGS_MEMORY,uid=101,gid=101")
  [ -z "${SWITCHBOARD_TLS:-}" ] || mounts+=(-v "$(cd "$SWITCHBOARD_TLS" && pwd):/tls:ro")
}

# Asterisk is another user inside; a checkout under a strict umask would be silent.
let_read() {
  [ ! -d "$1" ] || [ -z "$(find "$1" \( -type d ! -perm -005 \) -o \( -type f ! -perm -004 \) | head -n 1)" ] || {
    say "making $1 readable for Asterisk"
    chmod -R a+rX "$1"
  }
}

# What the container was started with, as one checksum: a change means a new one.
fingerprint() {
  {
    docker image inspect --format '{{.Id}}' "$image"
    local variable
    for variable in "${variables[@]}"; do printf '%s=%s\n' "$variable" "${!variable}"; done
    printf '%s\n' "${mounts[@]}" "$policy"
    cat "$root"/dialplan/*.conf
  } | sha256sum | cut -d' ' -f1
}

running() { [ "$(docker inspect --format '{{.State.Running}}' "$name" 2>/dev/null)" = true ]; }

check_ports() {
  local busy=()
  ! taken udp "$SIP_PORT" || busy+=("$SIP_PORT/udp (SIP: SWITCHBOARD_SIP_PORT)")
  ! taken tcp "$SIP_PORT" || busy+=("$SIP_PORT/tcp (SIP: SWITCHBOARD_SIP_PORT)")
  ! taken tcp "$HTTP_PORT" || busy+=("$HTTP_PORT/tcp (ARI: SWITCHBOARD_ASTERISK_HTTP_PORT)")
  ! taken tcp "$AMI_PORT" || busy+=("$AMI_PORT/tcp (AMI: SWITCHBOARD_AMI_PORT)")
  [ ${#busy[@]} = 0 ] || fail "port taken: $(printf '%s; ' "${busy[@]}")stop what uses it, or choose another"
}

wait_ready() {
  local tries
  for tries in $(seq 1 150); do
    if docker exec "$name" asterisk -rx 'core waitfullybooted' 2>/dev/null | grep -q 'fully booted'; then
      return 0
    fi
    running || [ "$tries" -lt 20 ] || break
    sleep 0.1
  done
  docker logs --tail 20 "$name" >&2 || true
  fail "it does not start (its last words are above)"
}

start() {
  configure
  policy=${SWITCHBOARD_RESTART:-unless-stopped}
  docker image inspect "$image" >/dev/null 2>&1 || fail "image $image is missing: run 'make images'"
  local want
  want=$(fingerprint)
  if running && [ "$(docker inspect --format '{{index .Config.Labels "switchboard.fingerprint"}}' "$name")" = "$want" ]; then
    wait_ready
    say "is running (SIP $BIND:$SIP_PORT, ARI $CONTROL_BIND:$HTTP_PORT)"
    return 0
  fi
  docker rm -f "$name" >/dev/null 2>&1 || true
  check_ports
  local variable flags=()
  for variable in "${variables[@]}"; do flags+=(-e "$variable"); done
  docker run -d --name "$name" --network host --restart "$policy" \
    --label "switchboard.fingerprint=$want" \
    --log-opt max-size=10m --log-opt max-file=3 \
    "${flags[@]}" "${mounts[@]}" "$image" >/dev/null
  wait_ready
  say "is running (SIP $BIND:$SIP_PORT, ARI $CONTROL_BIND:$HTTP_PORT)"
}

stop() {
  if docker inspect "$name" >/dev/null 2>&1; then
    docker stop -t 5 "$name" >/dev/null 2>&1 || true
    docker rm -f "$name" >/dev/null 2>&1 || true
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
  restart)
    docker restart -t 5 "$name" >/dev/null
    wait_ready
    say "restarted"
    ;;
  status) running && say "is running" || fail "is not running" ;;
  logs) docker logs "$name" ;;
  *) fail "unknown action '$action'" ;;
esac
