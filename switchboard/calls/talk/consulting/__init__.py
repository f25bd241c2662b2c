"""A colleague asks another in the talk, by keys, while the caller waits and is not forgotten."""
