"""What is kept of whoever was shut out."""
