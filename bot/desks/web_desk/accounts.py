"""Who may sit at the desk: helpers and their leads, in one file, or in memory for a trial."""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

from bot.desks.web_desk import files
from bot.desks.web_desk.credentials import fingerprint

NAME: Final = re.compile(r"[A-Za-z0-9]{2,24}", re.ASCII)
INVITED: Final = timedelta(hours=24)


class Role(Enum):
    """What a helper may do; a lead also invites and removes helpers and sees the shifts."""

    AGENT = "agent"
    LEAD = "lead"


class TakenError(Exception):
    """The name cannot be used; the message is a sentence with the remedy."""


class UnreadableError(Exception):
    """The file of accounts cannot be read or written; the message is a sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A helper. The key of codes is sealed; `promised` is the day on which they promised to save nothing (R67)."""

    name: str
    role: Role
    hash: str
    totp: str
    promised: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A place for somebody, known by the hash of its code, for a day and for one use."""

    name: str
    role: Role
    code: str
    until: datetime


@dataclass(slots=True)
class Roll:
    """Everybody, by their names in small letters."""

    agents: dict[str, Agent] = field(default_factory=dict)
    invited: dict[str, Invitation] = field(default_factory=dict)


class Accounts:
    """The roll in a file, read anew whenever another program has changed it; without a path, in memory."""

    def __init__(self, path: Path | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the path, which need not exist yet, and the clock."""
        self.path = path
        self._now = now
        self._roll = Roll()
        self._stamp = -1

    def roll(self) -> Roll:
        """Give everybody as they are now.

        Raises:
            UnreadableError: if the file cannot be read.
        """
        if self.path is not None:
            with _sentences(self.path):
                stamp = files.stamp(self.path)
                if stamp != self._stamp:
                    self._roll, self._stamp = _read(files.read(self.path)), stamp
        return self._roll

    def agent(self, name: str) -> Agent | None:
        """Find a helper.

        Raises:
            UnreadableError: as above.
        """
        return self.roll().agents.get(name.casefold())

    def invite(self, name: str, role: Role) -> str:
        """Make a place for somebody and give its code, which is shown once; an older invitation of the same name ends.

        Raises:
            TakenError: if the name is taken or is none.
            UnreadableError: as above.
        """
        code = secrets.token_urlsafe(24)
        with self._changed() as roll:
            if not NAME.fullmatch(name):
                message = f'"{name}" is no name for a helper. Use 2 to 24 letters from a to z and digits, without spaces.'
                raise TakenError(message)
            if name.casefold() in roll.agents:
                message = f'There is a helper called "{name}". Choose another name, or remove that helper first.'
                raise TakenError(message)
            roll.invited[name.casefold()] = Invitation(name, role, fingerprint(code), self._now() + INVITED)
        return code

    def invitation(self, code: str) -> Invitation | None:
        """Find the invitation of a code, if its time has not passed.

        Raises:
            UnreadableError: as above.
        """
        known = fingerprint(code)
        return next((it for it in self.roll().invited.values() if it.code == known and it.until > self._now()), None)

    def accept(self, code: str, hashed: str, sealed: str) -> Agent | None:
        """Take up an invitation; None if somebody was faster.

        Raises:
            UnreadableError: as above.
        """
        with self._changed() as roll:
            known = fingerprint(code)
            found = next((it for it in roll.invited.values() if it.code == known and it.until > self._now()), None)
            if found is None:
                return None
            del roll.invited[found.name.casefold()]
            agent = Agent(found.name, found.role, hashed, sealed, self._now().date().isoformat())
            roll.agents[found.name.casefold()] = agent
            return agent

    def remove(self, name: str) -> bool:
        """Remove a helper or an invitation; False if there is neither.

        Raises:
            UnreadableError: as above.
        """
        with self._changed() as roll:
            agent, invited = roll.agents.pop(name.casefold(), None), roll.invited.pop(name.casefold(), None)
            return bool(agent or invited)

    @contextmanager
    def _changed(self) -> Iterator[Roll]:
        """Change the roll and write it; nothing is written if it was refused."""
        if self.path is None:
            yield self._roll
            return
        with _sentences(self.path), files.alone(self.path):
            roll = _read(files.read(self.path))
            roll.invited = {key: it for key, it in roll.invited.items() if it.until > self._now()}
            yield roll
            files.replace(self.path, _written(roll))
            self._stamp = -1


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = (
            f"The file of helpers, {path}, cannot be used ({type(error).__name__}). Check the path, its rights and its text."
        )
        raise UnreadableError(message) from None


def _read(text: str) -> Roll:
    table: dict[str, list[dict[str, Any]]] = json.loads(text or "{}")
    agents = [Agent(**{**row, "role": Role(row["role"])}) for row in table.get("agents", [])]
    invited = [
        Invitation(**{**row, "role": Role(row["role"]), "until": datetime.fromisoformat(row["until"])})
        for row in table.get("invitations", [])
    ]
    return Roll({it.name.casefold(): it for it in agents}, {it.name.casefold(): it for it in invited})


def _written(roll: Roll) -> str:
    agents = [{**asdict(it), "role": it.role.value} for it in roll.agents.values()]
    invited = [{**asdict(it), "role": it.role.value, "until": it.until.isoformat()} for it in roll.invited.values()]
    return json.dumps({"agents": agents, "invitations": invited}, indent=1) + "\n"
