"""What a raw call needs of the phone that it belongs to."""

from __future__ import annotations

from typing import Protocol

from tests.callers.phone import PhoneAccount
from tests.callers.sip.rtp import Address, Pacer
from tests.callers.sip.udp import SipSocket


class CallOwner(Protocol):
    account: PhoneAccount
    socket: SipSocket
    pacer: Pacer
    server: Address
    hangs_up_after_transfer: bool

    def uri(self, number: str) -> str: ...

    def finished(self, call_id: bytes) -> None: ...
