"""What is kept: tables, and one module for each thing."""
