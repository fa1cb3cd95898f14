"""Runs the helpers' own bot: it polls, looks after the group, and leaves nothing there when it stops."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Final

from starlette.routing import BaseRoute
from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Updater
from telegram.request import HTTPXRequest

from bot.content.library import Library
from bot.desks.telegram_group import words
from bot.desks.telegram_group.desk import Desk
from bot.desks.telegram_group.ears import Ears
from bot.desks.telegram_group.kept import Kept
from bot.desks.telegram_group.letter import Letter
from bot.desks.telegram_group.line import Line
from bot.desks.telegram_group.needs import Found, look
from bot.desks.telegram_group.scribe import Scribe, Shelf
from bot.desks.telegram_group.window import Window
from bot.log import Moment, note
from bot.settings import TelegramDesk
from bot.talk.handoff.exchange import Exchange
from bot.talk.screen import Drawer

WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
POLL: Final = timedelta(seconds=25)  # that Telegram holds a question open
PATIENCE: Final = 10.0  # seconds for a call
LINES: Final = 32  # connections at once
AGAIN: Final = 60.0  # seconds until the group is looked at again
BEAT: Final = 5.0  # seconds between two signs that this process leads
STANDBY: Final = 2.0  # seconds between two looks whether nobody leads
PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 15.0)  # seconds until the next try while Telegram cannot be reached
FINISH: Final = 8.0  # seconds for clearing up when the guide stops


def connect(settings: TelegramDesk) -> tuple[Bot, list[HTTPXRequest]]:
    """Make the bot and its lines, one for calls and one for polling; nothing is sent yet."""
    lines = [HTTPXRequest(most, PATIENCE, PATIENCE, PATIENCE, PATIENCE) for most in (LINES, 1)]
    return Bot(settings.token.reveal(), f"{settings.api}/bot", request=lines[0], get_updates_request=lines[1]), lines


class TelegramGroup:
    """The desk in the helpers' group: run it while the exchange runs."""

    routes: Sequence[BaseRoute] = ()

    def __init__(  # noqa: PLR0913 - what it is made of
        self, settings: TelegramDesk, exchange: Exchange, library: Library, drawer: Drawer, *, kept: Kept,
        shelf: Shelf | None = None, window: Window | None = None,
    ) -> None:  # fmt: skip
        """Take the settings, where people wait, the content and what draws it, what outlives a process, and the cards."""
        self._settings = settings
        self._back = exchange.back
        self._scribe = Scribe(library, drawer, shelf)
        self._kept = kept
        self._window = window or Window()

    @asynccontextmanager
    async def running(self, stop: Callable[[str], None]) -> AsyncIterator[None]:
        """Run; `stop` is called with a sentence if Telegram knows neither token nor group."""
        task = asyncio.create_task(self._run(stop))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self, stop: Callable[[str], None]) -> None:
        """Serve for as long as this process leads; another one of the same guide stands by."""
        try:
            while True:
                try:
                    if await self._kept.lead():
                        await self._serve(stop)
                except Exception:  # noqa: BLE001 - whatever happens, the desk begins anew; its words go nowhere
                    note(Moment.FAILED)
                await asyncio.sleep(STANDBY)
        finally:
            await self._kept.yield_lead()

    async def _serve(self, stop: Callable[[str], None]) -> None:
        bot, lines = connect(self._settings)
        desk = Desk(self._back, Line(bot, self._settings.group, self._window), self._scribe, self._kept)
        try:
            await _tried(bot.initialize)
            found = await _tried(lambda: look(bot, self._settings.group))
            if found.unknown:
                stop(words.NO_GROUP)
                await asyncio.Event().wait()
            await self._open(bot, desk, found)
        except InvalidToken:
            stop(words.NO_BOT)
            await asyncio.Event().wait()
        finally:
            await asyncio.gather(bot.shutdown(), *(line.shutdown() for line in lines), return_exceptions=True)

    async def _open(self, bot: Bot, desk: Desk, found: Found) -> None:
        """Poll, and look after the group, until this process does not lead any more."""
        desk.board.number = found.pinned
        came: asyncio.Queue[object] = asyncio.Queue()
        updater, ears = Updater(bot, came), Ears(desk, self._settings.group)
        tasks = [asyncio.create_task(work) for work in (desk.board.run(), desk.clear(), ears.listen(came))]
        try:
            await updater.initialize()
            await updater.start_polling(
                timeout=POLL, bootstrap_retries=-1, allowed_updates=WANTED, drop_pending_updates=True, error_callback=_note
            )
            await self._warn(desk, found)
            tasks.append(watch := asyncio.create_task(self._watch(bot, desk, found)))
            await self._lead(watch)
        finally:
            await desk.finish(FINISH)
            await desk.board.last(Letter(words.STOPPED))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, *([updater.stop()] if updater.running else []), return_exceptions=True)

    async def _lead(self, watch: "asyncio.Task[None]") -> None:
        """Wait until another process leads, or the token is not known any more.

        Raises:
            InvalidToken: in that case.
        """
        while await self._kept.lead():
            done, _ = await asyncio.wait([watch], timeout=BEAT)
            for task in done:
                task.result()

    async def _watch(self, bot: Bot, desk: Desk, found: Found) -> None:
        """Look at the group again and again: rights may be taken and given, and duties end."""
        while True:
            self._heed(desk, found)
            for helper in desk.duty.tired():
                await desk.leave(helper)
            with suppress(TimeoutError):
                await asyncio.wait_for(desk.doubt.wait(), AGAIN)
            desk.doubt.clear()
            found = await _tried(lambda: look(bot, self._settings.group))

    def _heed(self, desk: Desk, found: Found) -> None:
        desk.missing = found.missing
        if found.missing:
            note(Moment.REFUSED)
            desk.spawn(desk.shut())
        desk.look()

    async def _warn(self, desk: Desk, found: Found) -> None:
        """Say in General what should be better."""
        for sentence in () if found.missing else found.better:
            await desk.line.turn()
            await desk.line.send(None, Letter(sentence))


def _note(error: TelegramError) -> None:
    note(Moment.CONFLICT if isinstance(error, Conflict) else Moment.UNREACHABLE)


async def _tried(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the call gives
    """Call until Telegram answers.

    Raises:
        InvalidToken: if it does not know the token.
    """
    failures = 0
    while True:
        try:
            return await call()
        except InvalidToken:
            raise
        except TelegramError:
            note(Moment.UNREACHABLE)
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1
