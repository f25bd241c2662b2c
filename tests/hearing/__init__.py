"""What was heard on a line: test codes, tones, silence and real speech."""
