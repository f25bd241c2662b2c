"""The menu that every referral ends in: a message, the deputy, the operators, the other language (R11)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.calls.voicemail import leave_message
from switchboard.domain.announcement import Announcement, InvalidChoice, Menu, SpokenName
from switchboard.domain.call import CallOutcome, EventKind
from switchboard.domain.callback import Mailbox

TIMES_SAID = 2
MOST_ROUNDS = 8
WAIT_FOR_DIGIT_S = 4.0

Choice = Callable[[], Awaitable[CallOutcome | None]]
"""Carries a choice out; None brings the caller back to the menu."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the menu holds just now. `deputy` is named to the caller; the choices carry themselves out. `notice` is
    said again to who chooses another language: why nobody is to be had, and until when."""

    mailbox: Mailbox
    notice: tuple[Announcement, ...] = ()
    deputy: SpokenName | None = None
    call_deputy: Choice | None = None
    call_operators: Choice | None = None


async def offer_menu(
    talk: Conversation, make_offer: Callable[[], Awaitable[Offer]], first_digit: str | None = None
) -> CallOutcome:
    """Say the menu until a choice is made; after it has been said twice in vain comes the message beep.

    The offer is made anew for each round: a deputy may have left, the operators may have closed. Rounds are bounded,
    so that a storm of digits ends in the message too.
    """
    unheeded, digit = 0, first_digit
    for _round in range(MOST_ROUNDS):
        if unheeded >= TIMES_SAID:
            break
        talk.stage = "in the menu"
        offer = await make_offer()
        if digit is None:
            digit = await _ask(talk, offer)
        outcome, unheeded, digit = await _choose(talk, offer, digit, unheeded)
        if outcome is not None:
            return outcome
    offer = await make_offer()
    return await leave_message(talk, offer.mailbox)


async def _ask(talk: Conversation, offer: Offer) -> str | None:
    menu = Menu(
        deputy=offer.deputy,
        operators=offer.call_operators is not None,
        other_language=talk.other_language,
    )
    digit = await talk.say(menu, until_digit=True)
    return digit or await talk.leg.digit(WAIT_FOR_DIGIT_S)


async def _choose(
    talk: Conversation, offer: Offer, digit: str | None, unheeded: int
) -> tuple[CallOutcome | None, int, str | None]:
    """The outcome if the choice led to one, how many times the menu has been said in vain, and the next digit if it
    was pressed already."""
    if digit is None:
        return None, unheeded + 1, None
    await talk.note(EventKind.CHOSE, digit=digit)
    other = talk.other_language
    if digit == "1":
        return await leave_message(talk, offer.mailbox), unheeded, None
    if digit == "2" and offer.call_deputy is not None:
        return await offer.call_deputy(), 0, None
    if digit == "0" and offer.call_operators is not None:
        return await offer.call_operators(), 0, None
    if digit == "9" and other is not None:
        talk.language = other
        return None, 0, await talk.say(*offer.notice, until_digit=True) if offer.notice else None
    await talk.say(InvalidChoice())
    return None, unheeded + 1, None
