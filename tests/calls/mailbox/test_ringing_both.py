"""A call back that is ordered over HTTP rings the colleague first, and then whoever waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.mailbox.ringing_both import CallsBack
from switchboard.domain.call import Outcome
from switchboard.domain.callback import Mailbox, TaskStatus
from switchboard.domain.directory import AbsenceReason
from switchboard.domain.diversion import PhoneState
from switchboard.domain.tasks.life import TaskState
from switchboard.errors import BadValue, Conflict, NotFound
from tests.builders import ERIK, MAIN_NUMBER, MARIA, absence
from tests.calls.mailbox.mailboxes import CITIZEN
from tests.fakes.telephony import talk_with
from tests.fakes.world import WEDNESDAY, World, at_work

TASK = TaskState("1", Mailbox(1, person_id=MARIA.id), TaskStatus.OPEN, WEDNESDAY - timedelta(hours=1), caller=CITIZEN)


class Scene:
    def __init__(self, task: TaskState = TASK) -> None:
        self.world = World(at_work())
        self.world.announcer.names_prompts = True
        self.world.task_book.add(task)
        self.dispatcher = Dispatcher(self.world.ports)
        self.calls = CallsBack(self.world.ports, self.dispatcher.make)
        self.maria = self.world.telephony.phone("maria", answers_after=3)
        self.citizen = self.world.telephony.phone(CITIZEN, answers_after=4, talks_for=30)

    async def called(self, person_id: int | None = None) -> str:
        call_id = await self.calls.start("1", person_id, "token 1")
        await self.dispatcher.drain(600)
        assert self.world.telephony.left_over() == []
        return call_id


@pytest.mark.requirement("R14")
async def test_the_colleague_is_rung_then_the_caller_who_sees_the_authority_s_number() -> None:
    scene = Scene()
    call_id = await scene.called()
    (rung,) = scene.maria.rung
    assert (rung.pii_display_name, rung.pii_display_number) == ("Ring upp: 070-174 06 05", CITIZEN)
    (dialled,) = scene.citizen.dialled
    assert (dialled.pii_shown_name, dialled.pii_shown_number) == ("Norrby kommun", MAIN_NUMBER)
    assert talk_with("maria") in scene.citizen.leg.hears
    row = scene.world.journal.calls[call_id]
    assert (row.call.called, row.call.account, row.call.source) == (CITIZEN, "maria", "service")
    assert row.outcome is not None
    assert row.outcome.outcome is Outcome.CONNECTED


async def test_whoever_is_named_or_has_the_task_is_rung() -> None:
    scene = Scene(replace(TASK, mailbox=Mailbox(1), taken_by=ERIK.id, status=TaskStatus.TAKEN))
    erik = scene.world.telephony.phone("erik", answers_after=1)
    await scene.called()
    assert (len(erik.rung), scene.maria.rung) == (1, [])
    scene = Scene()
    erik = scene.world.telephony.phone("erik", answers_after=1)
    await scene.called(ERIK.id)
    assert (len(erik.rung), scene.maria.rung) == (1, [])


async def test_a_colleague_who_does_not_answer_has_made_no_attempt() -> None:
    scene = Scene()
    scene.maria.answers_after = None
    call_id = await scene.called()
    assert scene.citizen.dialled == []
    row = scene.world.journal.calls[call_id]
    assert row.call.account is None
    assert row.outcome is not None
    assert row.outcome.reason == "the colleague did not answer"


async def test_a_colleague_hears_that_the_caller_does_not_answer() -> None:
    scene = Scene()
    scene.citizen.answers_after = None
    await scene.called()
    assert "outside-no-answer" in scene.maria.leg.hears


async def test_a_colleague_who_hangs_up_while_the_caller_is_rung_ends_it() -> None:
    scene = Scene()
    scene.maria.on_answer = lambda leg: leg.hang_up_after(2)
    await scene.called()
    assert (len(scene.citizen.dialled), scene.citizen.legs) == (1, [])


@pytest.mark.parametrize(
    ("task", "why"),
    [
        (replace(TASK, caller=None), "no number"),
        (replace(TASK, caller="+4790012345"), "may not call there"),
        (replace(TASK, caller="999"), "no number that can be called"),
        (replace(TASK, status=TaskStatus.DONE), "is done"),
    ],
)
async def test_what_cannot_be_called_is_refused_before_anybody_is_rung(task: TaskState, why: str) -> None:
    scene = Scene(task)
    with pytest.raises(Conflict, match=why):
        await scene.calls.start("1", None, "token 1")
    assert scene.maria.rung == []


@pytest.mark.requirement("R1")
async def test_who_is_away_or_has_no_free_telephone_is_not_rung() -> None:
    scene = Scene()
    scene.maria.state = PhoneState.BUSY
    with pytest.raises(Conflict, match="free"):
        await scene.calls.start("1", None, "token 1")
    scene.maria.state = PhoneState.FREE
    scene.world.directory.index.put(absence(9, MARIA, AbsenceReason.SICK, WEDNESDAY, None))
    with pytest.raises(Conflict, match="absent"):
        await scene.calls.start("1", None, "token 1")
    assert scene.maria.rung == []


async def test_nobody_named_and_no_such_task() -> None:
    scene = Scene(replace(TASK, mailbox=Mailbox(1)))
    with pytest.raises(BadValue, match="person"):
        await scene.calls.start("1", None, "token 1")
    with pytest.raises(NotFound):
        await scene.calls.start("2", None, "token 1")
    await scene.dispatcher.drain(1)
    with pytest.raises(Conflict, match="stop"):
        await scene.calls.start("1", MARIA.id, "token 1")
