"""Who is signed in: random words in cookies, known by their hash, in memory, for a day's work at most."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.desks.web_desk.accounts import Agent, Role
from bot.desks.web_desk.credentials import fingerprint
from bot.talk.handoff.exchange import Clocks

LONGEST: Final = 12 * 3600.0  # seconds of one login
IDLE: Final = 30 * 60.0  # seconds without anything done by hand
WARN: Final = 2 * 60.0  # seconds before that in which the page warns


@dataclass(eq=False, slots=True)
class Login:
    """One helper in one browser, and what they set there; gone when it ends."""

    agent: Agent
    key: str
    start: datetime
    begun: float
    moved: float
    reads: str  # the language of their page, and of the cards as they read them
    speaks: set[str] = field(default_factory=set)  # whose people stand first in their queue
    sound: bool = False
    taken: set[str] = field(default_factory=set)  # cases, to count them

    @property
    def name(self) -> str:
        """Give the helper's name."""
        return self.agent.name

    @property
    def lead(self) -> bool:
        """Tell whether they may invite and remove."""
        return self.agent.role is Role.LEAD


class Logins:
    """All of them."""

    def __init__(self, clocks: Clocks, reads: str) -> None:
        """Take the clocks, and the language to begin with."""
        self._now, self._seconds = clocks.now, clocks.seconds
        self._reads = reads
        self._all: dict[str, Login] = {}

    def begin(self, agent: Agent, reads: str = "") -> str:
        """Sign a helper in, in a language; gives what their cookie holds from now on."""
        cookie = secrets.token_urlsafe(32)
        at = self._seconds()
        self._all[fingerprint(cookie)] = Login(agent, fingerprint(cookie), self._now(), at, at, reads or self._reads)
        return cookie

    def find(self, cookie: str) -> Login | None:
        """Find whose cookie it is, if they are still signed in."""
        login = self._all.get(fingerprint(cookie))
        return None if login is None or self.over(login) else login

    def stir(self, login: Login) -> None:
        """Note that they did something."""
        login.moved = self._seconds()

    def over(self, login: Login) -> bool:
        """Tell whether its time has passed."""
        return self.left(login) <= 0

    def left(self, login: Login) -> float:
        """Give the seconds until its time passes, if nothing is done."""
        now = self._seconds()
        return min(login.begun + LONGEST, login.moved + IDLE) - now

    def end(self, login: Login) -> bool:
        """End one; False if it had ended."""
        return self._all.pop(login.key, None) is not None

    def of(self, name: str) -> list[Login]:
        """List the logins of a helper."""
        return [login for login in self._all.values() if login.name == name]

    def __iter__(self) -> Iterator[Login]:
        """Go through all."""
        return iter(tuple(self._all.values()))
