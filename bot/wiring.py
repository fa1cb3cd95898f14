"""The one place where real things are chosen."""

import gc
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.asgi.service import Inviting, Service, Streaming
from bot.channels import web
from bot.channels.metrics import listening, metrics
from bot.content.library import Library
from bot.core.private import Private
from bot.ground import conversation, exchange, home, library, now, store
from bot.harden import sweeping
from bot.log import Moment, note
from bot.settings import SettingError, Settings, load
from bot.talk.conversation import Conversation
from bot.talk.handoff.cards import Cards
from bot.talk.handoff.exchange import Exchange
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from bot.talk.screen import Drawer
from bot.talk.storing import Store, StoreDownError, UnsafeStoreError
from bot.talk.tally import Tally

__all__ = ["application", "conversation", "home", "library", "now", "store", "telegram_router"]

if TYPE_CHECKING:
    from aiogram import Router

    from bot.channels.telegram import Guide


def telegram_guide(settings: Settings, talk: Conversation, minutes: Store, meeting: Exchange | None = None) -> "Guide":
    """Build what answers on Telegram, for a runner of our own or for a bot that already runs."""
    from bot.channels.telegram import Guide  # noqa: PLC0415 - aiogram takes two seconds and 100 MiB

    return Guide(talk, Recall(minutes, Keys(settings.secret), now), Pace(time.monotonic), meeting)


def telegram_router() -> "Router":
    """Build the guide from the environment as an aiogram router, for a bot that already runs (docs/run-it.md).

    Raises:
        SettingError: if a setting is wrong.
        UnsoundError: with every mistake of the content.
    """
    from bot.channels.telegram import router  # noqa: PLC0415 - as above

    settings = load(os.environ)
    return router(telegram_guide(settings, conversation(settings, library()), store(settings)))


NO_EXTRA: Final = (
    "DHAAL_TELEGRAM_DESK_TOKEN is set, and what talks to the helpers' group is not installed. "
    "Run: pip install 'dhaal[telegram-desk]'"
)


@dataclass(frozen=True)
class Parts:
    """What channels and desks are built from."""

    settings: Settings
    content: Library
    talk: Conversation
    minutes: Store
    meeting: Exchange | None


def telegram(parts: Parts) -> Service | None:
    """Build our own Telegram bot. Without a webhook secret one is made from the guide's secret."""
    settings = parts.settings
    if settings.telegram is None:
        return None
    from bot.channels.telegram import Runner  # noqa: PLC0415 - as above

    secret = settings.telegram.webhook_secret or Private(Keys(settings.secret).word(b"telegram webhook"))
    guide = telegram_guide(settings, parts.talk, parts.minutes, parts.meeting)
    return Runner(settings.telegram, parts.talk, guide, secret, settings.public_url)


def whatsapp(parts: Parts) -> Service | None:
    """Build our WhatsApp number."""
    found = parts.settings.whatsapp
    if found is None:
        return None
    from bot.channels.whatsapp import RHYTHM, Guide, Runner  # noqa: PLC0415 - who has no WhatsApp does not pay for its client

    parts.talk.warm()
    recall, pace = Recall(parts.minutes, Keys(parts.settings.secret), now), Pace(time.monotonic, RHYTHM)
    return Runner(found, Guide(parts.talk, recall, pace, now, found.phone_id, exchange=parts.meeting))


def web_desk(parts: Parts) -> Service | None:
    """Build the helpers' page."""
    settings = parts.settings
    if settings.desk is None or parts.meeting is None:
        return None
    from bot.desks.web_desk import WebDesk  # noqa: PLC0415 - who has no desk does not pay for it

    return WebDesk(settings.desk, parts.meeting, parts.content, Drawer(parts.content), settings.secret, settings.public_url)


def telegram_group(parts: Parts) -> Service | None:
    """Build the helpers' own bot."""
    found = parts.settings.telegram_desk
    if found is None or parts.meeting is None:
        return None
    try:
        from bot.desks.telegram_group import Kept, TelegramGroup  # noqa: PLC0415 - as above; its library is an extra
    except ImportError:
        raise SettingError(NO_EXTRA) from None

    kept, drawer = Kept(parts.minutes, Keys(parts.settings.secret), now), Drawer(parts.content)
    shelf = Cards(parts.content, drawer, now)
    return TelegramGroup(found, parts.meeting, parts.content, drawer, kept=kept, shelf=shelf)


@dataclass(frozen=True)
class Site:
    """The web chat; where it is off, what tells that the guide is up."""

    routes: tuple[BaseRoute, ...]

    @asynccontextmanager
    async def running(self, stop: Callable[[str], None]) -> AsyncIterator[None]:  # noqa: ARG002 - a site needs nothing more
        """Run."""
        yield


def site(parts: Parts) -> Service:
    """Build the web chat."""
    return Site(
        (
            Mount("/", web.application(parts.talk, parts.settings, parts.meeting))
            if parts.settings.web
            else Route("/health", _health),
        )
    )


Builder: TypeAlias = Callable[[Parts], Service | None]
CHANNELS: Final[tuple[Builder, ...]] = (
    telegram,
    whatsapp,
    site,  # the last, as it takes every address that is left
)


DESKS: Final[tuple[Builder, ...]] = (
    web_desk,
    telegram_group,
)


def application(settings: Settings, content: Library, stop: Callable[[str], None]) -> Starlette:
    """Build everything that is configured as one ASGI application, which mounts anywhere and starts with its lifespan.

    `stop` is called with a sentence when it cannot go on: an unsafe store, a token that a platform does not know.
    """
    tally = Tally(content, now) if settings.metrics_port else None
    minutes = store(settings)
    meeting = exchange(settings, minutes)
    parts = Parts(settings, content, conversation(settings, content, tally, meeting), minutes, meeting)
    services = [service for build in (*DESKS, *CHANNELS) if (service := build(parts)) is not None]
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
            if meeting:
                await running.enter_async_context(meeting.running())
            for service in services:
                await running.enter_async_context(service.running(stop))
            if tally and settings.metrics_port:
                await running.enter_async_context(listening(metrics(tally), settings.metrics_port))
            gc.collect()
            gc.freeze()  # what is loaded now stays to the end; a full collection need not look at it again
            await running.enter_async_context(sweeping(settings))
            yield

    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.invitation = "".join(service.invitation() for service in services if isinstance(service, Inviting))
    app.state.hush = [service.hush for service in services if isinstance(service, Streaming)]
    return app


async def _health(_: object) -> Response:
    """Tell that the guide is up, and nothing else."""
    return Response(status_code=204)
