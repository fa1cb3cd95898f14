"""One person in the helpers' group: a topic that is made when they wait, and deleted when it is over."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from bot.core.private import Private
from bot.desks.telegram_group import words
from bot.desks.telegram_group.kept import Kept
from bot.desks.telegram_group.letter import GAP, ROOM, Letter, quoted, size
from bot.desks.telegram_group.line import Line, Refused
from bot.log import Moment, note

PATIENCE: Final = 8.0  # seconds for a helper's words to arrive; then it is said that they did not
LINGER: Final = 3.0  # seconds for which the last line stands before the topic goes
PAUSE: Final = 2.0  # seconds until the next try to make a topic


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the desk's own, perhaps under a message."""

    letter: Letter
    under: int | None = None


Entry: TypeAlias = Private[str] | Note
Step: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
Lost: TypeAlias = Callable[[str, Refused], None]


class Topic:
    """Shows one case in the group, one message after the other. What waits meanwhile goes out as one message, in order."""

    def __init__(self, case: str, number: int, line: Line, kept: Kept, lost: Lost) -> None:
        """Take the case, the line to the group, where open topics are known, and whom to tell when nothing can be brought."""
        self.case = case
        self.number = number
        self.thread: int | None = None
        self.told: set[tuple[str, int]] = set()  # what was said to whom already, so that it is said once
        self.state: tuple[object, ...] = ()  # what the first message was written for
        self._line = line
        self._kept = kept
        self._lost = lost
        self._first: tuple[int, Letter] | None = None
        self._wanted: Letter | None = None
        self._pending: deque[Entry] = deque()
        self._ours: list[int] = []
        self._awaited: dict[str, tuple[int, asyncio.TimerHandle]] = {}
        self._some = asyncio.Event()
        self._step: asyncio.Task[None] | None = None
        self._worker = asyncio.create_task(self._work())

    def show(self, letter: Letter) -> None:
        """Let the first message be this."""
        if letter != self._wanted:
            self._wanted = letter
            self._some.set()

    def bring(self, text: Private[str]) -> None:
        """Bring what the person said."""
        self._pending.append(text)
        self._some.set()

    def say(self, letter: Letter, under: int | None = None) -> None:
        """Say a line of the desk's own."""
        self._pending.append(Note(letter, under))
        self._some.set()

    def once(self, text: str, user: int, under: int) -> None:
        """Say a line to somebody, unless it was said to them before."""
        if (text, user) not in self.told:
            self.told.add((text, user))
            self.say(Letter(text), under)

    def await_(self, ident: str, number: int) -> None:
        """Wait until a helper's words arrive, and say under their message when they do not."""
        timer = asyncio.get_running_loop().call_later(PATIENCE, self._late, ident)
        self._awaited[ident] = number, timer

    def arrived(self, ident: str) -> int | None:
        """Note that words arrived; give the message they stood in, if it was waited for."""
        number, timer = self._awaited.pop(ident, (None, None))
        if timer:
            timer.cancel()
        return number

    async def over(self, why: str) -> bool:
        """End it: say why, and delete the topic; False if something of it is left in the group."""
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        if self._step:
            await asyncio.gather(self._step, return_exceptions=True)
        for ident in list(self._awaited):
            self.arrived(ident)
        self._pending.clear()
        if self.thread is None:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                await self._line.turn(talk=True)
                await self._line.send(self.thread, Letter(words.GOING.format(why)))
                await asyncio.sleep(LINGER)
        return await wipe(self.thread, self._line, self._kept, self._ours)

    async def _work(self) -> None:
        while True:
            await self._some.wait()
            if self._next() is None:
                self._some.clear()
                continue
            await self._line.turn(talk=bool(self._pending))
            step = self._next()
            if step is not None:
                self._step = asyncio.create_task(self._try(step))
                await asyncio.shield(self._step)

    def _next(self) -> Step | None:
        """Tell what is to be done now."""
        if self._wanted is None:
            return None
        if self.thread is None:
            return self._open
        if self._first is None or self._first[1] != self._wanted:
            return self._write
        return self._bring if self._pending else None

    async def _try(self, step: Step) -> None:
        try:
            await step()
        except Exception:  # noqa: BLE001 - words that cannot be brought are never lost in silence, and go nowhere else
            note(Moment.FAILED)
            self._lost(self.case, Refused.GONE)

    async def _open(self) -> None:
        made = await self._line.open(words.TITLE.format(self.number))
        if isinstance(made, Refused):
            self._lost(self.case, made)
            await asyncio.sleep(PAUSE)
            return
        self.thread = made
        await self._kept.keep(made)

    async def _write(self) -> None:
        """Write the first message, or change it; if somebody deleted it, it is written again."""
        wanted = self._wanted
        if wanted is None:
            return
        shown: int | Refused = Refused.GONE
        if self._first:
            shown = await self._line.edit(self._first[0], wanted) or self._first[0]
        if shown is Refused.GONE:
            shown = await self._line.send(self.thread, wanted)
        if not isinstance(shown, Refused):
            self._ours.append(shown)
            self._first = shown, wanted
        elif shown is not Refused.DOWN:  # else it is tried again
            self._lost(self.case, shown)

    async def _bring(self) -> None:
        """Bring what waits: a line of the desk's own, or as many of the person's messages as fit into one."""
        entry = self._pending.popleft()
        if isinstance(entry, Note):
            self._done(await self._line.send(self.thread, entry.letter, entry.under))
            return
        some = [entry.reveal().strip()]
        while self._pending and isinstance(more := self._pending[0], Private):
            joined = [*some, more.reveal().strip()]
            if size(GAP.join(joined)) > ROOM:
                break
            some = joined
            self._pending.popleft()
        some = [text for text in some if text]
        if some:
            self._done(await self._line.send(self.thread, quoted(some)))

    def _done(self, sent: int | Refused) -> None:
        if isinstance(sent, Refused):
            self._lost(self.case, sent)
        else:
            self._ours.append(sent)

    def _late(self, ident: str) -> None:
        number = self.arrived(ident)
        if number is not None:
            self.say(Letter(words.LATE), number)


async def wipe(thread: int, line: Line, kept: Kept, ours: list[int]) -> bool:
    """Delete a topic; where that is refused, delete the bot's own messages and close it. False if something is left."""
    failed = await line.delete(thread)
    if failed in {None, Refused.GONE}:
        await kept.forget(thread)
        return True
    await line.wipe(ours)
    await line.close(thread)
    return False
