"""Whose a call is, for those who need no route: neither rules nor hours are looked at."""

from typing import NoReturn

from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import Authority, Directory
from switchboard.domain.routing.dialled import colleague_of, fitting_authority, identify
from switchboard.domain.routing.outgoing import is_emergency
from switchboard.domain.routing.situation import NOBODY, RowFault, Situation


def authority_called(call: IncomingCall, directory: Directory) -> Authority | None:
    """Of the dialled number; of a call from a phone of ours the colleague's own. None where there is none at all."""
    situation = _nothing_but_rows(call, directory)
    try:
        if call.source == "phone":
            return colleague_of(call, situation).authority
        found = identify(call, situation).origin.authority
    except RowFault:
        found = fitting_authority(None, situation)
    return None if found is NOBODY else found


def dials_emergency(call: IncomingCall, directory: Directory) -> bool:
    """From a phone of ours; nobody else gets there."""
    if call.source != "phone":
        return False
    return is_emergency(call.called, authority_called(call, directory) or NOBODY)


def _nothing_but_rows(call: IncomingCall, directory: Directory) -> Situation:
    def no_calendar(authority_id: int) -> NoReturn:
        raise LookupError(authority_id)

    return Situation(directory, no_calendar, call.arrived_at)
