"""Runs one WhatsApp number inside an ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import chain, repeat
from typing import Final

from starlette.routing import BaseRoute

from bot.channels.turns import Turns
from bot.channels.whatsapp.graph import Graph, GraphError
from bot.channels.whatsapp.guide import Guide
from bot.channels.whatsapp.webhook import Webhook
from bot.log import Moment, note
from bot.settings import Whatsapp

NOT_LET_IN: Final = (
    "Meta does not take this DHAAL_WHATSAPP_TOKEN. A token of the first page of your app ends after a day: make one of a "
    "system user, which does not end (docs/run-it.md)."
)
NUMBER_REFUSED: Final = (
    "Meta knows no number with this DHAAL_WHATSAPP_PHONE_ID, or the token may not use it. Copy the phone number ID, not the "
    "number itself, from WhatsApp > API Setup in your app."
)
BAD_TOKEN: Final = frozenset({102, 190})
BAD_NUMBER: Final = frozenset({3, 10, 33, 100, *range(200, 300)})
PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 15.0)  # seconds until the next try while Meta cannot be reached
FINISH: Final = 8.0  # seconds for the turns under way when the guide stops


class Runner:
    """One number: its routes, and what runs while the application does."""

    def __init__(self, settings: Whatsapp, guide: Guide) -> None:
        """Take the settings and who answers."""
        self._settings = settings
        self._graph = Graph(settings.api, settings.token)
        self._turns = Turns()
        self._webhook = Webhook(guide, self._graph, settings, self._turns)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """List the routes to mount."""
        return self._webhook.routes

    @asynccontextmanager
    async def running(self, stop: Callable[[str], None]) -> AsyncIterator[None]:
        """Run; `stop` is called with a sentence if Meta does not know the token or the number."""
        look = asyncio.create_task(self._look(stop))
        try:
            yield
        finally:
            look.cancel()
            await self._turns.finish(FINISH)
            await self._graph.close()

    async def _look(self, stop: Callable[[str], None]) -> None:
        """Ask Meta once whether it knows us, until it has answered. Nothing is changed, and nobody waits for it."""
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                await self._graph.get(self._settings.phone_id, fields="id")
            except GraphError as error:
                if not error.down and error.code in BAD_TOKEN | BAD_NUMBER:
                    stop(NOT_LET_IN if error.code in BAD_TOKEN else NUMBER_REFUSED)
                    return
                note(Moment.UNREACHABLE)
                await asyncio.sleep(pause)
            else:
                return
