"""Where calls to the Graph API arrive: each is written down, broken if a test says so, judged, and answered as Meta does.

What Meta says to whom, and the codes: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, TypeAlias

from aiohttp import web

from tests.peers.graph_account import VERSION, Account
from tests.peers.graph_judge import wrong_message
from tests.peers.graph_people import Sent

Json: TypeAlias = dict[str, Any]

REFILL: Final = 6.0  # seconds until one more message to one person is allowed
STATUSES: Final = {190: 401, 1: 500, 2: 503, 131000: 500, 131016: 500, 133004: 500}
USUAL: Final = ("id", "display_phone_number", "verified_name", "quality_rating")
FOREVER: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Failure:
    """How a call goes wrong: Meta's code and status, the page of a proxy (no code), silence, or a broken line.

    Where it was `carried_out`, only the answer got lost.
    """

    code: int = 0
    status: int = 0
    subcode: int = 0
    hang: bool = False
    drop: bool = False
    carried_out: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its method, its path below the version, its query, and the status of the answer (0 for none)."""

    method: str
    path: str
    query: dict[str, str]
    status: int
    at: float


class RefusedError(Exception):
    """Meta does not do as asked."""

    def __init__(self, failure: Failure) -> None:
        """Take how."""
        super().__init__(failure.code)
        self.failure = failure


UNKNOWN: Final = RefusedError(Failure(100, subcode=33))


def refusal(failure: Failure) -> web.Response:
    """Write an error as Meta does; without a code it comes from a proxy in between, as a page."""
    status = failure.status or STATUSES.get(failure.code, 400)
    if not failure.code:
        return web.Response(status=status, text="<html><h1>Sorry, something went wrong.</h1></html>", content_type="text/html")
    more = {"error_subcode": failure.subcode} if failure.subcode else {}
    said = {
        "message": f"(#{failure.code}) Refused",
        "type": "OAuthException",
        "code": failure.code,
        **more,
        "fbtrace_id": "AbC",
    }
    return web.json_response({"error": said}, status=status)


@dataclass(eq=False)
class Exchange:
    """The Graph API: sending, and what `dhaal doctor` asks."""

    account: Account
    moved: Callable[[], None]
    judging: bool = True
    slow: float = 0.0
    burst: int = 0  # messages to one person at once, then one every six seconds; 0 for as many as one likes
    sent: list[Sent] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    rested: dict[str, float] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)  # of the people who are known, by Meta's name for each

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, and write down how it went."""
        body = await request.read()
        answer: web.Response | None = None
        try:
            answer = await self._answer(request, body)
        except RefusedError as error:
            answer = refusal(error.failure)
        finally:
            path, status = request.path.removeprefix(f"/{VERSION}/"), answer.status if answer else 0
            self.calls.append(Call(request.method, path, dict(request.query), status, monotonic()))
            self.moved()
        return answer

    async def _answer(self, request: web.BaseRequest, body: bytes) -> web.Response:
        version, _, path = request.path.removeprefix("/").partition("/")
        if version != VERSION:
            self.complain(f"a call of version {version}")
        app = f"{self.account.app_id}|{self.account.app_secret}"
        shown = request.headers.get("authorization", f"Bearer {request.query.get('access_token', '')}")
        if shown not in {f"Bearer {self.account.token}", f"Bearer {app}"}:
            raise RefusedError(Failure(190))
        if (request.method, path) == ("POST", f"{self.account.phone_id}/messages"):
            return await self._message(request, body)
        if request.method == "GET":
            return web.json_response(self._ask(path, request.query, app=shown.endswith(app)))
        if request.method == "POST" and path.endswith("/messages"):
            raise UNKNOWN
        self.complain(f"a {request.method} that the guide has no need of")
        raise RefusedError(Failure(100))

    def complain(self, sentence: str) -> None:
        """Write down what was wrong."""
        if self.judging:
            self.complaints.append(sentence)

    # Sending

    async def _message(self, request: web.BaseRequest, body: bytes) -> web.Response:
        failure = self.failures.pop(0) if self.failures else Failure()
        if self.slow:
            await asyncio.sleep(self.slow)
        if failure != Failure() and not failure.carried_out:
            return await self._fail(request, failure)
        sent = Sent(self._read(body))
        self._pace(sent.to)
        self.sent.append(sent)
        if failure.carried_out:
            self.moved()
            return await self._fail(request, failure)
        contact = {"input": sent.to, "wa_id": sent.to} if "to" in sent.body else {"input": sent.to, "user_id": sent.to}
        return web.json_response({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": sent.id}]})

    async def _fail(self, request: web.BaseRequest, failure: Failure) -> web.Response:
        if failure.drop and request.transport:
            request.transport.abort()
        if failure.hang or failure.drop:
            await asyncio.sleep(FOREVER)  # ends with the connection
        raise RefusedError(failure)

    def _read(self, body: bytes) -> Json:
        try:
            message = json.loads(body)
        except ValueError:
            self.complain("a message is no JSON")
            raise RefusedError(Failure(100)) from None
        found = [*wrong_message(message)] if self.judging else []
        if self.phones.get(message.get("recipient", "")):
            found.append("a message is for a name, though that person has a number")
        self.complaints += found
        if found:
            raise RefusedError(Failure(131009))
        return dict(message)

    def _pace(self, to: str) -> None:
        """Refuse what comes too fast for one person, if the test asks for it."""
        if self.burst:
            now = monotonic()
            rested = max(self.rested.get(to, 0.0), now)
            if rested + REFILL - now > self.burst * REFILL:
                raise RefusedError(Failure(131056))
            self.rested[to] = rested + REFILL

    # What is asked about the number

    def _ask(self, path: str, query: Any, *, app: bool) -> Json:  # noqa: ANN401 - a mapping of many values
        it = self.account
        fields = [name for name in query.get("fields", "").split(",") if name]
        match path.split("/"):
            case [it.phone_id]:
                return self._fields({"id": it.phone_id, **it.number_info}, fields or [*USUAL])
            case [it.phone_id, "whatsapp_business_profile"]:
                known = {"messaging_product": "whatsapp", **it.profile}
                return {"data": [{name: known[name] for name in fields or known if name in known}]}
            case [it.phone_id, "settings"]:
                return it.number_settings
            case ["debug_token"]:
                right = query.get("input_token") == it.token
                return {"data": it.token_info if right else {"is_valid": False, "scopes": []}}
            case [it.app_id, "subscriptions"] if app:
                return {"data": it.subscriptions}
            case [it.app_id, "subscriptions"]:
                raise RefusedError(Failure(15))
            case [it.account_id, "subscribed_apps"]:
                return {"data": it.apps}
            case [number] if number.isdecimal() and number not in {it.app_id, it.account_id}:
                self.complain("a file, or another number, was asked for")
        raise UNKNOWN

    def _fields(self, known: Json, fields: list[str]) -> Json:
        if set(fields) - set(known):
            raise RefusedError(Failure(100))
        return {name: known[name] for name in {"id": 0} | dict.fromkeys(fields)}
