"""The campaign of `make faults`: each fault in each state of a call, with real callers, and what it cost."""
