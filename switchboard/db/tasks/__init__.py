"""The life of callback tasks in the database: steps, messages that join, calls that prove, watching over deadlines."""
