"""Who may do what: a bearer token has a role, a role has permissions."""

from collections.abc import Awaitable, Callable, Mapping
from enum import Enum, auto
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from switchboard.changes import Act
from switchboard.views import Bearer, Role
from switchboard.web.ports import WebPorts


class Permission(Enum):
    """DIRECTORY: people, their absences, operators, greetings, the queue. CALLERS: who called and what they want."""

    READ_DIRECTORY = auto()
    READ_CALLERS = auto()
    LISTEN = auto()
    SET_ABSENCE = auto()
    SIGN_IN_OPERATORS = auto()
    OPEN_TASKS = auto()
    RECORD_GREETINGS = auto()
    SEE_PRIVATE_CALLS = auto()
    MANAGE_PINS = auto()
    LIFT_BLOCKS = auto()
    MANAGE_CALENDARS = auto()
    MARK_MESSAGES = auto()
    HAND_OVER_MESSAGES = auto()
    LIFT_THREATS = auto()
    PERSON_DATA = auto()


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.OPERATOR: frozenset(Permission)
    - {
        Permission.RECORD_GREETINGS,
        Permission.SEE_PRIVATE_CALLS,
        Permission.MANAGE_PINS,
        Permission.LIFT_BLOCKS,
        Permission.MANAGE_CALENDARS,
        Permission.LIFT_THREATS,
        Permission.PERSON_DATA,
    },
    Role.STAFF: frozenset({Permission.READ_DIRECTORY}),
}

_scheme = HTTPBearer(auto_error=False, description="`switchboard token create` prints one")


def ports_of(connection: HTTPConnection) -> WebPorts:
    ports = connection.app.state.ports
    if not isinstance(ports, WebPorts):
        raise TypeError("the application was built without its ports")
    return ports


async def _ports(request: Request) -> WebPorts:
    return ports_of(request)


Ports = Annotated[WebPorts, Depends(_ports)]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)]


async def bearer(ports: Ports, credentials: Credentials) -> Bearer:
    """401 with the challenge of RFC 6750 where there is no token that holds."""
    found = await ports.tokens.bearer(credentials.credentials, ports.clock.now()) if credentials else None
    if found is None:
        what = "the token is unknown, revoked or past its end" if credentials else "a bearer token is needed"
        raise HTTPException(401, what, headers={"WWW-Authenticate": 'Bearer realm="switchboard"'})
    return found


def needs(permission: Permission) -> Callable[[WebPorts, Bearer], Awaitable[Act]]:
    """A dependency: who acts, and when. 403 for a role without the permission."""

    async def acting(ports: Ports, who: Annotated[Bearer, Depends(bearer)]) -> Act:
        if permission not in PERMISSIONS[who.role]:
            raise HTTPException(403, f"the role {who.role.value} may not do this")
        return Act(actor=f"token {who.token_id} ({who.name})", at=ports.clock.now())

    return acting
