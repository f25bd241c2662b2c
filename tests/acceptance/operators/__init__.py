"""The operators' desk as a whole: real SIP, real audio, many desks side by side in one service."""
