"""The one place where real things are chosen."""

import gc
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.channels import web
from bot.channels.metrics import listening, metrics
from bot.channels.service import Service
from bot.content.library import Library, read
from bot.core.private import Private
from bot.harden import sweeping
from bot.log import Moment, note
from bot.settings import MEMORY, Settings, load
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from bot.talk.storing import Store, StoreDownError, UnsafeStoreError
from bot.talk.tally import Tally

if TYPE_CHECKING:
    from aiogram import Router

    from bot.channels.telegram import Guide

HERE: Final = Path(str(files("bot")))


def home() -> Path:
    """Find the folder that holds flows/ and locales/: the checkout, or the data inside an installed wheel."""
    packed = HERE / "_data"
    return packed if packed.exists() else HERE.parent


def library() -> Library:
    """Read the content.

    Raises:
        UnsoundError: with every mistake.
    """
    return read(home() / "flows", home() / "locales")


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def conversation(settings: Settings, content: Library, tally: Tally | None = None) -> Conversation:
    """Build the talk, and count in `tally` if there is one."""
    return Conversation(content, Keys(settings.secret), now, tally)


def store(settings: Settings) -> Store:
    """Build the store; nothing is connected yet."""
    address = settings.store.reveal()
    if address == MEMORY:
        return Memory()
    from bot.stores.valkey import Valkey  # noqa: PLC0415 - who has no Valkey does not pay for its client

    return Valkey(address)


def telegram_guide(settings: Settings, talk: Conversation, minutes: Store) -> "Guide":
    """Build what answers on Telegram, for a runner of our own or for a bot that already runs."""
    from bot.channels.telegram import Guide  # noqa: PLC0415 - aiogram takes two seconds and 100 MiB

    return Guide(talk, Recall(minutes, Keys(settings.secret), now), Pace(time.monotonic))


def telegram_router() -> "Router":
    """Build the guide from the environment as an aiogram router, for a bot that already runs (docs/run-it.md).

    Raises:
        SettingError: if a setting is wrong.
        UnsoundError: with every mistake of the content.
    """
    from bot.channels.telegram import router  # noqa: PLC0415 - as above

    settings = load(os.environ)
    return router(telegram_guide(settings, conversation(settings, library()), store(settings)))


def telegram(settings: Settings, talk: Conversation, minutes: Store) -> Service | None:
    """Build our own Telegram bot. Without a webhook secret one is made from the guide's secret."""
    if settings.telegram is None:
        return None
    from bot.channels.telegram import Runner  # noqa: PLC0415 - as above

    secret = settings.telegram.webhook_secret or Private(Keys(settings.secret).word(b"telegram webhook"))
    return Runner(settings.telegram, talk, telegram_guide(settings, talk, minutes), secret, settings.public_url)


def whatsapp(settings: Settings, talk: Conversation, minutes: Store) -> Service | None:
    """Build our WhatsApp number."""
    if settings.whatsapp is None:
        return None
    from bot.channels.whatsapp import RHYTHM, Guide, Runner  # noqa: PLC0415 - who has no WhatsApp does not pay for its client

    talk.warm()
    recall, pace = Recall(minutes, Keys(settings.secret), now), Pace(time.monotonic, RHYTHM)
    return Runner(settings.whatsapp, Guide(talk, recall, pace, now, settings.whatsapp.phone_id))


@dataclass(frozen=True)
class Site:
    """The web chat; where it is off, what tells that the guide is up."""

    routes: tuple[BaseRoute, ...]

    @asynccontextmanager
    async def running(self, stop: Callable[[str], None]) -> AsyncIterator[None]:  # noqa: ARG002 - a site needs nothing more
        """Run."""
        yield


def site(settings: Settings, talk: Conversation, minutes: Store) -> Service:  # noqa: ARG001 - the web chat remembers nothing
    """Build the web chat."""
    return Site((Mount("/", web.application(talk, settings)) if settings.web else Route("/health", _health),))


Builder: TypeAlias = Callable[[Settings, Conversation, Store], Service | None]
CHANNELS: Final[tuple[Builder, ...]] = (
    telegram,
    whatsapp,
    site,  # the last, as it takes every address that is left
)


def application(settings: Settings, content: Library, stop: Callable[[str], None]) -> Starlette:
    """Build everything that is configured as one ASGI application, which mounts anywhere and starts with its lifespan.

    `stop` is called with a sentence when it cannot go on: an unsafe store, a token that a platform does not know.
    """
    tally = Tally(content, now) if settings.metrics_port else None
    talk, minutes = conversation(settings, content, tally), store(settings)
    services = [service for build in CHANNELS if (service := build(settings, talk, minutes)) is not None]
    routes = [route for service in services for route in service.routes]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            running.push_async_callback(minutes.close)
            try:
                await minutes.open()
            except UnsafeStoreError as error:
                stop(str(error))
                yield  # nothing was taken from anybody, so nobody is lost
                return
            except StoreDownError:
                note(Moment.STORE_DOWN)
            for service in services:
                await running.enter_async_context(service.running(stop))
            if tally and settings.metrics_port:
                await running.enter_async_context(listening(metrics(tally), settings.metrics_port))
            gc.collect()
            gc.freeze()  # what is loaded now stays to the end; a full collection need not look at it again
            await running.enter_async_context(sweeping(settings))
            yield

    return Starlette(routes=routes, lifespan=lifespan)


async def _health(_: object) -> Response:
    """Tell that the guide is up, and nothing else."""
    return Response(status_code=204)
