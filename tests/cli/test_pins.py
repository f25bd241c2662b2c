"""PINs at the keyboard: asked for twice and unseen, refused with the reason, unlocked; never a word of a command."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from switchboard.calls.ports import PinAttempt, PinVerdict
from switchboard.changes import Act
from switchboard.cli import app
from switchboard.db.engine import Database
from switchboard.db.pins import DatabasePins
from switchboard.db.tables import authority, person
from tests.cli.conftest import Command
from tests.demo_house import NOW, id_of

GOOD, OTHER = "730518", "640917"
pytestmark = pytest.mark.requirement("R41")


def _typed(*lines: str) -> tuple[int, str]:
    """The exit status and all that was printed, of `person pin 211` at which these lines were typed."""
    done = CliRunner().invoke(app, ["person", "pin", "211"], input="".join(f"{line}\n" for line in lines))
    return done.exit_code, done.output


def _tried(folder: Path, pin: str, times: int = 1, at: datetime = NOW) -> PinVerdict:
    async def work() -> PinVerdict:
        database = Database(f"sqlite:///{folder / 'cli.sqlite3'}")
        norrby, erik = await id_of(database, authority, "Norrby kommun"), await id_of(database, person, "Erik Lund")
        verdict = PinVerdict.WRONG
        for _ in range(times):
            attempt = PinAttempt(norrby, "211", erik, "+46701740605", pin)
            verdict = await DatabasePins(database).check(attempt, Act("keypad", at))
        await database.close()
        return verdict

    return asyncio.run(work())


def test_it_is_asked_for_twice_and_not_shown(switchboard: Command, environment: Path) -> None:
    del switchboard
    status, printed = _typed(GOOD, GOOD)
    assert (status, printed.splitlines()[-1]) == (0, "Erik Lund has a new PIN.")
    assert GOOD not in printed
    assert _tried(environment, GOOD) is PinVerdict.RIGHT
    assert GOOD.encode() not in (environment / "cli.sqlite3").read_bytes()


def test_two_that_differ_are_asked_for_again(switchboard: Command, environment: Path) -> None:
    del switchboard
    assert _typed(GOOD, OTHER, OTHER, OTHER)[0] == 0
    assert _tried(environment, GOOD) is PinVerdict.WRONG


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("73051", "pin: must have six digits at least"),
        ("123456", "pin: is too easy to guess"),
        ("211730", "pin: must not be taken from the person's own number"),
        ("sextio", "pin: must be digits"),
    ],
)
def test_a_bad_one_is_refused_with_the_reason(switchboard: Command, environment: Path, pin: str, why: str) -> None:
    del switchboard
    status, printed = _typed(pin, pin)
    assert status == 2
    assert why in printed
    assert pin not in printed
    assert _tried(environment, pin) is PinVerdict.WRONG


def test_a_pin_is_no_word_of_the_command(switchboard: Command) -> None:
    assert switchboard("person", "pin", "211", GOOD).status == 2


def test_locks_are_listed_and_ended(switchboard: Command, environment: Path) -> None:
    assert switchboard("person", "locks").out == "No wrong PINs.\n"
    assert switchboard("person", "unlock", "211").out == "No wrong PINs were counted.\n"
    _typed(GOOD, GOOD)
    assert _tried(environment, OTHER, 5) is PinVerdict.WRONG
    assert _tried(environment, GOOD) is PinVerdict.LOCKED
    found = {each["kind"]: each for each in switchboard("person", "locks", "--json").document["items"]}
    assert (found["mailbox"]["locked"], found["caller"]["locked"]) == (True, False)
    assert "+46701740605" in switchboard("person", "locks").out
    assert switchboard("person", "unlock", "Erik Lund").out == "unlocked\n"
    assert switchboard("person", "unlock", "--id", str(found["caller"]["id"]), "--json").document == {"unlocked": True}
    assert switchboard("person", "unlock", "--id", "77").status == 1
    assert switchboard("person", "unlock").status == 2
    assert _tried(environment, GOOD) is PinVerdict.RIGHT
