"""The rows the web's fakes begin with: one of each kind, about one call to Erik Lund."""

from datetime import datetime, timedelta

from switchboard.domain.working_days import STOCKHOLM
from switchboard.views import (
    AbsenceView,
    BlockedAddressView,
    CallbackTaskView,
    CallEventView,
    CallView,
    GreetingView,
    PersonView,
    PinLockView,
    VoicemailMessageView,
)

NOW = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)
CITIZEN = "+46701740605"
ABSENCE = AbsenceView(7, "Erik Lund", "vacation", NOW, NOW + timedelta(days=5), False, "Anna Andersson", "admin", 4, 3)
ERIK = PersonView(
    id=4,
    authority="Norrby kommun",
    unit="Bygglov",
    name="Erik Lund",
    title="handläggare",
    extension="211",
    email="erik.lund@norrby.example",
    absence=ABSENCE,
    accounts=("erik",),
    authority_id=1,
    unit_id=2,
)
# The operator of the demo's directory (tests/builders.py).
OPERATOR_201 = PersonView(
    id=1,
    authority="Norrby kommun",
    unit="Växeln",
    name="Olivia Persson",
    title="telefonist",
    extension="201",
    email=None,
    absence=None,
    accounts=("op1",),
    authority_id=1,
    unit_id=4,
)
ANNA_210 = PersonView(
    id=3,
    authority="Norrby kommun",
    unit="Bygglov",
    name="Anna Andersson",
    title="handläggare",
    extension="210",
    email=None,
    absence=None,
    accounts=("anna",),
    authority_id=1,
    unit_id=2,
)
BLOCKED_ADDRESS = BlockedAddressView(3, "203.0.113.9", 2, NOW, NOW + timedelta(minutes=10), True)
PIN_LOCK = PinLockView(5, "mailbox", "1:211", 5, NOW, NOW + timedelta(hours=1), True)
TASK = CallbackTaskView(
    id="task-1",
    authority="Norrby kommun",
    unit="Bygglov",
    person="Erik Lund",
    caller=CITIZEN,
    source="voicemail",
    voicemail_message_id="message-1",
    call_id="call-1",
    received_at=NOW,
    deadline_date=NOW.date() + timedelta(days=1),
    deadline=datetime(2026, 8, 13, 23, 59, 59, tzinfo=STOCKHOLM),
    promised_at=None,
    status="open",
    rule="1 working day after Wed 2026-08-12",
    authority_id=1,
    unit_id=2,
    person_id=4,
    group=None,
)
MESSAGE = VoicemailMessageView(
    id="message-1",
    call_id="call-1",
    authority="Norrby kommun",
    person="Erik Lund",
    unit=None,
    caller=CITIZEN,
    received_at=NOW,
    duration_s=12.5,
    sha256="0" * 64,
    secret=False,
    heard=False,
    person_id=4,
    unit_id=None,
    group=None,
)
CALL = CallView(
    id="call-1",
    authority="Norrby kommun",
    called="+46980319211",
    caller=CITIZEN,
    arrived_at=NOW,
    answered_at=None,
    ended_at=None,
    outcome=None,
    route_reason="phone_number 5: to person 4",
    events=(CallEventView(NOW, "arrived", {"pii_caller": CITIZEN}),),
)
GREETING = GreetingView(9, "person", 4, "personal", "sv", None, None, "0" * 64)
OPENED = (CallEventView(NOW, "opened", {"actor": "service"}),)
