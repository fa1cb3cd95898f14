"""The doors of the web chat, as one ASGI application that mounts anywhere."""

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.asgi.guard import Guard
from bot.channels.web.asked import Asked, new_chat, read, tongue
from bot.channels.web.page import Page
from bot.channels.web.talk import Talk
from bot.core.private import Private
from bot.log import Moment, note
from bot.settings import Settings
from bot.talk.conversation import Conversation
from bot.talk.handoff.exchange import Exchange
from bot.talk.ports import Address, Opened

STATIC: Final = Path(__file__).parent / "static"
TYPES: Final = {
    "style.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
DEEPEST: Final = 32  # folders that a lost page still finds its way up from


class Doors:
    """What is behind each address. Nothing is kept between two requests."""

    def __init__(self, talk: Talk, page: Page, leave_url: str) -> None:
        """Take the turns, what draws their pages, and the neutral page that Leave goes to."""
        self._conversation = talk.conversation
        self._talk = talk
        self._leave = leave_url
        self._page = page
        self._files = {name: (STATIC / name).read_bytes() for name in TYPES}

    async def open(self, request: Request) -> Response:
        """Show the first screen, in a chat that nobody else has."""
        return await self._turn(Asked(Opened(), new_chat(), tongue(request, self._conversation.locale)))

    async def answer(self, request: Request) -> Response:
        """Take a press or typed words."""
        return await self._turn(await read(request, self._conversation.locale))

    async def leave(self, _: Request) -> Response:
        """Go to the neutral page."""
        return RedirectResponse(self._leave, 303)

    async def health(self, _: Request) -> Response:
        """Tell that the guide is up, and nothing else."""
        return Response(status_code=204)

    async def file(self, request: Request) -> Response:
        """Give one of the three files that every page uses; any other name is a lost address."""
        name = request.path_params["name"]
        if name not in TYPES:
            raise HTTPException(404)
        return Response(self._files[name], media_type=None, headers={"content-type": TYPES[name]})

    async def missing(self, request: Request, error: Exception) -> Response:
        """Answer an address or method that is not there with a calm way to the start."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        return self._page.missing(tongue(request, self._conversation.locale), status, _upwards(request))

    async def _turn(self, asked: Asked) -> Response:
        address = Address("web", "web", Private(asked.chat))
        try:
            told = await self._talk.turn(address, asked)
            return self._page.show(told, asked)
        except Exception:  # noqa: BLE001 - a person in need never sees an error, and its words go nowhere (DESIGN §4, §7)
            note(Moment.FAILED)
            return self._page.trouble(asked)


def _upwards(request: Request) -> str:
    """Write the relative way from a lost address to the start."""
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    depth = path.count(b"/") - request.scope.get("root_path", "").count("/") - 1
    return "../" * min(depth, DEEPEST) or "./"


def application(conversation: Conversation, settings: Settings, exchange: Exchange | None = None) -> Starlette:
    """Build the web chat from the talk, the settings, of which it uses `leave_url`, and the helpers, if there are any."""
    page = Page(conversation, settings.leave_url)
    doors = Doors(Talk(conversation, exchange), page, settings.leave_url)
    last = page.trouble(Asked(Opened(), "", None))
    app = Starlette(
        routes=[
            Route("/", doors.open, methods=["GET"]),
            Route("/", doors.answer, methods=["POST"]),
            Route("/leave", doors.leave, methods=["GET"]),
            Route("/health", doors.health, methods=["GET"]),
            Route("/static/{name}", doors.file, methods=["GET"]),
        ],
        middleware=[Middleware(Guard, last)],
        exception_handlers={HTTPException: doors.missing},
    )
    app.router.redirect_slashes = False  # a redirect would repeat the Host header
    return app
