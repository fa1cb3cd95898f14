"""What a helper does at the desk: the page, its stream, and every button on it."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.content.desk_phrases import DeskPhrase
from bot.core.private import Private
from bot.desks.web_desk.asked import Form
from bot.desks.web_desk.doors import Doors, root
from bot.desks.web_desk.drawing import Drawing
from bot.desks.web_desk.floor import Floor, new_tab
from bot.desks.web_desk.logins import Login
from bot.desks.web_desk.stream import Stream
from bot.desks.web_desk.tabs import Tab
from bot.talk.handoff.back import LONGEST, Seen
from bot.talk.handoff.front import Over

TAB: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
IDENT: Final = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
DONE: Final = 204
REFUSED: Final = 409
ENDS: Final = {"end": Over.ENDED, "block": Over.BLOCKED}


class Work:
    """The doors of the desk itself; each is behind `Doors.signed` or `Doors.posted`."""

    def __init__(self, doors: Doors, drawing: Drawing, languages: dict[str, str]) -> None:
        """Take what stands at the doors, what draws, and the languages with their names."""
        self._floor: Floor = doors.floor
        self._doors = doors
        self._drawing = drawing
        self._languages = languages

    async def page(self, request: Request, login: Login) -> Response:
        """Show the desk, empty; its stream fills it."""
        self._floor.logins.stir(login)
        stamp = self._doors.credentials.stamp(self._doors.held(request))
        return self._doors.page.whole(
            "desk", self._doors.tongues.of(login.reads), root(request), login=login, stamp=stamp, tab=new_tab(),
            trial=self._doors.trial, languages=self._languages, longest=LONGEST,
        )  # fmt: skip

    async def stream(self, request: Request, login: Login) -> Response:
        """Bring everything that is new to one page."""
        name, after = request.query_params.get("tab", ""), request.headers.get("last-event-id", "")
        if not TAB.fullmatch(name):
            return Response(status_code=400)
        tab = self._floor.sit(login, name)
        return Stream(lambda: self._floor.listen(tab, int(after) if after.isdecimal() and len(after) < len(name) else None))

    async def take(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002 - all have one shape
        """Take somebody who waits, unless somebody else was faster."""
        tab, case = self._tab(form, login), form.get("case")
        if tab is None:
            return self._refused(login, DeskPhrase.LOST_SEAT)
        if not await tab.seat.take(case):
            return self._refused(login, DeskPhrase.TAKEN)
        login.taken.add(case)
        return done()

    async def tell(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Say something to a person."""
        length = form.length("words")
        if length > LONGEST:
            return self._refused(login, DeskPhrase.TOO_LONG)
        return await self._say(login, form, [form.private("words")]) if length else done()

    async def cards(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Show the guide's cards for a person."""
        seen = self._mine(form, login)
        return HTMLResponse(self._drawing.cards(login, seen)) if seen else self._refused(login, DeskPhrase.NOT_SENT)

    async def card(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Show one card in both languages, before it is sent."""
        seen, ref = self._mine(form, login), form.get("ref")
        if seen is None or not self._drawing.parts(ref, login.reads, seen):
            return self._refused(login, DeskPhrase.NOT_SENT)
        return HTMLResponse(self._drawing.card(login, seen, ref))

    async def send(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Send a card in the person's language."""
        seen = self._mine(form, login)
        parts = self._drawing.parts(form.get("ref"), seen.brief.locale or login.reads, seen) if seen else []
        return await self._say(login, form, [Private(part) for part in parts])

    async def end(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """End a talk; or block, which also keeps the person from asking again for an hour."""
        tab, why = self._tab(form, login), ENDS.get(form.get("why"))
        return (
            done() if tab and why and await tab.seat.end(form.get("case"), why) else self._refused(login, DeskPhrase.NOT_SENT)
        )

    async def pass_on(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Pass a person on to a colleague, or to whoever is free."""
        tab, to = self._tab(form, login), form.get("to")
        if to and to not in self._floor.back.agents:
            return self._refused(login, DeskPhrase.NOT_SENT)
        return done() if tab and await tab.seat.pass_on(form.get("case"), to) else self._refused(login, DeskPhrase.NOT_SENT)

    async def read(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Read along with a colleague, or stop."""
        tab, along = self._tab(form, login), form.get("along") == "yes"
        return (
            done() if tab and await tab.seat.read(form.get("case"), along=along) else self._refused(login, DeskPhrase.NOT_SENT)
        )

    async def room(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Say whether the desk can take one more."""
        self._floor.back.room = form.get("room") == "yes"
        self._floor.announce()
        return done()

    async def own(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Set what holds for this login alone."""
        reads = form.get("reads")
        login.reads = reads if reads in self._languages else login.reads
        login.speaks = form.several("speaks") & set(self._languages)
        login.sound = form.get("sound") == "yes"
        self._floor.announce()
        return done()

    async def here(self, request: Request, form: Form, login: Login) -> Response:  # noqa: ARG002
        """Note that somebody is at the page."""
        return done()

    def _tab(self, form: Form, login: Login) -> Tab | None:
        return self._floor.tab(login, form.get("tab"))

    def _mine(self, form: Form, login: Login) -> Seen | None:
        return self._floor.back.held(form.get("case"), login.name)

    def _refused(self, login: Login, why: DeskPhrase) -> Response:
        """Answer with a sentence that says why not."""
        return PlainTextResponse(self._doors.tongues.of(login.reads).say(why), REFUSED)

    async def _say(self, login: Login, form: Form, parts: list[Private[str]]) -> Response:
        """Send some messages and draw them as sent. The same one twice is one."""
        tab, ident, case = self._tab(form, login), form.get("ident"), form.get("case")
        if tab is None or not parts or not IDENT.fullmatch(ident):
            return self._refused(login, DeskPhrase.LOST_SEAT if tab is None else DeskPhrase.NOT_SENT)
        drawn = ""
        for number, part in enumerate(parts):
            told = await tab.seat.tell(case, part, f"{ident}-{number}")
            if told is None:
                return self._refused(login, DeskPhrase.NOT_SENT)
            drawn += self._drawing.words(login, "you", told, part)
        return HTMLResponse(drawn)


def done() -> Response:
    """Answer that it is done; what follows from it comes by the stream."""
    return Response(status_code=DONE)
