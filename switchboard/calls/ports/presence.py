"""Whether somebody who is there by what is known really is (R1)."""

from datetime import datetime
from typing import Protocol

from switchboard.changes import Act


class Presence(Protocol):
    """Calls that ring out, counted in the database for each person until they touch a telephone."""

    async def rang_out(self, person_id: int, at: datetime) -> None:
        """One more, where it counts. At the one at which the person is to be asked, an e-mail asks, once."""

    async def touched(self, person_id: int, act: Act) -> None:
        """They are there: nothing is counted against them any more."""
