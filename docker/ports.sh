# Sourced. taken tcp|udp PORT: is something on this machine listening there?
# Read from /proc, so that no tool is needed.
taken() {
  local files=("/proc/net/$1") hex state
  [ ! -e "/proc/net/${1}6" ] || files+=("/proc/net/${1}6")
  hex=$(printf ':%04X' "$2")
  state=$([ "$1" = tcp ] && echo 0A || echo 07)
  awk -v port="$hex" -v state="$state" \
    'substr($2, length($2) - 4) == port && $4 == state { found = 1 } END { exit !found }' "${files[@]}"
}
