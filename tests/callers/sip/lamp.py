"""A busy lamp: a subscription to the state of an extension (RFC 4235), as desk phones have for their keys."""

from __future__ import annotations

import re

from tests.callers.sip.dialog import Dialog
from tests.callers.sip.message import Header, SipMessage

WANTED: tuple[Header, ...] = (("Event", "dialog"), ("Accept", "application/dialog-info+xml"))


class BusyLamp:
    """`states`: each that was told, `terminated` (dark), `early` (blinks), `confirmed` (lit); `bodies` as they came."""

    def __init__(self, dialog: Dialog) -> None:
        self.dialog = dialog
        self.bodies: list[str] = []

    @property
    def states(self) -> list[str]:
        found = (re.search(r"<state[^>]*>(\w+)</state>", body) for body in self.bodies)
        return [each[1] if each else "none" for each in found]

    def take(self, notify: SipMessage) -> None:
        if notify.body:
            self.bodies.append(notify.body.decode("utf-8", "replace"))
