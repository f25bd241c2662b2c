"""Whose mailbox it is that somebody asks for by its extension, and what it is called (R28)."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import Asking, ask_digits
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.calls.orders import mailbox_at
from switchboard.domain.announcement import FixedPrompt, SpokenName
from switchboard.domain.call import EventKind
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Directory, Person
from switchboard.domain.greeting import authority_name, spoken_name
from switchboard.domain.tasks.own import watches

EXTENSIONS_ASKED = 3
ONE_EXTENSION = Asking(tries=1, most=8)


async def owner_at(talk: Conversation, person: Person, actor: str, extension: str) -> MailboxOwner | None:
    """The person's own, or one that they watch now. None: neither, and they have been told so."""
    await talk.refresh()
    found = mailbox_at(talk.directory, person.authority_id, extension)
    if found is None:
        await talk.say(FixedPrompt("desk-unknown-extension"))
        return None
    if found.person_id == person.id:
        return MailboxOwner(person, actor)
    if watches(person.id, found, talk.directory, talk.now):
        return MailboxOwner(person, actor, found)
    await talk.note(EventKind.DESK, refused="the mailbox is not theirs to watch")
    await talk.say(FixedPrompt("mailbox-not-watched"))
    return None


async def ask_mailbox(talk: Conversation, person: Person, prompt: FixedPrompt, besides: Mailbox) -> Mailbox | None:
    """Whose it is that a colleague of the person's authority gives the extension of, other than `besides`. None: they
    gave up."""
    for _ in range(EXTENSIONS_ASKED):
        digits = await ask_digits(talk, prompt, asking=ONE_EXTENSION)
        if digits is None:
            break
        await talk.refresh()
        found = mailbox_at(talk.directory, person.authority_id, digits)
        if found is not None and found != besides:
            return found
        await talk.say(FixedPrompt("desk-unknown-extension"))
    return None


def spoken_owner(directory: Directory, mailbox: Mailbox) -> SpokenName:
    """The person, the function, the unit, or the authority itself."""
    found = (
        directory.person(mailbox.person_id or 0),
        directory.function_group(mailbox.group_id or 0),
        directory.unit(mailbox.unit_id or 0),
    )
    owner = next((each for each in found if each is not None), None)
    return spoken_name(directory, owner) if owner is not None else authority_name(directory, mailbox.authority_id)
