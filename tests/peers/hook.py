"""Updates that are posted to the bot, and the calls it makes in the answers.

Updates of one kind in one chat go one after the other, all others at once, as Telegram does
(https://github.com/tdlib/telegram-bot-api, WebhookActor.cpp).
"""

import asyncio
import re
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any, Final, TypeAlias

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from tests.peers.answers import bad
from tests.peers.mail import Mail, Parcel
from tests.peers.wire import read_body

Json: TypeAlias = dict[str, Any]
Obey: TypeAlias = Callable[[str, Json], Coroutine[Any, Any, object]]

SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
HERE: Final = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])[:/]")
FINE: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to post an update: where to, what came back (0 for nothing), and in how many seconds."""

    update: Json
    url: str
    status: int
    seconds: float


@dataclass(slots=True, eq=False)
class Hook:
    """Where updates are posted to: where the bot asked for, or to `elsewhere`, in turn, if a test says so."""

    mail: Mail
    obey: Obey
    session: ClientSession
    settings: Json = field(default_factory=dict)
    elsewhere: Sequence[str] = ()
    secret: str | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    last_error: Json = field(default_factory=dict)
    _turns: "count[int]" = field(default_factory=count)
    _working: set[tuple[str, int]] = field(default_factory=set)
    _tasks: "set[asyncio.Task[object]]" = field(default_factory=set)

    def __post_init__(self) -> None:
        """Listen for news."""
        self.mail.tell.append(self.wake)

    @property
    def active(self) -> bool:
        """Tell whether updates are to be posted; there is no other way out then."""
        return bool(self.elsewhere or self.settings.get("url"))

    @property
    def urls(self) -> Sequence[str]:
        """Say where to, on this machine; for an address elsewhere, updates wait until a test says where to."""
        return self.elsewhere or [url for url in [self.settings.get("url", "")] if HERE.match(url)]

    def set(self, params: Json) -> bool:
        """Post from now on.

        Raises:
            RefusedError: if the secret or the address will not do.
        """
        secret, url = params.get("secret_token", ""), params.get("url", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            bad("secret token contains unallowed characters")
        if url and not (url.startswith("https://") or HERE.match(url)):
            bad("bad webhook: An HTTPS URL must be provided for webhook")
        if params.get("drop_pending_updates"):
            self.mail.drop_all()
        self.mail.allow(params)
        self.settings, self.last_error = {**params}, {}
        self.wake()
        return True

    def info(self) -> Json:
        """Tell how it goes."""
        said = {name: self.settings[name] for name in ("url", "max_connections", "allowed_updates") if name in self.settings}
        fixed = {"has_custom_certificate": False, "pending_update_count": len(self.mail.parcels)}
        return {"url": ""} | said | fixed | self.last_error

    def wake(self) -> None:
        """Look again."""
        for queue in {parcel.queue for parcel in self.mail.parcels} - self._working if self.urls else ():
            self._working.add(queue)
            self._begin(self._serve(queue))

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something beside the rest."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, queue: tuple[str, int]) -> None:
        """Post what is in one queue, one after the other."""
        try:
            while self.urls and (parcel := next((one for one in self.mail.parcels if one.queue == queue), None)):
                if (pause := await self._post(parcel)) is None:
                    self.mail.confirm([parcel])
                else:
                    await asyncio.sleep(pause)
        finally:
            self._working.discard(queue)

    async def _post(self, parcel: Parcel) -> float | None:
        """Post one update; None if it arrived, or the seconds until it is tried again."""
        url, began, status, pause = self.urls[next(self._turns) % len(self.urls)], monotonic(), 0, self.mail.habits.pause
        secret = self.settings.get("secret_token") if self.secret is None else self.secret
        try:
            headers = {SECRET: secret} if secret else {}
            timeout = ClientTimeout(self.mail.habits.timeout)
            async with self.session.post(url, json=parcel.update, headers=headers, timeout=timeout) as response:
                status, body = response.status, await response.read()
                pause = float(response.headers.get("Retry-After", pause))
                self._hear(response, body)
        except (ClientError, OSError, TimeoutError):
            status = 0
        with self.mail.telegram.moved:
            self.deliveries.append(Delivery(parcel.update, url, status, monotonic() - began))
            self.mail.telegram.moved.notify_all()
        return None if status in FINE else self._failed(status, pause)

    def _failed(self, status: int, pause: float) -> float:
        """Remember what went wrong."""
        message = f"Wrong response from the webhook: {status}" if status else "Webhook connection closed"
        self.last_error = {"last_error_date": self.mail.telegram.now(), "last_error_message": message}
        return pause

    def _hear(self, response: ClientResponse, body: bytes) -> None:
        """Keep every byte of an answer, and do what it asks for."""
        head = b"".join(name + b": " + value + b"\r\n" for name, value in response.raw_headers)
        self.heard.append(head + b"\r\n" + body)
        if response.status in FINE and body:
            with suppress(ValueError):
                params = read_body(response.headers.get("Content-Type", ""), body)
                if method := str(params.pop("method", "")):
                    self._begin(self.obey(method, params))
