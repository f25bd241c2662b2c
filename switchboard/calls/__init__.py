"""The story of one call, in plain awaits over the ports that it needs."""
