"""Calendars as servers send them."""

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//test//SV\r\n"
TAIL = "END:VCALENDAR\r\n"


def event(*lines: str, uid: str = "1") -> str:
    inner = "\r\n".join((f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines))
    return f"BEGIN:VEVENT\r\n{inner}\r\nEND:VEVENT\r\n"


def calendar(*parts: str) -> bytes:
    return (HEAD + "".join(parts) + TAIL).encode()
