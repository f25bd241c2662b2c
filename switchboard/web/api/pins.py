"""PINs of the keypad services: chosen for somebody, unlocked after too many wrong ones, never shown (R41)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from switchboard.changes import Act
from switchboard.web.api.listing import Listing, RowNumber, whole_listing
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(tags=["pins"])
Managing = Annotated[Act, Depends(needs(Permission.MANAGE_PINS))]


class NewPin(BaseModel):
    """Six to twelve digits, not easy to guess."""

    model_config = ConfigDict(extra="forbid")

    pin: SecretStr = Field(max_length=64)


class PinLockDocument(BaseModel):
    """`subject` of a `mailbox`: id of the authority, colon, digits; of a `caller`: the number, or `hidden`."""

    id: int
    kind: Literal["mailbox", "caller"]
    subject: str
    failures: int
    latest_at: datetime
    locked_until: datetime | None
    locked: bool


@router.put("/people/{id}/pin", status_code=204)
async def choose_pin(ports: Ports, act: Managing, id: RowNumber, new: NewPin) -> Response:
    """In place of the old one. 422 with the reason for a PIN that is too short or easy to guess."""
    await ports.pins.choose(id, new.pin.get_secret_value(), act)
    return Response(status_code=204)


@router.delete("/people/{id}/pin-lock", status_code=204)
async def unlock_person(ports: Ports, act: Managing, id: RowNumber) -> Response:
    """Also where nothing is locked."""
    await ports.pin_locks.unlock_person(f"#{id}", act)
    return Response(status_code=204)


@router.get("/pin-locks")
async def pin_locks(ports: Ports, act: Managing) -> Listing[PinLockDocument]:
    """Every mailbox and caller with wrong PINs that count, the latest first."""
    return whole_listing(
        [
            PinLockDocument(
                id=each.id,
                kind=each.kind,
                subject=each.subject,
                failures=each.failures,
                latest_at=each.latest_at,
                locked_until=each.locked_until,
                locked=each.locked,
            )
            for each in await ports.pin_locks.all(act.at)
        ]
    )


@router.delete("/pin-locks/{id}", status_code=204)
async def unlock(ports: Ports, act: Managing, id: RowNumber) -> Response:
    await ports.pin_locks.unlock(id, act)
    return Response(status_code=204)
