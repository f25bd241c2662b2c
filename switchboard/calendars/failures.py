"""Why a calendar could not be had."""


class CalendarFailure(Exception):
    """The calendar could not be fetched or read; the words tell administrators why, without address or content."""
