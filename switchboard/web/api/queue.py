"""Who waits for the operators now."""

from typing import Annotated

from fastapi import APIRouter, Depends

from switchboard.changes import Act
from switchboard.views import WaitingCaller
from switchboard.web.api.listing import Listing, whole_listing
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/queue", tags=["queue"])
Reading = Annotated[Act, Depends(needs(Permission.READ_CALLERS))]


@router.get("")
async def queue(ports: Ports, _: Reading) -> Listing[WaitingCaller]:
    """Longest waiting first."""
    return whole_listing(await ports.queue.waiting())
