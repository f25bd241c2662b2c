"""The Sieve script that answers, and what is done with it in a mailbox."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sievelib.parser import Parser

from switchboard.domain.autoreply import MailState
from switchboard.domain.autoreply.scripts import (
    NAME,
    Reply,
    Scripts,
    answers,
    lift_reply,
    quote,
    script_before,
    set_reply,
    write_script,
)

ALL = frozenset({"vacation", "include", "date", "relational"})
REPLY = Reply("Autosvar: Åsa är inte på plats", "Hej!\nÅter måndag.", "asa@norrby.example", "Åsa Öberg")
OWN_REPLY = 'require ["vacation"];\nvacation "Borta.";\n'
FILTER = 'require "fileinto"; fileinto "Skräp"; # no vacation here\n'
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


def unquoted(literal: str) -> str:
    """What a server makes of a quoted string; anything after it is an error."""
    found = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', literal, re.DOTALL)
    assert found, literal
    return re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL)


@given(TEXTS)
def test_a_quoted_text_is_one_string_whatever_stands_in_it(text: str) -> None:
    read = unquoted(quote(text))
    assert "\x00" not in read
    assert "\n" not in read.replace("\r\n", "")
    plain = [line for line in re.split("\r\n|\r|\n", text) if line.isprintable()]
    assert all(line in read for line in plain)


@given(NAMES, TEXTS, TEXTS)
def test_every_script_can_be_read_again(name: str, subject: str, body: str) -> None:
    script = write_script(Reply(subject, body, "a@b.example", name, ("c@d.example",)), name, ALL)
    assert script_before(script) == name
    assert answers(script)
    assert script.endswith("\r\n")


def test_the_library_s_parser_understands_it() -> None:
    reply = Reply(
        REPLY.subject, 'Med "citat" och \\.\n.\n', REPLY.sender, 'Åsa "Ö"', until=datetime(2026, 8, 24, tzinfo=UTC)
    )
    parser = Parser()
    assert parser.parse(write_script(reply, None, frozenset({"vacation"}))), parser.error


def test_it_falls_silent_by_itself_where_the_server_can_tell_the_time() -> None:
    until = datetime(2026, 8, 24, 8, tzinfo=UTC)
    reply = Reply(REPLY.subject, REPLY.body, REPLY.sender, until=until)
    assert '"iso8601" "2026-08-24T08:00:00"' in write_script(reply, None, ALL)
    assert "currentdate" not in write_script(reply, None, frozenset({"vacation"}))
    assert ":days 1 " in write_script(reply, None, ALL)


@pytest.mark.parametrize(
    ("script", "does"),
    [
        (OWN_REPLY, True),
        ("if true {\n  VACATION :days 7 text:\nhej\n.\n;\n}", True),
        (FILTER, False),
        ('require ["vacation", "fileinto"];\nfileinto "vacation";', False),
        ("/* vacation\n */ keep;", False),
        ('redirect "a@b.example"; # vacation "x"', False),
        ("fileinto text:\nvacation\n.\n;\nkeep;", False),
        ('fileinto text:\nmed punkt\n..\n.\n;\nvacation "x";', True),
        ("", False),
    ],
)
def test_what_answers(script: str, does: bool) -> None:
    assert answers(script) is does


@given(TEXTS)
def test_any_text_is_read_to_its_end(text: str) -> None:
    answers(text)


class TestSteps:
    def test_a_filter_of_one_s_own_is_included(self) -> None:
        steps = set_reply(Scripts({"regler": FILTER}, "regler", ALL), REPLY)
        assert steps.state is MailState.OURS
        assert steps.activate == NAME
        assert steps.put is not None
        assert steps.put.endswith('include :personal :optional "regler";\r\n')

    def test_done_again_it_keeps_the_person_s_own_in_mind(self) -> None:
        first = set_reply(Scripts({"regler": FILTER}, "regler", ALL), REPLY)
        during = Scripts({"regler": FILTER, NAME: first.put or ""}, NAME, ALL)
        again = set_reply(during, REPLY)
        assert again.put == first.put
        assert again.activate is None
        assert lift_reply(during).activate == "regler"

    def test_a_reply_of_one_s_own_written_meanwhile_takes_its_place(self) -> None:
        first = set_reply(Scripts({"regler": FILTER}, "regler", ALL), REPLY)
        during = Scripts({"regler": OWN_REPLY, NAME: first.put or ""}, NAME, ALL)
        steps = set_reply(during, REPLY)
        assert (steps.state, steps.put, steps.activate, steps.delete) == (MailState.OWN, None, "regler", True)
        assert lift_reply(during).state is MailState.OWN

    def test_a_server_without_vacation_or_include(self) -> None:
        assert "vacation" in set_reply(Scripts({}, None, frozenset()), REPLY).refused
        found = Scripts({"regler": FILTER}, "regler", frozenset({"vacation"}))
        assert "include" in set_reply(found, REPLY).refused
        assert not set_reply(Scripts({}, None, frozenset({"vacation"})), REPLY).refused

    def test_ours_of_which_somebody_has_spoilt_the_first_lines(self) -> None:
        steps = lift_reply(Scripts({NAME: "# Before: {nonsense\n"}, NAME, ALL))
        assert (steps.activate, steps.delete) == ("", True)
