"""What is kept of messages and calls, for how long, and what people mark about it."""
