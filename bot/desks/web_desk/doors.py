"""The way in and out: signing in, invitations, signing out; and what every door of the desk asks first."""

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import Final, ParamSpec, TypeAlias, TypeVar

from babel.lists import format_list
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.content.desk_phrases import DeskPhrase
from bot.core.private import Private
from bot.desks.web_desk.accounts import Accounts, Agent, Invitation, Role, UnreadableError
from bot.desks.web_desk.asked import SHOWS, Form, ours, read, tongues
from bot.desks.web_desk.credentials import Credentials
from bot.desks.web_desk.floor import Floor
from bot.desks.web_desk.logins import Login
from bot.desks.web_desk.tries import Tries
from bot.desks.web_desk.words import Tongue

FIRST: Final = "first"  # the name of the first helper of a trial
HASHING: Final = 2  # passwords checked at once, 64 MiB each

P = ParamSpec("P")
T = TypeVar("T")
Signed: TypeAlias = Callable[[Request, Login], Awaitable[Response]]
Posted: TypeAlias = Callable[[Request, Form, Login], Awaitable[Response]]


class Doors:
    """What stands at every door."""

    def __init__(
        self, floor: Floor, credentials: Credentials, tries: Tries, *, trial: bool, public_url: str | None
    ) -> None:  # fmt: skip
        """Take the room behind the doors, what checks who somebody is, and whether this is a trial."""
        self.floor = floor
        self.credentials = credentials
        self.page, self.tongues = floor.drawing.page, floor.drawing.tongues
        self.trial = trial
        self.public_url = public_url
        self._tries = tries
        self._hashing = asyncio.Semaphore(HASHING)
        self._used: dict[str, int] = {}  # the half minute of the last code of each helper
        self.first = secrets.token_urlsafe(24) if trial else ""

    @property
    def accounts(self) -> Accounts:
        """Give who may come in."""
        return self.floor.accounts

    @property
    def cookie(self) -> str:
        """Name the cookie. Browsers take one called so only over https."""
        return "desk" if self.trial else "__Secure-desk"

    def signed(self, handle: Signed, *, lead: bool = False) -> Callable[[Request], Awaitable[Response]]:
        """Open a page only for who is signed in."""

        async def door(request: Request) -> Response:
            login = self.floor.who(self.held(request))
            if login is None:
                return RedirectResponse(f"{root(request)}/sign-in", 303)
            if lead and not login.lead:
                return self.say(request, DeskPhrase.NOTHING_HERE, 404)
            return await handle(request, login)

        return door

    def posted(self, handle: Posted, *, lead: bool = False) -> Callable[[Request], Awaitable[Response]]:
        """Take a form only from our own page, of who is signed in."""

        async def door(request: Request) -> Response:
            form, login = await self.form(request), self.floor.who(self.held(request))
            if login is None and SHOWS not in request.headers:
                return RedirectResponse(f"{root(request)}/sign-in", 303)
            if login is None or form is None or (lead and not login.lead):
                return PlainTextResponse(self.tongue(request).say(_refused(form, login)), 401 if login is None else 403)
            self.floor.logins.stir(login)
            return await handle(request, form, login)

        return door

    async def form(self, request: Request) -> Form | None:
        """Read a form; None if another site may have sent it."""
        form = await read(request) if ours(request, self.public_url) else None
        shown = request.headers.get(SHOWS, "") or (form.get("stamp") if form else "")
        return form if form and self.credentials.stamped(self.held(request), shown) else None

    def held(self, request: Request) -> str:
        """Give what the browser's cookie holds."""
        return request.cookies.get(self.cookie, "")

    def tongue(self, request: Request) -> Tongue:
        """Find the language of who asks: the one they set, or what their browser wants."""
        login = self.floor.who(self.held(request))
        return self.tongues.of(login.reads) if login else self.tongues.best(tongues(request))

    def say(self, request: Request, phrase: DeskPhrase, status: int = 200) -> HTMLResponse:
        """Show a page with one sentence and the way to the desk."""
        tongue = self.tongue(request)
        return self.page.whole("message", tongue, root(request), status=status, text=tongue.say(phrase))

    def show(self, request: Request, template: str, status: int = 200, /, **values: object) -> Response:
        """Show a form to somebody who may have no cookie yet: it is bound to one."""
        held = self.held(request) or secrets.token_urlsafe(32)
        values = {"stamp": self.credentials.stamp(held), "trial": self.trial, **values}
        return self._hold(
            request, self.page.whole(template, self.tongue(request), root(request), status=status, **values), held
        )

    async def entry(self, request: Request) -> Response:
        """Show the way in."""
        if self.floor.who(self.held(request)):
            return RedirectResponse(f"{root(request)}/", 303)
        return self.show(request, "sign_in", wrong="", name="")

    async def sign_in(self, request: Request) -> Response:
        """Let a helper in who shows name, password and code. Whatever is wrong, the answer and its time are the same."""
        form = await self.form(request)
        if form is None:
            return self.show(request, "sign_in", 403, wrong=DeskPhrase.STALE, name="")
        name = form.get("name")
        if not self._tries.more(name):
            return self.show(request, "sign_in", 429, wrong=DeskPhrase.SLOW_DOWN, name=name)
        agent = await self._known(name, form.private("password"), form.get("code").replace(" ", ""))
        if agent is None:
            return self.show(request, "sign_in", 403, wrong=DeskPhrase.WRONG, name=name)
        self._tries.forgive(name)
        return self._admit(request, agent)

    async def welcome(self, request: Request) -> Response:
        """Show what an invitation asks for; in a trial, let the first helper in. Who only looks ahead gets nothing."""
        code = str(request.path_params["code"])
        if request.method != "GET" or "prefetch" in request.headers.get("sec-purpose", ""):
            return Response(status_code=503)
        if self.first and hmac.compare_digest(code.encode(), self.first.encode()):
            self.first = ""
            agent = Agent(FIRST, Role.LEAD, self.credentials.nobody, "", "")
            self.accounts.roll().agents[FIRST] = agent
            return self._admit(request, agent)
        invitation = self.accounts.invitation(code)
        return self._invited(request, code, invitation) if invitation else self.say(request, DeskPhrase.WELCOME_GONE, 404)

    async def accept(self, request: Request) -> Response:
        """Take up an invitation: a password, a code that shows that the app has the key, and the promise."""
        code, form = str(request.path_params["code"]), await self.form(request)
        invitation = self.accounts.invitation(code)
        if invitation is None:
            return self.say(request, DeskPhrase.WELCOME_GONE, 404)
        if form is None:
            return self._invited(request, code, invitation, DeskPhrase.STALE, 403)
        if not self._tries.more(invitation.name):
            return self._invited(request, code, invitation, DeskPhrase.SLOW_DOWN, 429)
        key, password = self.credentials.totp(code), form.private("password")
        step = self.credentials.step(key, form.get("code").replace(" ", ""), self._clock())
        if fault := self._fault(form, password, invitation.name, step):
            return self._invited(request, code, invitation, fault, 422)
        hashed = await self._slowly(self.credentials.hash, password)
        agent = self.accounts.accept(code, hashed, self.credentials.seal(key, invitation.name))
        if agent is None or step is None:
            return self.say(request, DeskPhrase.WELCOME_GONE, 404)
        self._used[agent.name.casefold()] = step
        self._tries.forgive(agent.name)
        return self._admit(request, agent)

    async def sign_out(self, request: Request, form: Form, login: Login) -> Response:
        """Let a helper go; who still talks with people is asked first."""
        mine = self.floor.mine(login)
        if mine and not form.get("sure") and len(self.floor.logins.of(login.name)) == 1:
            tongue, stamp = self.tongues.of(login.reads), self.credentials.stamp(self.held(request))
            people = format_list([tongue.say(DeskPhrase.PERSON, number=seen.number) for seen in mine], locale=tongue.locale)
            text = tongue.say(DeskPhrase.SIGN_OUT_OPEN, people=people)
            return self.page.whole("sign_out", tongue, root(request), text=text, stamp=stamp)
        await self.floor.leave(login)
        answer = RedirectResponse(f"{root(request)}/sign-in", 303)
        answer.delete_cookie(self.cookie, root(request), secure=not self.trial, httponly=True, samesite="strict")
        return answer

    def _fault(self, form: Form, password: Private[str], name: str, step: int | None) -> DeskPhrase | None:
        """Name the first thing that is wrong with a filled-in invitation."""
        if fault := self.credentials.fault(password, name):
            return fault
        if not self.credentials.same(password, form.private("again")):
            return DeskPhrase.PASSWORD_DIFFERS
        if step is None:
            return DeskPhrase.CODE_WRONG
        return None if form.get("promise") else DeskPhrase.PROMISE_MISSING

    async def _known(self, name: str, password: Private[str], code: str) -> Agent | None:
        """Check all three, and use the code up."""
        try:
            agent = self.accounts.agent(name)
        except UnreadableError:
            agent = None
        right = await self._slowly(self.credentials.verify, agent.hash if agent else self.credentials.nobody, password)
        key = self.credentials.open(agent.totp, agent.name) if agent else None
        step = self.credentials.step(key or self.credentials.totp(""), code, self._clock())
        if agent is None or key is None or not right or step is None or step <= self._used.get(name.casefold(), 0):
            return None
        self._used[name.casefold()] = step
        return agent

    async def _slowly(self, act: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Do what takes long beside everything else."""
        async with self._hashing:
            return await asyncio.to_thread(act, *given, **named)

    def _invited(self, request: Request, code: str, invitation: Invitation, wrong: str = "", status: int = 200) -> Response:
        key = self.credentials.totp(code)
        groups = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
        picture = self.credentials.picture(invitation.name, key)
        return self.show(
            request, "welcome", status, code=code, name=invitation.name, lead=invitation.role is Role.LEAD, key=groups,
            picture=picture, wrong=wrong,
        )  # fmt: skip

    def _admit(self, request: Request, agent: Agent) -> Response:
        """Sign a helper in, under a new cookie."""
        held = self.floor.begin(agent, self.tongue(request).tag)
        return self._hold(request, RedirectResponse(f"{root(request)}/", 303), held)

    def _hold(self, request: Request, answer: Response, held: str) -> Response:
        """Give the browser its cookie: for this site alone, out of reach of scripts, and gone with the browser's session."""
        answer.set_cookie(self.cookie, held, path=root(request), secure=not self.trial, httponly=True, samesite="strict")
        return answer

    def _clock(self) -> float:
        return self.floor.now().timestamp()


def _refused(form: Form | None, login: Login | None) -> DeskPhrase:
    """Say why a form is not taken."""
    return DeskPhrase.SIGNED_OUT if login is None else DeskPhrase.STALE if form is None else DeskPhrase.NOTHING_HERE


def root(request: Request) -> str:
    """Give where the desk is mounted."""
    return str(request.scope.get("root_path", ""))
