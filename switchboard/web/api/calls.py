"""The journal: each call with what happened in it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from switchboard.changes import Act
from switchboard.views import CallView, Filter
from switchboard.web.api.listing import AuthorityQuery, BeforeQuery, Listing, Part, SinceQuery, listing
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/calls", tags=["calls"])
CallStatus = Literal["connected", "message", "abandoned", "informed", "refused", "failed", "interrupted", "going_on"]
Reading = Annotated[Act, Depends(needs(Permission.READ_CALLERS))]


async def _narrow(
    authority: AuthorityQuery = None,
    status: CallStatus | None = None,
    since: SinceQuery = None,
    before: BeforeQuery = None,
) -> Filter:
    return Filter(authority=authority, status=status, since=since, before=before)


@router.get("")
async def calls(ports: Ports, _: Reading, narrow: Annotated[Filter, Depends(_narrow)], part: Part) -> Listing[CallView]:
    """Newest first. `status` is an outcome, or `going_on`."""
    return listing(await ports.calls.page(narrow, part))


@router.get("/{id}")
async def call(ports: Ports, _: Reading, id: str) -> CallView:
    return await ports.calls.one(id)
