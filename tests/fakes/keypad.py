"""PINs and absences set by keypad, in memory: by the same rules as in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from switchboard.calls.ports import KeyedAbsence, PinAttempt, PinVerdict, Replaced
from switchboard.changes import Act
from switchboard.domain.absence import absences_in_force, is_from_calendar
from switchboard.domain.directory import Absence
from switchboard.domain.keypad.pins import LockKind, Tries, is_locked, one_less, one_more, pin_problem
from switchboard.errors import BadValue
from tests.fakes.desk import HasIndex


@dataclass(frozen=True, slots=True)
class PinAct:
    action: str
    person_id: int | None
    actor: str


class FakePins:
    """`acts` are what was audited."""

    def __init__(self, source: HasIndex) -> None:
        self._source = source
        self._pins: dict[int, str] = {}
        self._tries: dict[tuple[LockKind, str], Tries] = {}
        self.acts: list[PinAct] = []

    async def check(self, attempt: PinAttempt, act: Act) -> PinVerdict:
        subjects: Mapping[LockKind, str] = {
            "mailbox": f"{attempt.authority_id}:{attempt.extension}",
            "caller": attempt.caller or "hidden",
        }
        if any(is_locked(self._tries.get(key), act.at) for key in subjects.items()):
            self._note("pin.locked_out", attempt.person_id, act)
            return PinVerdict.LOCKED
        before = {key: self._tries.get(key) for key in subjects.items()}
        for kind, subject in subjects.items():
            self._tries[kind, subject] = one_more(before[kind, subject], kind, act.at)
        if attempt.person_id is not None and self._pins.get(attempt.person_id) == attempt.pin:
            self._take_back(subjects)
            self._note("pin.right", attempt.person_id, act)
            return PinVerdict.RIGHT
        self._note("pin.wrong", attempt.person_id, act)
        for kind, subject in subjects.items():
            if is_locked(self._tries[kind, subject], act.at):
                self._note(f"pin.lock_{kind}", attempt.person_id, act)
        return PinVerdict.WRONG

    async def choose(self, person_id: int, pin: str, act: Act) -> None:
        own = self._source.index.extension_of(person_id)
        problem = pin_problem(pin, [own.digits] if own else [])
        if problem is not None:
            raise BadValue("pin", problem)
        self._pins[person_id] = pin
        if own is not None:
            self._tries.pop(("mailbox", f"{own.authority_id}:{own.digits}"), None)
        self._note("pin.choose", person_id, act)

    def _take_back(self, subjects: Mapping[LockKind, str]) -> None:
        self._tries.pop(("mailbox", subjects["mailbox"]), None)
        caller: tuple[LockKind, str] = ("caller", subjects["caller"])
        less = one_less(self._tries.pop(caller))
        if less is not None:
            self._tries[caller] = less

    def _note(self, action: str, person_id: int | None, act: Act) -> None:
        self.acts.append(PinAct(action, person_id, act.actor))


@dataclass(frozen=True, slots=True)
class AbsenceAct:
    action: str
    person_id: int
    actor: str


class FakeAbsenceBook:
    """Writes `absence` rows into the index of `source`. `broken` True: the database is away."""

    def __init__(self, source: HasIndex) -> None:
        self._source = source
        self._ids = count(5001)
        self.acts: list[AbsenceAct] = []
        self.broken = False

    async def replace(self, absence: KeyedAbsence, act: Act) -> Replaced:
        self._ask()
        in_force = absences_in_force(self._source.index.absences(absence.person_id), act.at)
        former = [each for each in in_force if not is_from_calendar(each)]
        self._end(former, act)
        row = Absence(
            id=next(self._ids),
            person_id=absence.person_id,
            reason=absence.reason,
            start=act.at,
            until=absence.until,
            open=absence.open,
            deputy_id=absence.deputy_id,
            source="phone",
            recorded_at=act.at,
        )
        self._source.index.put(row)
        self.acts.append(AbsenceAct("absence.set", absence.person_id, act.actor))
        return Replaced(row.id, tuple(former))

    async def undo(self, replaced: Replaced, act: Act) -> None:
        self._ask()
        gone = [each for each in self._source.index.rows(Absence) if each.id == replaced.id]
        self._source.index.remove("absence", replaced.id)
        self.acts += [AbsenceAct("absence.undo", each.person_id, act.actor) for each in gone]
        for each in replaced.former:
            self._source.index.put(each)
            self.acts.append(AbsenceAct("absence.set", each.person_id, act.actor))

    async def lift(self, person_id: int, act: Act) -> Sequence[Absence]:
        self._ask()
        ending = absences_in_force(self._source.index.absences(person_id), act.at)
        self._end(ending, act)
        return ending

    def _end(self, ending: Sequence[Absence], act: Act) -> None:
        for each in ending:
            self._source.index.remove("absence", each.id)
            self.acts.append(AbsenceAct("absence.clear", each.person_id, act.actor))

    def _ask(self) -> None:
        if self.broken:
            raise ConnectionError("the database is away")
