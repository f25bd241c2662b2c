"""From whatever somebody recorded or uploaded to a greeting: measured, cut to the voice, levelled."""
