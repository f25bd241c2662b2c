"""What is kept, listed and changed: one module for each thing."""
