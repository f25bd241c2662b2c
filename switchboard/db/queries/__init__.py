"""What is shown to people and other systems, and what they change: one module for each thing kept."""
