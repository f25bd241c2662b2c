"""Who is to be called back, and by when (R14-R16)."""

from typing import Annotated

from fastapi import APIRouter, Depends

from switchboard.changes import Act
from switchboard.domain.callback import TaskStatus
from switchboard.views import CallbackTaskView, Filter
from switchboard.web.api.listing import (
    AuthorityQuery,
    BeforeQuery,
    Listing,
    Part,
    PersonQuery,
    SinceQuery,
    listing,
)
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/callback-tasks", tags=["callback tasks"])
Reading = Annotated[Act, Depends(needs(Permission.READ_CALLERS))]


async def _narrow(
    authority: AuthorityQuery = None,
    person: PersonQuery = None,
    status: TaskStatus | None = None,
    since: SinceQuery = None,
    before: BeforeQuery = None,
) -> Filter:
    return Filter(authority, person, status.value if status else None, since, before)


@router.get("")
async def callback_tasks(
    ports: Ports, _: Reading, narrow: Annotated[Filter, Depends(_narrow)], part: Part
) -> Listing[CallbackTaskView]:
    """Newest first."""
    return listing(await ports.callback_tasks.page(narrow, part))


@router.get("/{id}")
async def callback_task(ports: Ports, _: Reading, id: str) -> CallbackTaskView:
    return await ports.callback_tasks.one(id)
