"""What people mark about a message, and what follows from it (R45-R47)."""

from enum import StrEnum


class Mark(StrEnum):
    """SECRET: caller and recording do not leave by e-mail. THREAT: evidence, which nothing erases."""

    SECRET = "secret"  # noqa: S105 - a mark, no password
    THREAT = "threat"


LONGEST_REASON = 500
BY_TELEPHONE = "marked by telephone"
"""The reason that the audit log shows of who had no keyboard to give one."""


def reason_problem(reason: str) -> str | None:
    """What is wrong with a reason, if anything: whoever reads the audit log must learn something from it."""
    text = " ".join(reason.split())
    if len(text) < 3:
        return "say why, in a few words"
    return f"at most {LONGEST_REASON} characters" if len(text) > LONGEST_REASON else None


def may_lift_by_telephone(mark: Mark, *, in_this_call: bool) -> bool:
    """What was pressed by mistake is taken back by pressing again. A threat that somebody marked in another call is
    evidence: whoever lifts it says why, and is an administrator (R47)."""
    return mark is not Mark.THREAT or in_this_call


def audio_may_leave(*, secret: bool, mail_audio: bool) -> bool:
    """Whether a recording may go along with an e-mail: where the authority allows it, and never a secret one (R46)."""
    return mail_audio and not secret
