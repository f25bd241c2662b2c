"""When functions will have too few people in the weeks to come (R21, R24, R28)."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from switchboard.changes import Act
from switchboard.domain.directory import Directory
from switchboard.domain.staffing import Gap, staffing_gaps
from switchboard.web.api.listing import Listing, whole_listing
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/staffing-gaps", tags=["staffing"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]


class GapDocument(BaseModel):
    """From `start` until before `end`, `present` of the `needed` are there. `away`: members who are absent."""

    group_id: int
    group: str
    authority: str
    start: datetime
    end: datetime
    present: int
    needed: int
    away: list[str]


@router.get("")
async def gaps(ports: Ports, act: Reading, weeks: Annotated[int, Query(ge=1, le=12)] = 4) -> Listing[GapDocument]:
    """From what is known now, in order of time."""
    directory = await ports.directory.current()
    found = staffing_gaps(
        directory.function_groups(), directory, ports.working_days.calendar, act.at, timedelta(weeks=weeks)
    )
    return whole_listing([_document(directory, gap) for gap in found])


def _document(directory: Directory, gap: Gap) -> GapDocument:
    group = directory.function_group(gap.group_id)
    authority = directory.authority(group.authority_id) if group is not None else None
    people = [directory.person(each) for each in gap.away]
    return GapDocument(
        group_id=gap.group_id,
        group=group.name if group is not None else "",
        authority=authority.name if authority is not None else "",
        start=gap.start,
        end=gap.end,
        present=gap.present,
        needed=gap.needed,
        away=[each.name for each in people if each is not None],
    )
