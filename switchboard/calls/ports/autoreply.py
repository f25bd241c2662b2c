"""Mailboxes that answer by scripts (ManageSieve, RFC 5804)."""

from collections.abc import Callable
from typing import Protocol

from switchboard.domain.autoreply.scripts import Scripts, Steps

Decide = Callable[[Scripts], Steps]


class ScriptServerAway(Exception):
    """The server cannot be reached, or cannot be trusted: nobody's mailbox can be looked at."""


class ScriptsRefused(Exception):
    """The server does not let us into this mailbox, or does not take what we put."""


class ScriptServer(Protocol):
    async def carry_out(self, login: str, decide: Decide) -> Steps:
        """Look at the scripts of a mailbox, decide, and do what was decided. ScriptServerAway or ScriptsRefused, whose
        text holds no personal data. Decided again and done again it comes to the same."""
