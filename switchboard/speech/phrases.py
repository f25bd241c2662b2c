"""What is said for each announcement: its sentences, as clips in order. Pure, and complete over the union."""

from datetime import datetime

from switchboard.domain.announcement import (
    AbsenceChoices,
    AbsenceNotice,
    Announcement,
    AnswerPhrase,
    Closed,
    DeputyUnavailable,
    FixedPrompt,
    Goodbye,
    GroupUnreachable,
    InvalidChoice,
    LeaveMessage,
    Menu,
    MessagesFor,
    NothingRecorded,
    OperatorsUnavailable,
    PersonGreeting,
    Promise,
    PromisedCallback,
    QueuePosition,
    ReadBackNumber,
    Refused,
    Returned,
    RingingAnyway,
    SpokenName,
    TaskOf,
    TechnicalFault,
    UnknownNumber,
    Unreachable,
)
from switchboard.domain.directory import Language
from switchboard.domain.mailbox.announcements import (
    GreetingLasts,
    GreetingState,
    MailboxSummary,
    MessageHeader,
    RecordedSound,
    TaskHeader,
    TasksSummary,
)
from switchboard.domain.opening_hours import STOCKHOLM
from switchboard.speech.clips import Clips, Recorded, prompts
from switchboard.speech.keypad_phrases import absence_choices
from switchboard.speech.names import own_recording, place, somebody
from switchboard.speech.personal_phrases import personal_phrase
from switchboard.speech.timed_phrases import timed_phrase
from switchboard.speech.waiting_phrases import waiting_phrase


def phrase(announcement: Announcement, language: Language, now: datetime) -> Clips:
    """The clips that say the announcement, at least one. `now` is aware."""
    match announcement:
        case AnswerPhrase() | PersonGreeting():
            return _greeting(announcement, language)
        case AbsenceNotice() | Closed() | Promise() | PromisedCallback():
            return timed_phrase(announcement, language, now.astimezone(STOCKHOLM))
        case Unreachable() | GroupUnreachable() | DeputyUnavailable() | Menu():
            return _about_somebody(announcement, language)
        case RingingAnyway() | OperatorsUnavailable() | UnknownNumber() | TechnicalFault() | Refused():
            return prompts(language, _course_of_call(announcement))
        case InvalidChoice() | LeaveMessage() | NothingRecorded() | Goodbye() | FixedPrompt():
            return prompts(language, _dialogue(announcement))
        case QueuePosition() | ReadBackNumber() | Returned():
            return prompts(language, *waiting_phrase(announcement, language))
        case (
            GreetingState()
            | GreetingLasts()
            | MailboxSummary()
            | MessageHeader()
            | RecordedSound()
            | TasksSummary()
            | TaskHeader()
            | TaskOf()
            | MessagesFor()
            | AbsenceChoices()
        ):
            return _to_a_colleague(announcement, language, now)


ToAColleague = (
    GreetingState
    | GreetingLasts
    | MailboxSummary
    | MessageHeader
    | RecordedSound
    | TasksSummary
    | TaskHeader
    | TaskOf
    | MessagesFor
    | AbsenceChoices
)


def _to_a_colleague(announcement: ToAColleague, language: Language, now: datetime) -> Clips:
    if isinstance(announcement, RecordedSound):
        return (Recorded(announcement.sha256, f"[{announcement.what}]"),)
    if isinstance(announcement, TaskOf | MessagesFor):
        return _shared(announcement, language)
    if isinstance(announcement, AbsenceChoices):
        return prompts(language, *absence_choices(announcement.keys))
    return prompts(language, *personal_phrase(announcement, language, now))


def _greeting(greeting: AnswerPhrase | PersonGreeting, language: Language) -> Clips:
    match greeting:
        case AnswerPhrase(authority, recordings):
            recorded = own_recording(recordings, authority, "answer_phrase", language)
            named = place(authority, language)
            composed = (*prompts(language, "welcome-to"), *named) if named else prompts(language, "welcome")
            return recorded or composed
        case PersonGreeting(authority, person, recordings):
            recorded = own_recording(recordings, person, "personal", language)
            named = (*place(authority, language), *place(person, language))
            composed = (*prompts(language, "reached"), *named) if named else prompts(language, "welcome")
            return recorded or composed


Somebody = Unreachable | GroupUnreachable | DeputyUnavailable | Menu


def _about_somebody(announcement: Somebody, language: Language) -> Clips:
    match announcement:
        case Unreachable(person, why):
            return (*somebody(person, language), *prompts(language, why.replace("_", "-")))
        case GroupUnreachable(group):
            named = place(group, language)
            return (*named, *prompts(language, "group-no-answer" if named else "nobody-answers"))
        case DeputyUnavailable(deputy):
            named = place(deputy, language)
            return (*named, *prompts(language, "deputy-no-answer" if named else "deputy-unavailable"))
        case Menu():
            return _menu(announcement, language)


def _shared(announcement: TaskOf | MessagesFor, language: Language) -> Clips:
    named = place(announcement.owner, language)
    if not named:
        return prompts(language, "task-for-function")
    return (*prompts(language, "task-for" if isinstance(announcement, TaskOf) else "mailbox-of"), *named)


def _menu(menu: Menu, language: Language) -> Clips:
    """Only what is offered; the other language is offered in that language."""
    message = prompts(language, "menu-message") if menu.message else ()
    operators = prompts(language, "menu-operators") if menu.operators else ()
    other = prompts(menu.other_language, "menu-language") if menu.other_language else ()
    choices = (*message, *_deputy_choice(menu.deputy, language), *operators, *other)
    return (*choices, *prompts(language, "menu-hang-up" if choices else "menu-nothing"))


def _deputy_choice(deputy: SpokenName | None, language: Language) -> Clips:
    if deputy is None:
        return ()
    named = place(deputy, language)
    return (*prompts(language, "menu-deputy"), *named) if named else prompts(language, "menu-deputy-unnamed")


def _course_of_call(
    announcement: RingingAnyway | OperatorsUnavailable | UnknownNumber | TechnicalFault | Refused,
) -> str:
    match announcement:
        case RingingAnyway():
            return "ringing-anyway"
        case OperatorsUnavailable(busy):
            return "operators-busy" if busy else "operators-none"
        case UnknownNumber():
            return "unknown-number"
        case TechnicalFault():
            return "technical-fault"
        case Refused():
            return "refused"


def _dialogue(announcement: InvalidChoice | LeaveMessage | NothingRecorded | Goodbye | FixedPrompt) -> str:
    match announcement:
        case InvalidChoice():
            return "invalid-choice"
        case LeaveMessage():
            return "leave-message"
        case NothingRecorded():
            return "nothing-recorded"
        case Goodbye():
            return "goodbye"
        case FixedPrompt(prompt_id):
            return prompt_id
