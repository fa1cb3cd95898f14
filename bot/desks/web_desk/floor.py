"""The desk as a room: who is signed in, at which pages they sit, and what happens when they leave."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Final

from bot.desks.web_desk.accounts import Accounts, Agent, UnreadableError
from bot.desks.web_desk.drawing import Drawing
from bot.desks.web_desk.logins import WARN, Login, Logins
from bot.desks.web_desk.shifts import Shifts
from bot.desks.web_desk.tabs import AGAIN, Piece, Tab
from bot.log import Moment, note
from bot.talk.handoff.back import Back, Change, Listed, Seen
from bot.talk.handoff.exchange import Clocks

TICK: Final = 1.0  # seconds between two looks at who has left
QUIET: Final = 5.0  # seconds after which a line without news says that it is still there
PAGES: Final = 4  # open pages of one login; browsers allow six connections to a site, and a line takes one


class Floor:
    """Everybody at the desk of this process."""

    def __init__(self, back: Back, accounts: Accounts, drawing: Drawing, clocks: Clocks, reads: str) -> None:
        """Take the helpers' side of the exchange, who may come in, what draws, the clocks, and the language to begin with."""
        self.back = back
        self.accounts = accounts
        self.shifts = Shifts(accounts.path)
        self.logins = Logins(clocks, reads)
        self.drawing = drawing
        self.now, self._seconds = clocks.now, clocks.seconds
        self._stopping = False
        self._tabs: dict[str, Tab] = {}
        self._waits: dict[Tab, asyncio.Task[Change]] = {}

    def who(self, cookie: str) -> Login | None:
        """Find who asks; a helper who was removed is nobody at once."""
        login = self.logins.find(cookie)
        if login is None:
            return None
        try:
            return login if self.accounts.agent(login.name) == login.agent else None
        except UnreadableError:
            return None

    def begin(self, agent: Agent, tag: str) -> str:
        """Begin a login and its shift, at the same moment, and give the cookie."""
        cookie = self.logins.begin(agent, tag)
        login = self.logins.find(cookie)
        try:
            if login is not None:
                self.shifts.begin(login.name, login.start)
        except OSError:
            note(Moment.FAILED)
        return cookie

    def tab(self, login: Login, name: str) -> Tab | None:
        """Find a page of a login."""
        tab = self._tabs.get(name)
        return tab if tab and tab.login is login and tab.open else None

    def sit(self, login: Login, name: str) -> Tab:
        """Open a page. One whose line has just broken gives it its seat, so nothing that waits there is lost."""
        tab = self.tab(login, name)
        if tab is not None:
            return tab
        left = [key for key, old in self._tabs.items() if old.login is login and old.left is not None]
        if left:
            seat = self._tabs.pop(left[0]).seat
        else:
            mine = [key for key, old in self._tabs.items() if old.login is login]
            for key in mine[: len(mine) - PAGES + 1]:
                self._shut(key)
            seat = self.back.sit(login.name)
        self._tabs[name] = Tab(login, seat, self.drawing, self._seconds())
        return self._tabs[name]

    async def listen(self, tab: Tab, after: int | None) -> AsyncIterator[Piece]:
        """Give a page what is new, until it is shut or opened elsewhere. `after` is the last number that came through."""
        if tab in self._waits:
            self._hang_up(tab, self._waits[tab])
        tab.left = None
        for piece in tab.again(after, self._seconds()) if after is not None else ():
            yield piece
        for piece in tab.look(self._seconds()):
            yield piece
        wait = self._next(tab)
        try:
            while True:
                await asyncio.wait({wait}, timeout=QUIET)
                if self._waits.get(tab) is not wait:
                    return  # the page has another line now
                if not tab.open:
                    break
                if wait.done():
                    change = wait.result()
                    wait = self._next(tab)
                    pieces = tab.take(change, self._seconds())
                else:
                    pieces = [*tab.look(self._seconds()), *self._quiet(tab)]
                for piece in pieces:
                    yield piece
            for piece in tab.say("end", self._seconds()) if not self._stopping else ():
                yield piece
        finally:
            self._hang_up(tab, wait)

    def mine(self, login: Login) -> list[Seen]:
        """List the talks of a helper."""
        return [seen for seen in self.back.listed(login.name) if seen.agent == login.name]

    def announce(self) -> None:
        """Let every page look at its list."""
        for tab in self._tabs.values():
            tab.seat.put(Listed())

    async def leave(self, login: Login, *, passing: bool = True) -> None:
        """End a login: its pages close, its talks wait for whoever is free, its shift is written down."""
        if not self.logins.end(login):
            return
        for key in [key for key, tab in self._tabs.items() if tab.login is login]:
            self._shut(key)
        if passing and not self.logins.of(login.name):
            seat = self.back.sit(login.name)
            for seen in self.mine(login):
                await seat.pass_on(seen.case)
            self.back.rise(seat)
        try:
            self.shifts.add(login.name, login.start, self.now(), len(login.taken))
        except OSError:
            note(Moment.FAILED)

    def hush(self) -> None:
        """End every line now, as the server is about to stop and would wait for them. Pages try again by themselves."""
        self._stopping = True
        for key in list(self._tabs):
            self._shut(key)

    async def close(self) -> None:
        """End everything; the guide stops."""
        for login in self.logins:
            await self.leave(login, passing=False)

    async def watch(self) -> None:
        """Look again and again who has left: by time, by removal, or because a line did not come back."""
        while True:
            await asyncio.sleep(TICK)
            try:
                await self.tick()
            except Exception:  # noqa: BLE001 - the looks go on
                note(Moment.FAILED)

    async def tick(self) -> None:
        """Look once."""
        now = self._seconds()
        for login in self.logins:
            if self.logins.over(login) or self._removed(login):
                await self.leave(login)
        for key, tab in list(self._tabs.items()):
            tab.forget(now)
            if tab.left is not None and now - tab.left > AGAIN:
                self._shut(key)

    def _removed(self, login: Login) -> bool:
        return self.accounts.agent(login.name) != login.agent

    def _quiet(self, tab: Tab) -> list[Piece]:
        """Say that the line is there, or that the login is about to end."""
        soon = self.logins.left(tab.login) < WARN
        return tab.say("idle" if soon else "quiet", self._seconds())

    def _next(self, tab: Tab) -> asyncio.Task[Change]:
        wait = self._waits[tab] = asyncio.create_task(tab.seat.next())
        return wait

    def _hang_up(self, tab: Tab, wait: asyncio.Task[Change]) -> None:
        """Let a line go; what had just come for it waits for the next one."""
        if self._waits.get(tab) is not wait:
            return
        del self._waits[tab]
        tab.left = self._seconds()
        if tab.open and wait.done() and not wait.cancelled() and wait.exception() is None:
            tab.take(wait.result(), tab.left)
        wait.cancel()

    def _shut(self, key: str) -> None:
        tab = self._tabs.pop(key)
        tab.open = False
        tab.wipe()
        self.back.rise(tab.seat)
        tab.seat.put(Listed())


def new_tab() -> str:
    """Name a page."""
    return secrets.token_hex(16)
