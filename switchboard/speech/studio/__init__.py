"""How the prompts are made: from the script to 8 kHz wav files. Needs the extra `speech`; no call depends on it."""
