"""Mailboxes that answer by scripts, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from switchboard.calls.ports.autoreply import Decide, ScriptServerAway, ScriptsRefused
from switchboard.domain.autoreply.scripts import NAME, Scripts, Steps

EXTENSIONS = frozenset({"vacation", "include", "date", "relational", "fileinto"})


@dataclass
class Mailbox:
    scripts: dict[str, str] = field(default_factory=dict)
    active: str | None = None


@dataclass
class FakeScriptServer:
    """Mailboxes by login. `faults` are raised one after the other before it does anything."""

    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    extensions: frozenset[str] = EXTENSIONS
    faults: list[ScriptServerAway | ScriptsRefused] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)

    async def carry_out(self, login: str, decide: Decide) -> Steps:
        self.sessions.append(login)
        if self.faults:
            raise self.faults.pop(0)
        box = self.mailboxes.setdefault(login, Mailbox())
        steps = decide(Scripts(dict(box.scripts), box.active, self.extensions))
        if steps.refused:
            raise ScriptsRefused(steps.refused)
        if steps.put is not None:
            box.scripts[NAME] = steps.put
        if steps.activate is not None:
            if steps.activate and steps.activate not in box.scripts:
                raise ScriptsRefused("the server did not make the script active")
            box.active = steps.activate or None
        if steps.delete:
            if box.active == NAME or NAME not in box.scripts:
                raise ScriptsRefused("the server did not delete the script")
            del box.scripts[NAME]
        return steps

    def reply_of(self, login: str) -> str | None:
        """What the mailbox answers, as the text of our script."""
        box = self.mailboxes.get(login, Mailbox())
        return box.scripts[NAME] if box.active == NAME else None

    def keep(self, login: str, scripts: Mapping[str, str], active: str | None) -> None:
        """What the person has made themselves."""
        self.mailboxes[login] = Mailbox(dict(scripts), active)
