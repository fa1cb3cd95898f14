"""The web desk as one service: what is behind each address, and what runs beside it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.asgi.guard import Guard
from bot.content.desk_phrases import DeskPhrase
from bot.content.library import Library
from bot.core.private import Private
from bot.desks.web_desk.accounts import Accounts
from bot.desks.web_desk.credentials import Credentials
from bot.desks.web_desk.doors import Doors
from bot.desks.web_desk.drawing import Drawing
from bot.desks.web_desk.floor import Floor
from bot.desks.web_desk.people import People
from bot.desks.web_desk.tries import Tries
from bot.desks.web_desk.work import Work
from bot.settings import Desk
from bot.talk.handoff.cards import Cards
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.screen import Drawer

STATIC: Final = Path(__file__).parent / "static"
TYPES: Final = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
SAME: Final = {"referrer-policy": "same-origin"}  # under no-referrer, browsers would not say where a form was sent from
AT: Final = "/desk"
CLOCKS: Final = Clocks(lambda: datetime.now(UTC), time.monotonic)


class WebDesk:
    """The desk: give its routes to the application, and run it while the exchange runs."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it is made of
        self, desk: Desk, exchange: Exchange, library: Library, drawer: Drawer, secret: Private[bytes], public_url: str | None,
        *, clocks: Clocks = CLOCKS,
    ) -> None:  # fmt: skip
        """Take what was configured, where people wait, the content and what draws it, the guide's secret, and the clocks."""
        languages = {tag: language.name for tag, language in library.languages.items()}
        drawing = Drawing(exchange.back, library, drawer, Cards(library, drawer, clocks.now), clocks.now)
        self.floor = Floor(exchange.back, Accounts(desk.accounts, clocks.now), drawing, clocks, next(iter(languages)))
        credentials, tries = Credentials(secret), Tries(clocks.seconds)
        self._doors = Doors(self.floor, credentials, tries, trial=desk.trial, public_url=public_url)
        self._work = Work(self._doors, drawing, languages)
        self._people = People(self._doors)
        self._files = {name: (STATIC / name).read_bytes() for name in TYPES}

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Give the one place at which the desk is mounted, and the way there for who leaves the last slash out."""
        tongue = self._doors.tongues.best([])
        last = self._doors.page.whole("message", tongue, AT, status=500, text=tongue.say(DeskPhrase.TROUBLE))
        app = Starlette(
            routes=[*self._open(), *self._inside()],
            middleware=[Middleware(Guard, last, SAME)],
            exception_handlers={HTTPException: self._missing},
        )
        app.router.redirect_slashes = False
        return [Mount(AT, app), Route(AT, _slash, methods=["GET"])]

    @asynccontextmanager
    async def running(self, stop: Callable[[str], None]) -> AsyncIterator[None]:  # noqa: ARG002 - it can always go on
        """Look after who leaves; at the end everybody is signed out."""
        watch = asyncio.create_task(self.floor.watch())
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            await self.floor.close()

    def hush(self) -> None:
        """End every page's line now, as the server is about to stop and would wait for them."""
        self.floor.hush()

    def invitation(self) -> str:
        """Give the path of the one-time link of a trial; empty if it is none, or the link was used."""
        return f"{AT}/welcome/{self._doors.first}" if self._doors.first else ""

    def _open(self) -> list[BaseRoute]:
        """List what needs nobody to be signed in."""
        doors = self._doors
        return [
            Route("/sign-in", doors.entry, methods=["GET"]),
            Route("/sign-in", doors.sign_in, methods=["POST"]),
            Route("/welcome/{code}", doors.welcome, methods=["GET"]),
            Route("/welcome/{code}", doors.accept, methods=["POST"]),
            Route("/static/{name}", self._file, methods=["GET"]),
        ]

    def _inside(self) -> list[BaseRoute]:
        """List the rest."""
        doors, work, people = self._doors, self._work, self._people
        acts = {
            "take": work.take, "tell": work.tell, "cards": work.cards, "card": work.card, "send": work.send, "end": work.end,
            "pass": work.pass_on, "read": work.read, "room": work.room, "self": work.own, "here": work.here,
            "sign-out": doors.sign_out,
        }  # fmt: skip
        return [
            Route("/", doors.signed(work.page), methods=["GET"]),
            Route("/stream", doors.signed(work.stream), methods=["GET"]),
            Route("/people", doors.signed(people.page, lead=True), methods=["GET"]),
            Route("/people/invite", doors.posted(people.invite, lead=True), methods=["POST"]),
            Route("/people/remove", doors.posted(people.remove, lead=True), methods=["POST"]),
            *(Route(f"/{name}", doors.posted(act), methods=["POST"]) for name, act in acts.items()),
        ]

    async def _file(self, request: Request) -> Response:
        """Give one of the files that every page uses."""
        name = request.path_params["name"]
        if name not in TYPES:
            raise HTTPException(404)
        return Response(self._files[name], media_type=None, headers={"content-type": TYPES[name]})

    async def _missing(self, request: Request, error: Exception) -> Response:
        """Answer an address or method that is not there."""
        return self._doors.say(request, DeskPhrase.NOTHING_HERE, error.status_code if isinstance(error, HTTPException) else 404)


async def _slash(request: Request) -> Response:  # noqa: ARG001 - there is one way
    """Lead to the desk."""
    return RedirectResponse("desk/", 303)
