"""The demonstration's calls: real SIP callers on the running stack, and a readable account of each."""
