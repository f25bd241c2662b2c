"""Values that the speech tests share: names with and without recordings, local times, every announcement."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args, get_type_hints

from hypothesis import strategies as st

from switchboard.domain import announcement as says
from switchboard.domain.directory import LANGUAGES, AbsenceReason, GreetingSituation
from switchboard.domain.mailbox import announcements as own
from switchboard.domain.opening_hours import STOCKHOLM

ANNA_SV, ANNA_EN = "a" * 64, "b" * 64
NORRBY_SV = "c" * 64
ANNA = says.SpokenName("Anna Andersson", {"sv": ANNA_SV, "en": ANNA_EN}, "210")
NORRBY = says.SpokenName("Norrby kommun", {"sv": NORRBY_SV})
UNRECORDED = says.SpokenName("Johan Ek", {}, "213")
NAMELESS = says.SpokenName("Johan Ek")
# What the stories of the queue, the desk and calls out name by id.
DESK_PROMPTS = (
    "queue-keep-place-offer", "queue-enter-number", "queue-number-not-accepted", "queue-place-kept", "queue-full",
    "queue-closing", "queue-waited-long", "operator-signed-in", "operator-signed-out", "operator-sign-out-refused",
    "operator-sign-out-too-few", "queue-number-abroad", "queue-still-in-line",
    "operator-paused", "operator-resumed", "operator-not-a-member", "operator-was-paused-no-answer",
    "operator-was-paused-no-phone", "desk-task-opened", "desk-no-recent-call", "desk-unknown-extension",
    "desk-nobody-parked", "desk-promise-form", "desk-promise-no-time", "desk-promise-no-date", "desk-promise-passed",
    "desk-promise-too-far", "desk-number-hidden", "desk-note-offer", "desk-note-kept", "desk-note-none",
    "call-not-allowed", "call-without-answering-point", "call-wrong-row", "outside-busy", "outside-no-answer",
    "outside-failed",
    "desk-nobody-parked", "absence-choose-reason", "absence-enter-time", "absence-enter-date", "absence-or-usual",
    "absence-unknown-reason", "absence-wrong-time", "absence-wrong-date", "absence-date-passed", "absence-next-day",
    "absence-next-year", "absence-callers-hear", "absence-keep-or-undo", "absence-kept", "absence-undone",
    "absence-lifted", "absence-was", "absence-none", "absence-not-set", "absence-understaffed", "absence-enter-deputy",
    "absence-not-operator", "absence-nobodys", "keypad-menu", "keypad-unknown-code", "keypad-goodbye",
    "pin-enter-extension", "pin-enter-pin", "pin-wrong", "pin-locked",
    "call-not-allowed", "outside-busy", "outside-no-answer", "outside-failed",
)  # fmt: skip

# What the dialogues about one's own greetings and messages name by id.
PERSONAL_PROMPTS = (
    "greeting-choose", "greeting-choose-reason", "greeting-menu", "greeting-record", "greeting-examined",
    "greeting-confirm", "greeting-saved", "greeting-until", "greeting-date-wrong", "greeting-removed",
    "greeting-is-none", "greeting-restored", "greeting-no-previous", "greeting-empty", "greeting-too-quiet",
    "greeting-reminder", "greeting-reminder-swedish", "greeting-reminder-english",
    "greeting-clipped", "greeting-too-short", "greeting-too-long", "service-end", "mailbox-nobodys", "message-menu",
    "message-saved", "message-deleted", "message-undeleted", "message-nothing-to-undo", "message-no-more",
    "message-unplayable", "message-no-number", "forward-extension", "forward-record", "forward-confirm",
    "forward-done", "forward-cancelled", "task-overdue", "task-menu", "task-why-ended", "task-ended",
    "task-email-not-enough", "task-changed-meanwhile", "task-hand-over", "task-handed-over", "task-no-more",
    "mailbox-not-watched", "unanswered-noticed",
)  # fmt: skip


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, fold: int = 0) -> datetime:
    """A local time in Europe/Stockholm."""
    return datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM, fold=fold)


hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
recordings = st.dictionaries(st.sampled_from(LANGUAGES), hashes)
names = st.builds(says.SpokenName, st.just("Namn"), recordings, st.none() | st.text("0123456789x ", max_size=6))
now_times = st.datetimes(datetime(2025, 1, 1), datetime(2040, 1, 1), timezones=st.just(STOCKHOLM))  # noqa: DTZ001
moments = st.datetimes(datetime(1990, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
near = st.builds(
    lambda start, ahead: start + ahead, now_times, st.timedeltas(timedelta(days=-400), timedelta(days=400))
)
beyond = st.sampled_from((datetime.min.replace(tzinfo=STOCKHOLM), datetime.max.replace(tzinfo=UTC)))
times = st.none() | moments | near | beyond
reasons = st.none() | st.sampled_from(AbsenceReason)
dates = st.none() | st.dates() | st.dates(date(2025, 1, 1), date(2041, 1, 1))
other_languages = st.none() | st.sampled_from(LANGUAGES)

positions = st.integers(-1, 120)
minutes = st.none() | st.integers(-1, 90)
swedish_numbers = st.text("0123456789", min_size=6, max_size=11).map("+46{}".format)
foreign_numbers = st.text("0123456789", min_size=5, max_size=14).map("+{}".format)
short_numbers = st.text("0123456789", min_size=1, max_size=10)
called_back_on = swedish_numbers | foreign_numbers | short_numbers
RETURNED_WHY = get_args(get_type_hints(says.Returned)["why"])

absences = st.builds(says.AbsenceNotice, names, reasons, times, st.booleans())
closings = st.builds(says.Closed, names, times)
promises = st.builds(says.Promise, dates, st.booleans(), st.booleans())
promised_callbacks = st.builds(says.PromisedCallback, moments | near | beyond, st.booleans())
personal: st.SearchStrategy[says.Announcement] = st.one_of(
    st.builds(
        own.GreetingState,
        st.sampled_from(GreetingSituation),
        reasons,
        st.sampled_from(LANGUAGES),
        st.booleans(),
    ),
    st.builds(own.GreetingLasts, st.dates(date(2025, 1, 1), date(2045, 12, 31))),
    st.builds(own.MailboxSummary, st.integers(0, 150), st.integers(0, 150)),
    st.builds(own.MessageHeader, st.booleans(), st.none() | called_back_on, moments),
    st.builds(own.RecordedSound, hashes),
    st.builds(own.TasksSummary, st.integers(0, 150)),
    st.builds(own.TaskHeader, st.none() | called_back_on, moments),
)
announcements: st.SearchStrategy[says.Announcement] = st.one_of(
    personal,
    st.builds(says.AnswerPhrase, names, recordings),
    st.builds(says.PersonGreeting, names, names, recordings),
    absences,
    st.builds(says.Unreachable, names, st.sampled_from(("no_answer", "busy", "no_phone"))),
    st.builds(says.GroupUnreachable, names),
    st.just(says.RingingAnyway()),
    st.builds(says.Menu, st.booleans(), st.none() | names, st.booleans(), other_languages),
    st.just(says.InvalidChoice()),
    closings,
    st.builds(says.OperatorsUnavailable, st.booleans()),
    st.builds(says.DeputyUnavailable, names),
    st.just(says.UnknownNumber()),
    st.just(says.TechnicalFault()),
    st.just(says.Refused()),
    st.just(says.LeaveMessage()),
    st.just(says.NothingRecorded()),
    promises,
    promised_callbacks,
    st.builds(says.TaskOf, names),
    st.builds(says.MessagesFor, names),
    st.just(says.Goodbye()),
    st.builds(says.FixedPrompt, st.sampled_from(("emergency", "announcement-disturbance", "fallback", *DESK_PROMPTS))),
    st.builds(says.QueuePosition, positions, minutes),
    st.builds(says.ReadBackNumber, called_back_on),
    st.builds(says.Returned, st.sampled_from(RETURNED_WHY), st.booleans()),
    st.builds(
        says.AbsenceChoices,
        st.lists(st.tuples(st.sampled_from("0123456789"), st.sampled_from(AbsenceReason))).map(tuple),
    ),
)
