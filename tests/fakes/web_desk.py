"""What is ordered over HTTP, on a directory in memory."""

from switchboard.calls.orders import NewTask, SignedIn
from switchboard.domain.callback import CallbackTask, Deadline
from switchboard.domain.directory import Absence, PauseReason
from switchboard.domain.staffing import Allowed, Refused
from tests.builders import norrby
from tests.fakes.desk import FakeOperatorDesk
from tests.fakes.web_rows import NOW, TASK
from tests.fakes.world import FakeDirectorySource


class FakeDesk:
    """The orders themselves on a directory in memory; `opened` are the tasks. `missed` True: nobody who is to be away
    without a deputy can be spared."""

    def __init__(self) -> None:
        self.source = FakeDirectorySource(norrby(NOW))
        self.opened: list[tuple[NewTask, str]] = []
        self.missed = False

    async def sign_in(self, person_id: int, actor: str, group_id: int | None = None) -> SignedIn:
        desk, index = FakeOperatorDesk(self.source), self.source.index
        mine = [each.group_id for each in index.memberships(person_id) if group_id in (None, each.group_id)]
        groups = [id for id in mine if (group := index.function_group(id)) is not None and group.operators]
        for id in groups:
            await desk.sign_in(person_id, id, NOW, actor)
        return SignedIn(tuple(groups))

    async def sign_out(self, person_id: int, actor: str, confirm: bool = False) -> Allowed | Refused:
        index = self.source.index
        sessions = index.sessions_of(person_id)
        others = [each for session in sessions for each in index.operator_sessions(session.group_id)]
        if not confirm and all(each.person_id == person_id for each in others):
            return Refused("0 of 1 operators would be left in function_group 1 during its hours", 1, 0, 1)
        for session in sessions:
            await FakeOperatorDesk(self.source).sign_out(person_id, session.group_id, actor)
        return Allowed("nobody is missed")

    async def pause(self, person_id: int, reason: PauseReason, actor: str) -> bool:
        return await FakeOperatorDesk(self.source).pause(person_id, reason, NOW, actor)

    async def resume(self, person_id: int, actor: str) -> SignedIn:
        groups = tuple(each.group_id for each in self.source.index.sessions_of(person_id))
        await FakeOperatorDesk(self.source).resume(person_id, NOW, actor)
        return SignedIn(groups)

    async def open_task(self, new: NewTask, actor: str) -> CallbackTask:
        self.opened.append((new, actor))
        row = TASK
        deadline = Deadline(row.deadline_date, row.deadline, row.rule, 1)
        return CallbackTask(row.id, new.mailbox, new.caller, "operator", new.call_id, None, new.received_at, deadline)

    async def may_be_away(self, absence: Absence) -> Allowed | Refused:
        if self.missed and absence.deputy_id is None:
            return Refused("0 of 1 would be left in function_group 2 at 2026-08-12T10:00:00+02:00", 2, 0, 1, NOW)
        return Allowed("nobody is missed")
