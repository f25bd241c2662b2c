# Sourced. detach LOG COMMAND…: starts it in a session of its own, its output in LOG, with no
# pipe or lock of ours left open in it, so that whoever called make can end. Its pid is $!.
detach() {
  local log=$1
  shift
  (
    for descriptor in "/proc/$BASHPID"/fd/*; do
      descriptor=${descriptor##*/}
      [ "$descriptor" -le 2 ] || eval "exec $descriptor>&-"
    done
    exec setsid "$@" </dev/null >>"$log" 2>&1
  ) &
}
