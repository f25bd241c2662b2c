"""Addresses from which telephones' passwords were guessed: listed and lifted by administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from switchboard.changes import Act
from switchboard.web.api.listing import Listing, RowNumber, whole_listing
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(tags=["blocked addresses"])
Lifting = Annotated[Act, Depends(needs(Permission.LIFT_BLOCKS))]


class BlockedAddressDocument(BaseModel):
    """`blocked`: now; one that has ended stays for a week, and the next block of it is twice as long."""

    id: int
    address: str
    times: int
    since: datetime
    until: datetime
    blocked: bool


@router.get("/blocked-addresses")
async def blocked_addresses(ports: Ports, act: Lifting) -> Listing[BlockedAddressDocument]:
    """The latest first."""
    return whole_listing(
        [
            BlockedAddressDocument(
                id=each.id,
                address=each.address,
                times=each.times,
                since=each.since,
                until=each.until,
                blocked=each.blocked,
            )
            for each in await ports.blocked_addresses.all(act.at)
        ]
    )


@router.delete("/blocked-addresses/{id}", status_code=204)
async def lift(ports: Ports, act: Lifting, id: RowNumber) -> Response:
    """It is let in again within a second, and nothing counts against it."""
    await ports.blocked_addresses.lift(id, act)
    return Response(status_code=204)
