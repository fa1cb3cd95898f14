"""The leads' page: who may come in, and who was here when."""

from starlette.requests import Request
from starlette.responses import Response

from bot.content.desk_phrases import DeskPhrase
from bot.desks.web_desk.accounts import NAME, Role, TakenError, UnreadableError
from bot.desks.web_desk.asked import Form
from bot.desks.web_desk.doors import Doors, root
from bot.desks.web_desk.logins import Login
from bot.log import Moment, note


class People:
    """Invites and removes helpers, and shows the shifts. Each door is for leads alone."""

    def __init__(self, doors: Doors) -> None:
        """Take what stands at the doors."""
        self._doors = doors

    async def page(self, request: Request, login: Login) -> Response:
        """Show everybody."""
        self._doors.floor.logins.stir(login)
        return self._show(request, login)

    async def invite(self, request: Request, form: Form, login: Login) -> Response:
        """Make a link for somebody and show it once."""
        name = form.get("name").strip()
        try:
            code = self._doors.accounts.invite(name, Role.LEAD if form.get("lead") else Role.AGENT)
        except TakenError:
            wrong = DeskPhrase.NAME_TAKEN if NAME.fullmatch(name) else DeskPhrase.NAME_WRONG
            return self._show(request, login, wrong, 422, name=name)
        except UnreadableError:
            return self._show(request, login, DeskPhrase.ACCOUNTS_TROUBLE, 422)
        home = self._doors.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
        link = f"{home}{root(request)}/welcome/{code}"
        return self._show(request, login, DeskPhrase.INVITE_LINK, name=name, link=link)

    async def remove(self, request: Request, form: Form, login: Login) -> Response:
        """Remove a helper or an invitation; who is signed in goes at once."""
        name = form.get("name")
        if name.casefold() == login.name.casefold():
            return self._show(request, login, DeskPhrase.REMOVE_SELF, 422)
        try:
            removed = self._doors.accounts.remove(name)
        except UnreadableError:
            return self._show(request, login, DeskPhrase.ACCOUNTS_TROUBLE, 422)
        await self._doors.floor.tick()
        return self._show(request, login, DeskPhrase.REMOVED if removed else None, name=name)

    def _show(  # noqa: PLR0913 - what may stand on it
        self, request: Request, login: Login, said: DeskPhrase | None = None, status: int = 200, *, name: str = "",
        link: str = "",
    ) -> Response:  # fmt: skip
        roll, tongue = self._doors.accounts.roll(), self._doors.tongues.of(login.reads)
        try:
            shifts = self._doors.floor.shifts.last()
        except (OSError, ValueError):
            note(Moment.FAILED)
            shifts = []
        return self._doors.page.whole(
            "people", tongue, root(request), status=status, login=login, said=tongue.say(said, name=name) if said else "",
            stamp=self._doors.credentials.stamp(self._doors.held(request)), trial=self._doors.trial, link=link, shifts=shifts,
            agents=[agent for _, agent in sorted(roll.agents.items())], invited=[it for _, it in sorted(roll.invited.items())],
        )  # fmt: skip
