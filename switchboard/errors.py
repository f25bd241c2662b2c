"""The errors that people see, ours told apart from the peer's.

    SwitchboardError
    ├── SettingsFault   what stands in the environment cannot be used
    ├── NotFound        no such row
    ├── BadValue        a value that cannot be accepted; names its field
    ├── Conflict        true values that do not fit what is stored
    └── Unavailable     something that is needed does not answer

Each message is one line that the reader can act on and holds no personal data but what the reader wrote.
"""

from collections.abc import Sequence


class SwitchboardError(Exception):
    """Something went wrong that has a name."""


class SettingsFault(SwitchboardError):
    """The environment cannot be used. One problem for each variable, each naming it; never its value."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class NotFound(SwitchboardError):
    """There is no such row."""

    def __init__(self, kind: str, key: str | int) -> None:
        super().__init__(f"there is no {kind} {key}")


class BadValue(SwitchboardError):
    """A value cannot be accepted. `field` is its name as the writer knows it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Conflict(SwitchboardError):
    """The values are sound, but what is stored does not allow them."""


class Unavailable(SwitchboardError):
    """Something that is needed does not answer."""
