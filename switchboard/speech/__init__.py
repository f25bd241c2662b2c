"""What is said, in Swedish and English, and which sound files say it."""
