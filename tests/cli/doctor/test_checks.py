"""Each check, on facts that are well and on facts that are not."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchboard.cli.doctor.checks import CHECKS, examine
from switchboard.cli.doctor.facts import (
    AsteriskFacts,
    BackupFacts,
    ClockFacts,
    DatabaseFacts,
    DiskFacts,
    Exposure,
    Facts,
    MailFacts,
    Organisation,
    SoundFacts,
    WebFacts,
)
from switchboard.domain.checks import Fault, Severity
from switchboard.domain.working_days import STOCKHOLM

NOW = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)
PHONES = frozenset({"anna", "erik", "maria", "op1"})
ORGANISATION = Organisation((), 1, PHONES, NOW - timedelta(hours=1))
DATABASE = DatabaseFacts(None, "0015", "0015", organisation=ORGANISATION)
CLOSED = Exposure("127.0.0.1:8088", "127.0.0.1:5038", ("127.0.0.1:5060",), ("127.0.0.1/32",), "username,ip")
PUBLIC = replace(CLOSED, sip=("192.0.2.7:5060",), trunk=("198.51.100.0/24",), identifier_order="ip,username")
ASTERISK = AsteriskFacts(exposure=CLOSED, phones=dict.fromkeys(PHONES, True))
WEB = WebFacts("127.0.0.1", False, "http://127.0.0.1:8080/media", "127.0.0.1", True, 404)
WELL = Facts(
    settings=(),
    database=DATABASE,
    asterisk=ASTERISK,
    disk=DiskFacts(Path("var/recordings"), None, 40 << 30, 100 << 30),
    sounds=SoundFacts(Path("sounds"), None, ()),
    clock=ClockFacts(NOW, True, chosen=False),
    web=WEB,
    mail=MailFacts(None),
    backup=BackupFacts(Path("/backup"), NOW - timedelta(hours=7)),
)


def database(**changes: Any) -> Facts:  # noqa: ANN401  fields of the facts
    return replace(WELL, database=replace(DATABASE, **changes))


def organisation(**changes: Any) -> Facts:  # noqa: ANN401
    return database(organisation=replace(ORGANISATION, **changes))


def asterisk(**changes: Any) -> Facts:  # noqa: ANN401
    return replace(WELL, asterisk=replace(ASTERISK, **changes))


def web(**changes: Any) -> Facts:  # noqa: ANN401
    return replace(WELL, web=replace(WEB, **changes))


def disk(**changes: Any) -> Facts:  # noqa: ANN401
    return replace(WELL, disk=replace(DiskFacts(Path("r"), None, 40 << 30, 100 << 30), **changes))


def clock(**changes: Any) -> Facts:  # noqa: ANN401
    return replace(WELL, clock=replace(ClockFacts(NOW, True, chosen=False), **changes))


LATE = organisation(newest_call=NOW + timedelta(hours=2))
NO_AUTHORITY = organisation(faults=(Fault("authority", "", None, "there is no authority: calls reach nobody"),))
NO_GROUP = organisation(faults=(Fault("authority", "1", "operators_group_id", "names no operators' group"),))
NO_MAIN = organisation(faults=(Fault("authority", "1", "main_number", "leads nowhere", Severity.WARNING),))
BROKEN = organisation(faults=(Fault("extension", "4", "digits", "is no number"), Fault("unit", "2", None, "is gone")))
ILL = [
    (
        "settings",
        replace(WELL, settings=("SWITCHBOARD_ARI_PASSWORD is not set",)),
        "error",
        "set it in the environment",
    ),
    ("database", database(fault="it does not answer: refused"), "error", "SWITCHBOARD_DATABASE_URL"),
    ("database", database(revision=None), "error", "switchboard migrate"),
    ("database", database(revision="0012"), "error", "switchboard migrate"),
    ("database", database(writable=False), "error", "full disk"),
    ("asterisk", asterisk(ari_fault="401 no", ari_status=401), "error", "SWITCHBOARD_ARI_PASSWORD"),
    ("asterisk", asterisk(ari_fault="0 GET endpoints: gone", ari_status=0), "error", "SWITCHBOARD_ARI_URL"),
    ("asterisk", asterisk(ami_fault="Login: Authentication failed"), "error", "SWITCHBOARD_AMI_PASSWORD"),
    ("asterisk", asterisk(ami_fault="TimeoutError"), "error", "SWITCHBOARD_AMI_HOST"),
    ("open doors", asterisk(exposure=replace(CLOSED, ari="192.0.2.7:8088")), "warning", "firewall"),
    ("open doors", asterisk(exposure=replace(CLOSED, ami="0.0.0.0:5038")), "warning", "firewall"),
    ("open doors", web(bind_host="192.0.2.7"), "warning", "SWITCHBOARD_HTTP_BIND"),
    ("trunk", asterisk(exposure=replace(PUBLIC, trunk=CLOSED.trunk)), "error", "SWITCHBOARD_TRUNK_MATCH"),
    ("trunk", asterisk(exposure=replace(PUBLIC, trunk=())), "error", "SWITCHBOARD_TRUNK_MATCH"),
    ("trunk", asterisk(exposure=replace(PUBLIC, identifier_order="username,ip")), "warning", "IDENTIFIER_ORDER"),
    ("disk", disk(fault="Permission denied"), "error", "SWITCHBOARD_RECORDINGS"),
    ("disk", disk(free_bytes=900 << 20), "warning", "make room"),
    ("sounds", replace(WELL, sounds=SoundFacts(Path("s"), "script.toml: no such file", ())), "error", "SOUNDS"),
    ("sounds", replace(WELL, sounds=SoundFacts(Path("s"), None, ("a is missing", "b too"))), "warning", "restore"),
    ("media", web(asterisk_here=False), "error", "SWITCHBOARD_MEDIA_URL"),
    ("media", web(media_status=0), "error", "start the service"),
    ("media", web(media_status=403), "error", "SWITCHBOARD_MEDIA_PEERS"),
    ("media", web(media_status=200), "error", "SWITCHBOARD_MEDIA_URL"),
    ("clock", clock(synchronised=False), "warning", "chrony"),
    ("clock", database(ahead=timedelta(seconds=-90)), "error", "time server"),
    ("clock", LATE, "error", "set the clock right"),
    ("organisation", NO_AUTHORITY, "error", "docs/administration.md"),
    ("organisation", NO_GROUP, "error", "docs/administration.md"),
    ("organisation", NO_MAIN, "warning", "docs/administration.md"),
    ("organisation", BROKEN, "error", "switchboard check"),
    ("admin token", organisation(admin_tokens=0), "warning", "switchboard token create"),
    ("phones", asterisk(phones=dict.fromkeys(PHONES - {"erik"}, True)), "error", "phone_account_not_set"),
    ("phones", organisation(encrypted=frozenset({"anna"})), "error", "SWITCHBOARD_TLS"),
    ("phones", asterisk(phones={**dict.fromkeys(PHONES, False), "op1": True}), "warning", "SWITCHBOARD_BIND"),
    ("mail", replace(WELL, mail=MailFacts("the mail server answered 535")), "error", "SWITCHBOARD_SMTP_URL"),
    ("backup", replace(WELL, backup=BackupFacts(Path("/backup"), None)), "error", "switchboard backup /backup"),
    ("backup", replace(WELL, backup=BackupFacts(Path("/b"), NOW - timedelta(hours=27))), "warning", "backup /b"),
]


@pytest.mark.parametrize(("check", "facts", "severity", "remedy"), ILL)
def test_what_is_wrong_is_found_once_with_its_remedy(check: str, facts: Facts, severity: str, remedy: str) -> None:
    (found,) = examine(facts)
    assert (found.check, found.severity) == (check, severity)
    assert remedy in found.remedy
    assert "\n" not in found.problem + found.remedy


def test_every_check_can_find_something() -> None:
    assert {check for check, *_ in ILL} == CHECKS.keys()


WELL_TOO = [
    WELL,
    Facts(),
    asterisk(exposure=PUBLIC),
    asterisk(exposure=replace(CLOSED, ari="[::1]:8088", ami="localhost:5038")),
    asterisk(phones={**dict.fromkeys(PHONES, True), "erik": False, "anna": False, "trunk": False}),
    web(bind_host="192.0.2.7", open_on_purpose=True),
    web(bind_host="192.0.2.7", open_on_purpose=True, media_host="192.0.2.7", asterisk_here=False),
    clock(synchronised=None),
    replace(LATE, clock=ClockFacts(NOW, synchronised=False, chosen=True)),
    disk(free_bytes=300 << 20, whole_bytes=4 << 30),
    replace(WELL, mail=None, backup=None),
]


@pytest.mark.parametrize("facts", WELL_TOO)
def test_what_is_well_is_left_alone(facts: Facts) -> None:
    assert list(examine(facts)) == []


def test_errors_come_before_warnings() -> None:
    facts = replace(organisation(admin_tokens=0), mail=MailFacts("the mail server answered 535"))
    assert [finding.check for finding in examine(facts)] == ["mail", "admin token"]


def test_one_phone_of_two_that_is_off_says_nothing() -> None:
    facts = organisation(accounts=frozenset({"anna", "erik"}))
    phones = AsteriskFacts(exposure=CLOSED, phones={"anna": False, "erik": False})
    assert list(examine(replace(facts, asterisk=phones))) == []
