"""With which phrase a number is answered (R38)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from switchboard.changes import Act
from switchboard.domain.directory import Authority, Directory, Language
from switchboard.domain.greeting import answer_phrase
from switchboard.domain.numbers import parse_number
from switchboard.errors import BadValue, NotFound
from switchboard.web.auth import Permission, Ports, needs

router = APIRouter(prefix="/answer-phrases", tags=["answer phrases"])
Reading = Annotated[Act, Depends(needs(Permission.READ_DIRECTORY))]
NumberQuery = Annotated[str, Query(min_length=1, max_length=40, description="the number dialled, in E.164 or national")]


class Phrase(BaseModel):
    """`text` as it is spoken. `sha256` names the authority's own recording; null: the phrase is composed."""

    language: Language
    text: str
    sha256: str | None


class AnswerPhrases(BaseModel):
    """In the authority's languages, the first one first."""

    number: str
    authority: str
    authority_id: int
    phrases: list[Phrase]


@router.get("")
async def answer_phrases(ports: Ports, act: Reading, number: NumberQuery) -> AnswerPhrases:
    """404 for a number that is no authority's."""
    e164 = parse_number(
        number if number.startswith("+") else number.replace(" ", "+", 1) if _lost_plus(number) else number
    )
    if e164 is None:
        raise BadValue("number", "is no telephone number")
    directory = await ports.directory.current()
    authority = _authority(directory, e164)
    if authority is None:
        raise NotFound("number", e164)
    phrase = answer_phrase(directory, authority, act.at)
    phrases = [
        Phrase(
            language=language,
            text=ports.announcer.transcript(phrase, language, act.at),
            sha256=phrase.recordings.get(language),
        )
        for language in authority.languages or ("sv",)
    ]
    return AnswerPhrases(number=e164, authority=authority.name, authority_id=authority.id, phrases=phrases)


def _lost_plus(number: str) -> bool:
    """In a query string `+46…` often arrives as ` 46…`."""
    return number.startswith(" 46")


def _authority(directory: Directory, e164: str) -> Authority | None:
    row = directory.phone_number(e164)
    if row is not None:
        return directory.authority(row.authority_id)
    return next((each for each in directory.authorities() if each.main_number == e164), None)
