"""Calendars of others, fetched and read within limits. Nobody knows what is in them."""
