"""The whole, with real SIP, real audio and the containerised Asterisk: what callers hear and which phones ring."""
