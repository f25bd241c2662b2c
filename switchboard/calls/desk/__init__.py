"""What colleagues dial for the service itself, and their calls out of the house."""
