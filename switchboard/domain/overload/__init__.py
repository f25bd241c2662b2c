"""How many calls there may be at the same time, and what whoever calls above that gets."""

from switchboard.domain.overload.admission import ADMITTED, Answer, Limits, Load, Shortage, Verdict, decide_admission

__all__ = ["ADMITTED", "Answer", "Limits", "Load", "Shortage", "Verdict", "decide_admission"]
