"""What all lists share: `{"items": […], "next": cursor}`, pages, and the ways to narrow one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Path, Query
from pydantic import BaseModel, BeforeValidator

from switchboard.local_time import parse_local_time
from switchboard.views import Page, Slice
from switchboard.web.cursors import decode_cursor, encode_cursor

Item = TypeVar("Item")
LARGEST_PAGE = 500
LONGEST_CURSOR = 1000


class Listing(BaseModel, Generic[Item]):
    """`next` is the `cursor` of the page that follows; null: there is none."""

    items: list[Item]
    next: str | None


def listing(page: Page[Item]) -> Listing[Item]:
    return Listing(items=list(page.items), next=encode_cursor(page.next) if page.next is not None else None)


def whole_listing(items: Sequence[Item]) -> Listing[Item]:
    return Listing(items=list(items), next=None)


def _local(value: object) -> object:
    """In a query string `+02:00` often arrives as ` 02:00`: a blank before the zone is read as `+`."""
    return (
        parse_local_time(value.replace(" ", "+") if _blank_for_plus(value) else value)
        if isinstance(value, str)
        else value
    )


def _blank_for_plus(text: str) -> bool:
    return "T" in text and text[-6:-5] == " "


LocalTime = Annotated[datetime, BeforeValidator(_local)]
"""ISO 8601; local time in Sweden where it has no zone."""


async def _slice(
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None,
) -> Slice:
    return Slice(limit, decode_cursor(cursor) if cursor else None)


Part = Annotated[Slice, Depends(_slice)]
RowNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""What no row can have is refused here: a database would fail at it."""
AuthorityQuery = Annotated[str | None, Query(max_length=200, description="an id or a name")]
PersonQuery = Annotated[str | None, Query(max_length=200, description="an id or a name")]
SinceQuery = Annotated[LocalTime | None, Query(description="not before this time")]
BeforeQuery = Annotated[LocalTime | None, Query(description="before this time")]
