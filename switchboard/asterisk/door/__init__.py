"""Whom Asterisk lets in: sign-ins that failed, and addresses that are shut out."""
