"""What Asterisk keeps for us, in its own database and cache, and what it does by itself while the service is away."""
