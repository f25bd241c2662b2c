"""How fast the service sets calls up and what a call costs, against the same done in the dialplan alone."""
