#!/usr/bin/env bash
# Finds or makes the image that all others stand on: switchboard-base:forky.
#
# Where a registry can be reached it is debian:forky-slim; elsewhere, as root,
# debootstrap makes the same from the Debian mirror this machine already uses.
# The machine's own certificate authorities go in, so that apt and pip work
# behind an inspecting proxy.
#
#   SWITCHBOARD_BASE_SOURCE   pull | debootstrap | auto (default)
#   SWITCHBOARD_PULL_TIMEOUT  seconds to wait for a registry (default 60)
#   SWITCHBOARD_MIRROR        Debian mirror for debootstrap (default: the host's)
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
image=switchboard-base:forky
local_authorities=/usr/local/share/ca-certificates
work=

say() { printf 'base image: %s\n' "$*"; }
fail() {
  printf 'base image: error: %s\n' "$*" >&2
  exit 1
}
cleanup() { [ -z "$work" ] || rm -rf "$work"; }
trap cleanup EXIT

# The mirror of the host's own apt, or nothing (Ubuntu): debootstrap has a default.
host_mirror() {
  apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Identifier: Packages' 2>/dev/null |
    sed -n 's/^Debian|//p' | head -n 1
}

install_debootstrap() {
  [ -x /usr/sbin/debootstrap ] && [ -f /usr/share/keyrings/debian-archive-keyring.gpg ] && return 0
  say "installing Debian's debootstrap (as root, with apt-get)"
  mkdir -p "$root/var/log"
  {
    apt-get update -qq </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      debootstrap debian-archive-keyring </dev/null
  } >"$root/var/log/apt.log" 2>&1 || fail "apt-get could not install debootstrap (see var/log/apt.log)"
}

bootstrap() {
  [ "$(id -u)" = 0 ] || fail "no registry answers, and debootstrap needs root: run 'make base' once as root"
  command -v apt-get >/dev/null || fail "no registry answers, and this is not Debian or Ubuntu: load an image named $image by hand"
  install_debootstrap
  local mirror tree
  mirror=${SWITCHBOARD_MIRROR:-$(host_mirror)}
  tree="$work/tree"
  say "making Debian forky with debootstrap (about 20 seconds)"
  mkdir -p "$root/var/log"
  # $mirror is unquoted: without one debootstrap uses its own.
  # shellcheck disable=SC2086
  debootstrap --variant=minbase --include=ca-certificates \
    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    forky "$tree" $mirror /usr/share/debootstrap/scripts/sid \
    >"$root/var/log/debootstrap.log" 2>&1 </dev/null ||
    fail "debootstrap failed (see var/log/debootstrap.log)"
  rm -rf "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/* "$tree"/var/log/*.log
  tar -C "$tree" -c . | docker import - switchboard-base:plain >/dev/null
}

pull() {
  say "asking the registry for debian:forky-slim (up to ${SWITCHBOARD_PULL_TIMEOUT:-60} s)"
  timeout "${SWITCHBOARD_PULL_TIMEOUT:-60}" docker pull -q debian:forky-slim >/dev/null 2>&1 </dev/null || return 1
  docker tag debian:forky-slim switchboard-base:plain
}

# Adds what both ways need: the host's authorities, and an apt that accepts a frozen mirror.
finish() {
  local context="$work/context"
  mkdir -p "$context/authorities"
  find "$local_authorities" -name '*.crt' -exec cp {} "$context/authorities/" \; 2>/dev/null || true
  cp "$root/docker/base/Dockerfile" "$context/"
  say "adding this machine's certificate authorities ($(find "$context/authorities" -name '*.crt' | wc -l))"
  mkdir -p "$root/var/log"
  DOCKER_BUILDKIT=0 docker build --network host -t "$image" "$context" \
    >"$root/var/log/image-base.log" 2>&1 </dev/null || fail "it could not be built (see var/log/image-base.log)"
}

mkdir -p "$root/var/run"
exec 9>"$root/var/run/base.lock"
flock 9
if docker image inspect "$image" >/dev/null 2>&1; then
  say "$image is here"
  exit 0
fi
work=$(mktemp -d -p /var/tmp)
case "${SWITCHBOARD_BASE_SOURCE:-auto}" in
  pull) pull || fail "debian:forky-slim cannot be pulled" ;;
  debootstrap) bootstrap ;;
  auto) pull || bootstrap ;;
  *) fail "SWITCHBOARD_BASE_SOURCE must be pull, debootstrap or auto" ;;
esac
finish
say "$image made"
