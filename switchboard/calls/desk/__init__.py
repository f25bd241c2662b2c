"""What colleagues dial for the service itself, and their calls out of the house."""

from switchboard.calls.desk.orders import carry_out_order
from switchboard.calls.desk.outgoing import call_outside, tell_not_allowed

__all__ = ["call_outside", "carry_out_order", "tell_not_allowed"]
