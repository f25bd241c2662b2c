"""The orders with their ports at hand, for whoever gives them over HTTP."""

from switchboard.calls.orders import absences, attendance, tasks
from switchboard.calls.orders.attendance import SignedIn
from switchboard.calls.orders.tasks import NewTask
from switchboard.calls.ports import Ports
from switchboard.domain.callback import CallbackTask
from switchboard.domain.directory import Absence, PauseReason
from switchboard.domain.staffing import Allowed, Refused


class OrdersByApi:
    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def sign_in(self, person_id: int, actor: str, group_id: int | None = None) -> SignedIn:
        return await attendance.sign_in(self._ports, person_id, actor, group_id)

    async def sign_out(self, person_id: int, actor: str, confirm: bool = False) -> Allowed | Refused:
        return await attendance.sign_out(self._ports, person_id, actor, confirm)

    async def pause(self, person_id: int, reason: PauseReason, actor: str) -> bool:
        return await attendance.pause(self._ports, person_id, reason, actor)

    async def resume(self, person_id: int, actor: str) -> SignedIn:
        return await attendance.resume(self._ports, person_id, actor)

    async def open_task(self, new: NewTask, actor: str) -> CallbackTask:
        return await tasks.open_task(self._ports, new, actor)

    async def may_be_away(self, absence: Absence) -> Allowed | Refused:
        return await absences.may_be_away(self._ports, absence)
