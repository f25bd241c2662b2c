"""The telephone service of a Swedish municipality's switchboard, on Asterisk."""
