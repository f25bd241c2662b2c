"""Autoreplies that the web asks for, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.domain.directory import Directory
from switchboard.errors import BadValue
from switchboard.views import AutoreplyStateView, AutoreplyTextView, Filter, Page, Slice
from tests.fakes.web_kept import Kept, page_of
from tests.fakes.web_rows import NOW

REPLY = AutoreplyTextView(
    person_id=11,
    person="Erik Lund",
    absence_id=1,
    start=NOW - timedelta(days=7),
    until=NOW + timedelta(days=7),
    in_force=True,
    subject="Autosvar: Erik Lund är inte på plats",
    swedish="Hej!",
    english="Hello,",
    body="Hej!\n\n-----\n\nHello,\n",
    referral="deputy",
    referral_name="Anna Andersson",
    referral_number="+46980319210",
    referral_email=None,
)
STATE = AutoreplyStateView(
    person_id=11,
    person="Erik Lund",
    authority="Norrby kommun",
    unit="Bygglov",
    absent=True,
    until=NOW + timedelta(days=7),
    expected=True,
    seen="silent",
    seen_at=NOW,
    disparity="absent_by_phone_only",
    error=None,
    tries=0,
)


@dataclass
class FakeAutoreplies(Kept):
    rows: Sequence[AutoreplyStateView] = (STATE,)

    async def texts(self, who: str, directory: Directory, now: datetime) -> tuple[AutoreplyTextView, ...]:
        self._note(who, now)
        if who != "#11":
            raise BadValue("person", f"nobody is meant by {who}")
        return (REPLY,)

    async def parity(
        self, narrow: Filter, part: Slice, directory: Directory, now: datetime
    ) -> Page[AutoreplyStateView]:
        self._note(narrow, part, now)
        return page_of(self.rows, part)
