"""Random rows: valid ones, and directories full of what administrators can get wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

from hypothesis import strategies as st

from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import (
    Absence,
    AbsenceReason,
    Authority,
    CallClass,
    Destination,
    DestinationKind,
    Device,
    Extension,
    FunctionGroup,
    FunctionMember,
    Greeting,
    GreetingKind,
    OpeningPeriod,
    OperatorSession,
    OutgoingRule,
    OwnerKind,
    Person,
    PhoneNumber,
    Policy,
    RingOrder,
    RoutingRule,
    RuleAction,
    Schedule,
    ScheduleException,
    Unit,
)
from switchboard.domain.directory_index import TABLES, DirectoryIndex, Record
from switchboard.domain.diversion import PhoneState
from tests.builders import CITIZEN, MAIN_NUMBER

FIRST, LAST = date(2025, 2, 1), date(2029, 6, 1)
INSTANTS = st.datetimes(datetime.combine(FIRST, time()), datetime.combine(LAST, time()), timezones=st.just(UTC))
# Small ids, so that rows often meet and often miss each other.
IDS = st.integers(1, 4)
MAYBE_IDS = st.none() | IDS
CLOCK = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@st.composite
def periods(draw: st.DrawFn, broken: bool = False) -> OpeningPeriod:
    opens, closes = sorted([draw(CLOCK), draw(CLOCK)])
    weekday = draw(st.integers(-1, 8) if broken else st.integers(0, 6))
    if opens == closes or draw(st.booleans()):
        closes = time(0)
    if broken and draw(st.booleans()):
        opens, closes = closes, opens
    return OpeningPeriod(draw(st.integers(1, 999)), 1, weekday, opens, closes)


@st.composite
def exceptions(draw: st.DrawFn, near: date = FIRST, broken: bool = False) -> ScheduleException:
    first = near + timedelta(days=draw(st.integers(-10, 10)))
    last = first + timedelta(days=draw(st.integers(-2 if broken else 0, 5)))
    hours = draw(st.none() | periods(broken))
    opens, closes = (hours.opens, hours.closes) if hours else (None, None)
    if broken and draw(st.booleans()):
        opens = None
    return ScheduleException(draw(st.integers(1, 999)), 1, first, last, opens, closes)


@st.composite
def schedules(draw: st.DrawFn, near: date = FIRST, broken: bool = False) -> Schedule:
    return Schedule(
        draw(IDS),
        draw(IDS) if broken else 1,
        "",
        draw(st.booleans()),
        tuple(draw(st.lists(periods(broken), max_size=6))),
        tuple(draw(st.lists(exceptions(near, broken), max_size=4))),
    )


@st.composite
def absences(draw: st.DrawFn, near: datetime, person_id: int | None = None) -> Absence:
    """Around `near`; some end before they begin."""
    hours = st.integers(-48, 48).map(lambda each: timedelta(hours=each))
    return Absence(
        draw(st.integers(1, 99)),
        person_id or draw(IDS),
        draw(st.sampled_from(AbsenceReason)),
        near + draw(hours),
        draw(st.none() | hours.map(lambda each: near + each)),
        draw(st.booleans()),
        draw(MAYBE_IDS),
        draw(st.sampled_from(["admin", "phone", "calendar", "caldav:42", ""])),
    )


KEYS = (
    IDS.map(str) | st.none() | IDS.map(str) | st.sampled_from(["", "0", "-1", "x", "1e3", "٣", "9" * 30, "211", "12"])
)
DESTINATIONS = st.builds(Destination, st.sampled_from(DestinationKind), IDS.map(str) | KEYS.map(lambda key: key))
PATTERNS = st.none() | st.sampled_from(
    [MAIN_NUMBER, "+46!", ".", "!", "0980.", "46X.", "NXX", "anonymous", "[", "+46[5-1]", "_X.", "", "a" * 99]
)
NUMBERS = st.sampled_from([MAIN_NUMBER, "+46980319211", "+46406280400", "0980319200", "junk", ""])
DIGITS = st.sampled_from(["1", "12", "211", "", "x"])
RULES = st.builds(
    RoutingRule,
    IDS,
    IDS,
    st.integers(-1, 3),
    PATTERNS,
    PATTERNS,
    MAYBE_IDS,
    st.sampled_from(["always", "open", "closed"]),
    st.sampled_from(RuleAction),
    st.none() | DESTINATIONS,
)
ROWS: st.SearchStrategy[Record] = st.one_of(
    st.builds(
        Authority,
        IDS,
        st.text(max_size=3),
        NUMBERS,
        st.sampled_from([(), ("sv",), ("en", "sv")]),
        MAYBE_IDS,
        st.sampled_from(["46", "47", ""]),
        st.sampled_from(["", "980", "0980", "x"]),
        st.sampled_from(["*9", "", "9", "0", "1", " "]),
        st.sampled_from(["main", "own"]),
    ),
    st.builds(Policy, IDS, IDS, st.dates(), st.none() | st.integers(-2, 5)),
    st.builds(Unit, IDS, IDS, st.text(max_size=3), MAYBE_IDS, MAYBE_IDS, st.none() | DESTINATIONS),
    st.builds(Person, IDS, IDS, st.text(max_size=3), MAYBE_IDS, call_class_id=MAYBE_IDS),
    st.builds(CallClass, IDS, IDS, st.text(max_size=3)),
    st.builds(OutgoingRule, IDS, IDS, st.integers(-1, 3), PATTERNS.map(lambda pattern: pattern or "!"), st.booleans()),
    st.builds(Extension, IDS, IDS, DIGITS, DESTINATIONS),
    st.builds(PhoneNumber, IDS, IDS, NUMBERS, DESTINATIONS),
    st.builds(Device, IDS, IDS, st.sampled_from(["anna", "erik", ""]), st.booleans()),
    st.builds(
        FunctionGroup,
        IDS,
        IDS,
        st.text(max_size=3),
        MAYBE_IDS,
        st.sampled_from(RingOrder),
        st.integers(-1, 3),
        MAYBE_IDS,
        st.integers(-1, 60),
        st.booleans(),
    ),
    st.builds(FunctionMember, IDS, IDS, IDS, st.integers(-1, 3)),
    st.builds(OperatorSession, IDS, IDS, IDS, st.booleans()),
    schedules(broken=True),
    absences(datetime(2026, 8, 3, 8, tzinfo=UTC)),
    st.builds(
        Greeting,
        IDS,
        st.sampled_from(get_args(OwnerKind)),
        IDS,
        st.sampled_from(GreetingKind),
        st.sampled_from(["sv", "en"]),
        st.just("0" * 64),
        st.none() | st.sampled_from(AbsenceReason),
        st.none() | INSTANTS,
    ),
    RULES,
)


@st.composite
def directories(draw: st.DrawFn) -> DirectoryIndex:
    """A small sound world of which any rows, that mostly lead to nothing, have taken the place."""
    world: list[Record] = [
        Authority(1, "", MAIN_NUMBER, ("sv",), 1),
        PhoneNumber(1, 1, MAIN_NUMBER, draw(DESTINATIONS)),
        Schedule(1, 1, "", periods=tuple(OpeningPeriod(day, 1, day, time(8), time(16)) for day in range(7))),
        FunctionGroup(1, 1, "", schedule_id=1, operators=True),
        FunctionGroup(2, 1, "", unit_id=1),
        Unit(1, 1, "", schedule_id=1, answering_point=draw(DESTINATIONS)),
        Unit(2, 1, ""),
        Extension(1, 1, "211", draw(DESTINATIONS)),
        *(Person(id, 1, "") for id in (1, 2)),
        *(Device(id, id, account) for id, account in ((1, "anna"), (2, "erik"))),
        *(replace(row, authority_id=1) for row in draw(st.lists(RULES, max_size=2))),
    ]
    index = DirectoryIndex([*world, *draw(st.lists(ROWS, max_size=15))])
    faults = st.tuples(st.sampled_from([*TABLES.values()]), IDS.map(str), st.sampled_from(["x", "until: x", ""]))
    for table, key, problem in draw(st.lists(faults, max_size=4)):
        index.record_fault(table, key, problem)
    return index


FAMILIAR = st.sampled_from([MAIN_NUMBER, "46980319200", "0980-31 92 00", "211"])
OUTGOING = st.sampled_from(
    ["0701234567", "*90701234567", "+4712345678", "0900123456", "112", "*9112#", "*20", "*8211", "1177"]
)
STRANGE = NUMBERS | OUTGOING | DIGITS | st.sampled_from(["004640 628 04 00", "9" * 5000]) | st.text(max_size=20)
# Mapped, so that the familiar ones are half of all and not one of many alternatives.
CALLED = FAMILIAR | STRANGE.map(str)


@st.composite
def calls(draw: st.DrawFn) -> IncomingCall:
    return IncomingCall(
        "call-1",
        draw(CALLED),
        draw(st.none() | st.sampled_from([CITIZEN, "anonymous", "<script>", "x" * 5000, "\udcff"]) | st.text()),
        None,
        draw(st.sampled_from(["trunk", "phone", "service"])),
        draw(st.sampled_from(["anna", "erik"]) | st.sampled_from([None, "", "nobody"])),
        draw(INSTANTS),
    )


PHONES = st.dictionaries(st.sampled_from(["anna", "erik", ""]), st.sampled_from(PhoneState))
