"""A colleague's own greetings and messages, by any telephone: `codes.attend_own` begins."""
