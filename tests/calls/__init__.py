"""The story of a call on fakes and in virtual time."""
