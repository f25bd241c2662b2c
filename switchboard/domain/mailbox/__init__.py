"""A colleague's own greetings and messages: codes, what is told, which message is next, what becomes of its task."""
