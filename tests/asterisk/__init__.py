"""The wire to Asterisk: parsing without it, and everything else on a real one."""
