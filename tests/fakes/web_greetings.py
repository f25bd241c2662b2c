"""Greetings as the web asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from switchboard.changes import Act, GreetingSpot, NewGreeting
from switchboard.errors import BadValue
from switchboard.views import GreetingVersionView, GreetingView, LackingGreetingView, LackingNameView, Page, Slice
from tests.fakes.web_kept import Kept, page_of
from tests.fakes.web_rows import GREETING


@dataclass
class FakeGreetings(Kept):
    rows: Sequence[GreetingView] = (GREETING,)
    versions: Sequence[GreetingVersionView] = ()
    without: Sequence[LackingGreetingView] = ()
    nameless: Sequence[LackingNameView] = ()

    async def page(self, owner: tuple[str, int] | None, part: Slice) -> Page[GreetingView]:
        self._note(owner, part)
        return page_of(self.rows, part)

    async def put(self, new: NewGreeting, act: Act) -> GreetingView:
        self._note(new, act)
        if new.owner_id != 4:
            raise BadValue("owner_id", f"there is no {new.owner_kind} {new.owner_id}")
        return GREETING

    async def remove(self, spot: GreetingSpot, act: Act) -> bool:
        self._note(spot, act)
        return spot.owner_id == 4

    async def restore(self, spot: GreetingSpot, act: Act) -> GreetingView | None:
        self._note(spot, act)
        return GREETING if spot.owner_id == 4 else None

    async def history(self, owner: tuple[str, int], part: Slice) -> Page[GreetingVersionView]:
        self._note(owner, part)
        return page_of(self.versions, part)

    async def lacking(self, authority: str | None, part: Slice, now: datetime) -> Page[LackingGreetingView]:
        self._note((authority, now), part)
        return page_of(self.without, part)

    async def lacking_names(self, authority: str | None, part: Slice) -> Page[LackingNameView]:
        self._note(authority, part)
        return page_of(self.nameless, part)
