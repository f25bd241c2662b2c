"""The journal: each call with what happened in it.

Of a private call (R40) only an administrator sees more than that there was one: what was dialled, and what happened.
"""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from switchboard.changes import Act
from switchboard.views import Bearer, CallView, Filter, Page
from switchboard.web.api.listing import AuthorityQuery, BeforeQuery, Listing, Part, SinceQuery, listing
from switchboard.web.auth import PERMISSIONS, Permission, Ports, bearer, needs

router = APIRouter(prefix="/calls", tags=["calls"])
CallStatus = Literal[
    "connected",
    "message",
    "abandoned",
    "informed",
    "refused",
    "failed",
    "interrupted",
    "transferred",
    "booked",
    "served",
    "going_on",
]
Reading = Annotated[Act, Depends(needs(Permission.READ_CALLERS))]
Reader = Annotated[Bearer, Depends(bearer)]


async def _narrow(
    authority: AuthorityQuery = None,
    status: CallStatus | None = None,
    since: SinceQuery = None,
    before: BeforeQuery = None,
) -> Filter:
    return Filter(authority=authority, status=status, since=since, before=before)


@router.get("")
async def calls(
    ports: Ports, _: Reading, who: Reader, narrow: Annotated[Filter, Depends(_narrow)], part: Part
) -> Listing[CallView]:
    """Newest first. `status` is an outcome, or `going_on`."""
    page = await ports.calls.page(narrow, part)
    return listing(Page(tuple(_as_seen_by(who, view) for view in page.items), page.next))


@router.get("/{id}")
async def call(ports: Ports, _: Reading, who: Reader, id: str) -> CallView:
    return _as_seen_by(who, await ports.calls.one(id))


def _as_seen_by(who: Bearer, view: CallView) -> CallView:
    if not view.private or Permission.SEE_PRIVATE_CALLS in PERMISSIONS[who.role]:
        return view
    return replace(view, called=None, route_reason=None, events=())
