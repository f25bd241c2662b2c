"""Autoreplies: their texts, and who is absent by phone or by mail alone (R8, R9)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from switchboard.changes import Act
from switchboard.views import AutoreplyStateView, AutoreplyTextView, Filter, Page
from switchboard.web.api.listing import (
    AuthorityQuery,
    Listing,
    Part,
    PersonQuery,
    RowNumber,
    listing,
    whole_listing,
)
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(tags=["autoreplies"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]


class ReferralDocument(BaseModel):
    """To whom the sender is referred. `number` in E.164."""

    kind: Literal["deputy", "function", "unit", "switchboard"]
    name: str
    number: str | None
    email: str | None


class AutoreplyDocument(BaseModel):
    """`body` is what a mailbox answers: both languages. A reason that callers are not told is not told here."""

    person_id: int
    person: str
    absence_id: int
    start: datetime = Field(serialization_alias="from")
    until: datetime | None
    in_force: bool
    subject: str
    swedish: str
    english: str
    body: str
    referral: ReferralDocument


class AutoreplyStateDocument(BaseModel):
    """`seen` is what the mailbox answered at `seen_at`: `ours`, a reply of the person's `own`, or `silent`; null: it is
    not known. `error` after `tries` in vain: the reply could not be set, or the mailbox not be looked at."""

    person_id: int
    person: str
    authority: str
    unit: str | None
    absent: bool
    until: datetime | None
    expected: bool
    seen: Literal["ours", "own", "silent"] | None
    seen_at: datetime | None
    disparity: Literal["absent_by_phone_only", "absent_by_mail_only"] | None
    error: str | None
    tries: int


@router.get("/people/{id}/autoreply")
async def autoreply(ports: Ports, act: Reading, id: RowNumber) -> Listing[AutoreplyDocument]:
    """Of the absence in force, and of those that are coming, in order. Empty: the person is not away."""
    directory = await ports.directory.current()
    return whole_listing([_document(each) for each in await ports.autoreplies.texts(f"#{id}", directory, act.at)])


async def _narrow(
    authority: AuthorityQuery = None,
    person: PersonQuery = None,
    status: Annotated[Literal["all"] | None, Query(description="also those where nothing is wrong")] = None,
) -> Filter:
    return Filter(authority=authority, person=person, status=status)


@router.get("/autoreplies")
async def autoreplies(
    ports: Ports, act: Reading, part: Part, narrow: Annotated[Filter, Depends(_narrow)]
) -> Listing[AutoreplyStateDocument]:
    """Who is absent by phone but not by mail, or the reverse, and whose mailbox could not be reached."""
    page = await ports.autoreplies.parity(narrow, part, await ports.directory.current(), act.at)
    return listing(Page(tuple(_state(view) for view in page.items), page.next))


def _document(view: AutoreplyTextView) -> AutoreplyDocument:
    referral = ReferralDocument(
        kind=view.referral, name=view.referral_name, number=view.referral_number, email=view.referral_email
    )
    return AutoreplyDocument(
        person_id=view.person_id,
        person=view.person,
        absence_id=view.absence_id,
        start=view.start,
        until=view.until,
        in_force=view.in_force,
        subject=view.subject,
        swedish=view.swedish,
        english=view.english,
        body=view.body,
        referral=referral,
    )


def _state(view: AutoreplyStateView) -> AutoreplyStateDocument:
    return AutoreplyStateDocument(
        person_id=view.person_id,
        person=view.person,
        authority=view.authority,
        unit=view.unit,
        absent=view.absent,
        until=view.until,
        expected=view.expected,
        seen=view.seen,
        seen_at=view.seen_at,
        disparity=view.disparity,
        error=view.error,
        tries=view.tries,
    )
