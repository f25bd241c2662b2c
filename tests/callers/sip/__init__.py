"""SIP and RTP by hand, down to the byte: what RawPhone is made of."""
