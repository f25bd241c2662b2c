"""Who waits for the operators now, for what, and how long (R4)."""

from typing import Annotated

from fastapi import APIRouter, Depends

from switchboard.changes import Act
from switchboard.local_time import seconds_between
from switchboard.web.api.listing import Listing, whole_listing
from switchboard.web.auth import Permission, Ports, needs
from switchboard.web.documents import WaitingDocument, waiting_document
from switchboard.web.phrases import phrases_for

router = APIRouter(prefix="/queue", tags=["queue"])
Reading = Annotated[Act, Depends(needs(Permission.READ_CALLERS))]


@router.get("")
async def queue(ports: Ports, act: Reading) -> Listing[WaitingDocument]:
    """By group, in each in the order of their turns."""
    waiting = await ports.queue.waiting()
    phrases = phrases_for(waiting, await ports.directory.current(), ports.announcer, act.at)
    return whole_listing(
        [
            waiting_document(each, phrases.get(each.authority_id), max(0, round(seconds_between(each.since, act.at))))
            for each in waiting
        ]
    )
