"""Where a list goes on, as the text that the API and the command line give and take."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from switchboard.errors import BadValue
from switchboard.views import Position


def encode_cursor(position: Position) -> str:
    return urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> Position:
    """BadValue for anything that `encode_cursor` did not make."""
    try:
        position = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise BadValue("cursor", "is not a cursor of this list") from None
    if not isinstance(position, list) or not all(type(part) in (str, int) for part in position):
        raise BadValue("cursor", "is not a cursor of this list")
    return tuple(position)
