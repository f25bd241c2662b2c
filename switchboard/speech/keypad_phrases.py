"""What is said to who sets an absence by keypad: the keys and what each stands for. All ids are of the script. Pure."""

from collections.abc import Iterable

from switchboard.domain.directory import AbsenceReason


def absence_choices(keys: Iterable[tuple[str, AbsenceReason]]) -> tuple[str, ...]:
    """The ids of the clips, at least one. 'Tryck ett för möte.'"""
    said = [id_ for key, reason in keys for id_ in ("absence-press", f"digit-{key}", f"absence-for-{reason}")]
    return tuple(said) or ("absence-unknown-reason",)
