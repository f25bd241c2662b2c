"""Test telephones: real SIP user agents that dial, answer, speak, press keys and listen."""
