"""What is kept about one person, handed out and erased on request (R44). For administrators."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from switchboard.changes import Act
from switchboard.errors import Conflict
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/person-data", tags=["personal data"])
Handling = Annotated[Act, Depends(needs(Permission.PERSON_DATA))]


class Who(BaseModel):
    """A caller's number, or a colleague's extension, name or `#id`. In the body: addresses are written in logs.
    `names`: what the person is called, to be looked for in texts that people wrote."""

    model_config = ConfigDict(extra="forbid")
    who: str = Field(min_length=1, max_length=200)
    names: list[Annotated[str, Field(min_length=3, max_length=100)]] = Field(default=[], max_length=5)


class Erasing(Who):
    confirm: bool = False
    dry_run: bool = False


@router.post("/export")
async def export(ports: Ports, act: Handling, order: Who) -> Mapping[str, Any]:
    """Rows by table; `recordings` are wav in base64."""
    return await ports.person_data.export(order.who, act, order.names)


@router.post("/erase")
async def erase(ports: Ports, act: Handling, order: Erasing) -> Mapping[str, Any]:
    """409 without `confirm`: it cannot be taken back. `dry_run` shows what would be erased and needs none.

    Rows by kind: `kept` is what a threat mark or an open task holds; `left`, by table, is the directory's and the audit
    log's. `to_look_at` are texts that still name the person: nothing changes them by itself."""
    if not order.confirm and not order.dry_run:
        raise Conflict("it cannot be taken back: confirm it")
    return await ports.person_data.erase(order.who, act, order.names, dry_run=order.dry_run)
