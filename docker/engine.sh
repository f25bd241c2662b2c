#!/usr/bin/env bash
# Finds a container engine, or installs and starts one.
#
#   docker/engine.sh         make sure that `docker info` answers
#   docker/engine.sh stop    stop the engine, only if this script started it
#
# Where no engine answers and we are root on Debian or Ubuntu, Debian's docker.io
# is installed and dockerd started in a session of its own, its output in
# var/log/dockerd.log.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/docker/detach.sh"
log="$root/var/log/dockerd.log"
pid_file="$root/var/run/dockerd.pid"
data_root="${SWITCHBOARD_DOCKER_DATA:-/var/lib/docker}"

say() { printf 'engine: %s\n' "$*"; }
fail() {
  printf 'engine: error: %s\n' "$*" >&2
  exit 1
}

answers() { timeout 10 docker info >/dev/null 2>&1; }

# Waits until the engine answers; gives up when the process ($1) has ended.
wait_for_engine() {
  local pid=$1 tries
  for tries in $(seq 1 100); do
    answers && return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.3
  done
  return 1
}

install_packages() {
  command -v apt-get >/dev/null || fail "no container engine answers and this is not Debian or Ubuntu: install Docker, then run make again"
  say "no container engine here: installing Debian's docker.io (as root, with apt-get)"
  local quiet=(-qq -y --no-install-recommends -o Dpkg::Use-Pty=0) packages=(docker.io iptables ca-certificates)
  mkdir -p "$root/var/log"
  {
    apt-get update -qq </dev/null
    # From Debian 13 on the client is a package of its own.
    ! apt-cache show docker-cli >/dev/null 2>&1 || packages+=(docker-cli)
    DEBIAN_FRONTEND=noninteractive apt-get install "${quiet[@]}" "${packages[@]}" </dev/null
  } >"$root/var/log/apt.log" 2>&1 || {
    tail -n 15 "$root/var/log/apt.log" >&2
    fail "apt-get could not install docker.io (all of its output: var/log/apt.log)"
  }
}

# Where systemd runs, the package brings a service of its own.
start_by_systemd() {
  [ -d /run/systemd/system ] || return 1
  say "starting Docker's own service (systemctl start docker)"
  systemctl start docker >>"$log" 2>&1 && answers
}

# Only host networking is used, so neither NAT nor a bridge is needed; some
# kernels allow neither.
start_with() {
  local driver=$1 pid
  say "starting dockerd (storage $driver, no bridge network; log: var/log/dockerd.log)"
  detach "$log" dockerd --data-root "$data_root" --storage-driver "$driver" \
    --iptables=false --ip6tables=false --bridge=none
  pid=$!
  if wait_for_engine "$pid"; then
    echo "$pid" >"$pid_file"
    return 0
  fi
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  return 1
}

start() {
  mkdir -p "$root/var/log" "$root/var/run"
  { command -v dockerd && command -v docker; } >/dev/null || install_packages
  start_by_systemd && return 0
  local driver
  for driver in ${SWITCHBOARD_DOCKER_STORAGE:-overlay2 fuse-overlayfs vfs}; do
    start_with "$driver" && return 0
  done
  tail -n 20 "$log" >&2
  fail "dockerd does not start (all of its output: var/log/dockerd.log)"
}

ensure() {
  if command -v docker >/dev/null && answers; then
    say "a container engine answers"
    return 0
  fi
  [ "$(id -u)" = 0 ] || fail "no container engine answers: start Docker and let this user use it (group docker), or run make as root"
  start
  say "the engine answers: $(docker info --format '{{.ServerVersion}}, storage {{.Driver}}')"
}

stop() {
  [ -f "$pid_file" ] || {
    say "not started by us: left alone"
    return 0
  }
  local pid tries
  pid=$(cat "$pid_file")
  if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
    say "stopping dockerd ($pid)"
    kill "$pid"
    for tries in $(seq 1 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.2
    done
  fi
  rm -f "$pid_file"
}

# One at a time, when several makes run at once. dockerd does not inherit the lock.
mkdir -p "$root/var/run"
exec 9>"$root/var/run/engine.lock"
flock 9

case "${1:-ensure}" in
  ensure) ensure ;;
  stop) stop ;;
  *) fail "usage: docker/engine.sh [ensure|stop]" ;;
esac
