"""A house in which Maria has messages."""

from datetime import timedelta

from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.mailbox.session import MailboxMessage
from tests.builders import MARIA
from tests.fakes.leg import FakeLeg
from tests.fakes.world import WEDNESDAY, World, at_work

CITIZEN = "+46701740605"
SAVED = CallOutcome(Outcome.SERVED, "messages heard")


def message(number: int, new: bool = True, caller: str | None = CITIZEN) -> MailboxMessage:
    received = WEDNESDAY - timedelta(hours=5) + timedelta(minutes=number)
    return MailboxMessage(f"m{number}", caller, received, f"{number:064x}", new)


def in_house(*messages: MailboxMessage) -> World:
    world = World(at_work())
    world.announcer.names_prompts = True
    world.message_book.add(MARIA.id, *messages)
    return world


def audio(number: int) -> str:
    return f"sound:{number:064x}"


def played(leg: FakeLeg) -> list[str]:
    return [each for each in leg.hears if each.startswith("sound:")]


def prompts(world: World) -> list[str]:
    return [each.prompt_id for each in world.announcer.said if isinstance(each, FixedPrompt)]
