"""Where calls arrive: each is read, judged, written down, broken if a test says so, and carried out."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any, Final, Literal, TypeAlias

from aiohttp import web

from tests.peers.answers import (
    SET_WEBHOOK,
    WEBHOOK_ACTIVE,
    Drop,
    Failure,
    Hang,
    Refusal,
    RefusedError,
    ServerError,
    bad,
    conflict,
)
from tests.peers.chats import Telegram
from tests.peers.forum_methods import FORUM_METHODS
from tests.peers.hook import Hook
from tests.peers.judges import Judges
from tests.peers.mail import Mail, Poll
from tests.peers.methods import METHODS
from tests.peers.tables import Tables
from tests.peers.wire import read_body

Json: TypeAlias = dict[str, Any]

PATH: Final = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>\w+)/?")
TOKEN: Final = re.compile(r"(?P<id>[1-9]\d*):[\w-]+")
NO_METHOD: Final = Refusal(404, "Not Found: method not found")
UNSAID: Final = re.compile(r"get|setwebhook$|deletewebhook$|close$|logout$", re.IGNORECASE)  # not done from a webhook's answer


@dataclass(slots=True, eq=False)
class Call:
    """One call as it came; `result` or `refusal` once it was answered. The answer to a tap belongs to the chat of the tap."""

    method: str
    params: Json
    chat_id: object
    at: float
    how: Literal["call", "reply"]
    result: object = None
    refusal: Refusal | None = None
    failure: Failure | None = None


@dataclass(slots=True, eq=False)
class Fault:
    """A failure that was ordered: for one method or "*" (all but getUpdates), in one chat or all, so many times."""

    method: str
    chat_id: int | None
    failure: Failure
    times: int

    def fits(self, call: Call) -> bool:
        """Tell whether it is meant for a call."""
        any_but_polls = "*" if call.method != "getUpdates" else call.method
        return self.times > 0 and self.method in {any_but_polls, call.method} and self.chat_id in {None, call.chat_id}


@dataclass(slots=True, eq=False)
class Exchange:
    """The Bot API: methods by name, for any token that looks like one."""

    telegram: Telegram
    tables: Tables
    judges: Judges
    mail: Mail
    poll: Poll
    hook: Hook = field(init=False)
    calls: list[Call] = field(default_factory=list)
    polls: list[Call] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    slow: float = 0.0
    judging: bool = True
    others: dict[str, "Exchange"] = field(default_factory=dict)  # other bots at the same address, by their number

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        body = await request.read()
        path = PATH.fullmatch(request.path)
        if path is None:
            self.complain(f"a request to {request.path.split('/')[1]}, which is no method")
            return _answer(Refusal(404, "Not Found"))
        if not (token := TOKEN.fullmatch(path["token"])):
            return _answer(Refusal(401, "Unauthorized: invalid token specified"))
        if token["id"] in self.others:
            return await self.others[token["id"]].handle(request)
        try:
            raw = {**request.query, **read_body(request.headers.get("Content-Type", ""), body)}
        except ValueError:
            return _answer(Refusal(400, "Bad Request: can't parse the body"))
        self.telegram.bot_id = int(token["id"])
        return await self._broken(request, path["method"], raw)

    async def _broken(self, request: web.BaseRequest, asked: str, raw: Mapping[str, object]) -> web.StreamResponse:
        """Carry out a call, unless it fails on the way."""
        if (call := self._enter(asked, raw, "call")) is None:
            return _answer(NO_METHOD)
        if self.slow:
            await asyncio.sleep(self.slow)
        answer = await self._carry_out(call)
        match call.failure:
            case ServerError(code, html=True):
                page = f"<html><head><title>{code}</title></head><body><center><h1>{code}</h1></center></body></html>"
                return web.Response(status=code, text=page, content_type="text/html")
            case Hang(seconds, carried_out=True):
                await asyncio.sleep(seconds)
            case Drop() if request.transport:
                request.transport.abort()
            case _:
                pass
        return _answer(answer)

    async def reply(self, asked: str, raw: Json) -> None:
        """Carry out a call that came in the answer to an update; nobody learns how it went."""
        if UNSAID.match(asked):
            self.complain(f"{asked} in the answer to an update is not carried out")
        elif call := self._enter(asked, raw, "reply"):
            if self.slow:
                await asyncio.sleep(self.slow)
            await self._carry_out(call)

    def complain(self, sentence: str) -> None:
        """Note what a bot should not have done."""
        with self.telegram.moved:
            self.complaints.append(sentence)
            self.telegram.moved.notify_all()

    def _enter(self, asked: str, raw: Mapping[str, object], how: Literal["call", "reply"]) -> Call | None:
        """Write a call down, with what there is to complain of."""
        if (method := self.tables.name(asked)) is None:
            self.complain(f"{asked}: there is no such method")
            return None
        params = self.tables.read(method, raw)
        with self.telegram.moved:
            tap = self.telegram.queries.get(params.get("callback_query_id", ""))
            call = Call(method, params, params.get("chat_id", tap and tap.chat.id), monotonic(), how)
            (self.polls if method == "getUpdates" else self.calls).append(call)
            self.complaints += self.judges.complaints(method, params) if self.judging else ()
            if fault := next((fault for fault in self.faults if fault.fits(call)), None):
                fault.times -= 1
                call.failure = fault.failure
            self.telegram.moved.notify_all()
        return call

    async def _carry_out(self, call: Call) -> Json | Refusal:
        """Do what a call asks for, if it does not fail before."""
        match call.failure:
            case Refusal() as refusal:
                call.refusal = refusal
            case ServerError(code):
                call.refusal = Refusal(code, HTTPStatus(code).phrase)
            case Drop(carried_out=False):
                call.refusal = Refusal(0, "")  # nobody will read it
            case Hang(seconds, carried_out=False):
                await asyncio.sleep(seconds)
            case _:
                pass
        return call.refusal or await self._result(call)

    async def _result(self, call: Call) -> Json | Refusal:
        """Do what a call asks for."""
        try:
            if call.method == "getUpdates":
                call.result = await self._updates(call.params)
            else:
                with self.telegram.moved:
                    call.result = self._do(call)
                    self.telegram.moved.notify_all()
        except RefusedError as error:
            call.refusal = error.refusal
            return error.refusal
        return {"ok": True, "result": call.result}

    async def _updates(self, params: Json) -> object:
        """Give updates to a bot that asks for them."""
        if self.hook.active:
            conflict(WEBHOOK_ACTIVE)
        return await self.poll.get_updates(params)

    def _do(self, call: Call) -> object:
        """Do what a call asks for, at once."""
        if self.judging and (broken := self.judges.rule(call.method, call.params)):
            self.complaints.append(f"{call.method}: {broken}")
            bad(broken)
        if method := FORUM_METHODS.get(call.method) or METHODS.get(call.method):
            return method(self.telegram, call.params)
        match call.method:
            case "setWebhook" | "deleteWebhook":
                if call.params.get("url"):
                    self.poll.end(SET_WEBHOOK)
                return self.hook.set(call.params)
            case "getWebhookInfo":
                return self.hook.info()
            case _:
                self.complaints.append(f"{call.method}: the peer cannot do this yet")
                raise RefusedError(NO_METHOD)


def _answer(answer: Json | Refusal) -> web.Response:
    """Write an answer."""
    if isinstance(answer, Refusal):
        later = {} if answer.retry_after is None else {"Retry-After": str(answer.retry_after)}
        return web.json_response(answer.body(), status=answer.code or 500, headers=later)
    return web.json_response(answer)
