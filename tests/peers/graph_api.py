"""A local Graph API: one WhatsApp number, the people who write to it, and a judge of what it sends them.

It runs in a thread of its own. `with serving_graph_api() as api:` gives the settings of a guide in `api.settings()`.

    with serving_graph_api() as api:
        ...                                   # start a guide with api.settings()
        api.deliver_to(hook)                  # where it listens
        person = api.person()
        person.type("hi")                     # waits for the answer, and gives it
        person.tap("Yes, go on")              # a button or a row of the newest message
        person.send({"type": "image", "image": {"id": "1"}})
        person.wait_for("Please do not send files here")
        assert api.complaints == []

A guide that runs in the test's own loop stands still while the test waits: wait with `asyncio.to_thread`.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import chain, repeat
from threading import Condition, Thread
from time import monotonic
from typing import Any, Final, TypeAlias, TypeVar

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.peers import graph_account as known
from tests.peers.chats import PATIENCE, PatienceError
from tests.peers.graph_account import VERSION, Account
from tests.peers.graph_exchange import Call, Exchange, Failure
from tests.peers.graph_people import Json, Person, Sent, tapped, text
from tests.peers.wire import Listener

__all__ = ["Call", "Failure", "GraphApi", "Json", "Person", "Sent", "serving_graph_api", "tapped", "text"]

Result = TypeVar("Result")
Delivery: TypeAlias = tuple[Json, int]

PAUSES: Final = (0.05, 0.1, 0.2, 0.5)  # seconds until a webhook that was not taken is brought again
BLINK: Final = 0.05
FINE: Final = range(200, 300)


class GraphApi:
    """Meta's side of one WhatsApp number, and what a test may do to it. `account` is what Meta knows of it."""

    phone_id, account_id, app_id, number = known.PHONE_ID, known.ACCOUNT_ID, known.APP_ID, known.NUMBER
    token, app_secret, verify_token = known.TOKEN, known.APP_SECRET, known.VERIFY_TOKEN

    def __init__(self, loop: asyncio.AbstractEventLoop, *, judging: bool) -> None:
        """Build it, in its own loop."""
        self.url = ""
        self.moved = Condition()
        self.account = Account()
        self.exchange = Exchange(self.account, self._move, judging=judging)
        self.listener = Listener(self.exchange.handle, loop)
        self.deliveries: list[Delivery] = []  # every attempt to bring a webhook: what, and the status (0 for no answer)
        self.waiting = 0  # webhooks that were not taken yet
        self._hook = ""
        self._client: ClientSession | None = None
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()

    def settings(self) -> dict[str, str]:
        """Give the environment of a guide with this number."""
        names = {
            "TOKEN": self.token,
            "PHONE_ID": self.phone_id,
            "APP_SECRET": self.app_secret,
            "VERIFY_TOKEN": self.verify_token,
            "API": self.url,
        }
        return {f"DHAAL_WHATSAPP_{name}": value for name, value in names.items()}

    # What came in

    @property
    def sent(self) -> list[Sent]:
        """Give every message that was taken."""
        return self.exchange.sent

    @property
    def calls(self) -> list[Call]:
        """Give every request, as they were answered."""
        return self.exchange.calls

    @property
    def complaints(self) -> list[str]:
        """Give what was wrong: sentences for a test that fails."""
        return self.exchange.complaints

    @property
    def bytes_in(self) -> bytes:
        """Give every byte that was sent here."""
        return b"\n".join(map(bytes, self.listener.heard))

    def wait_until(self, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until something is so; it is asked again after each change, and now and then.

        Raises:
            PatienceError: if it is not.
        """
        ends = monotonic() + seconds
        with self.moved:
            while not done():
                if monotonic() > ends:
                    message = f"It did not happen within {seconds} s. Complaints: {self.complaints}"
                    raise PatienceError(message)
                self.moved.wait(BLINK)

    # Who is there, and what they bring

    def person(self, phone: str = "919900000001", user_id: str = "IN.1001", name: str = "A person") -> Person:
        """Give somebody; phone="" for one who has no number for us."""
        self.exchange.phones[user_id] = phone
        return Person(self, phone, user_id, name)

    def deliver_to(self, hook: str) -> None:
        """Bring webhooks to this address from now on, those that wait as well."""
        self._hook = hook

    def payload(self, *changes: Json) -> Json:
        """Write a webhook that tells of these changes, in one entry."""
        return {"object": "whatsapp_business_account", "entry": [{"id": self.account_id, "changes": [*changes]}]}

    def sign(self, body: bytes) -> dict[str, str]:
        """Give the headers that come with a body."""
        signed = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        return {"content-type": "application/json", "x-hub-signature-256": f"sha256={signed}"}

    def bring(self, payload: Json) -> int:
        """Bring a webhook of your own, once, and give the status of the answer; 0 if there is none."""
        return asyncio.run_coroutine_threadsafe(self._bring(payload), self._loop).result(PATIENCE)

    def bring_soon(self, payload: Json) -> None:
        """Bring a webhook in the background, again and again until it is taken."""
        self._loop.call_soon_threadsafe(self._begin, payload)

    # What goes wrong

    def fail(self, *failures: Failure) -> None:
        """Let the next POSTs to /messages fail, each in its own way; Failure() is none."""
        self._loop.call_soon_threadsafe(self.exchange.failures.extend, failures)
        self._settle()

    @property
    def slow(self) -> float:
        """Give the seconds before each answer to /messages."""
        return self.exchange.slow

    @slow.setter
    def slow(self, seconds: float) -> None:
        """Let answers come so late from now on."""
        self.exchange.slow = seconds

    @property
    def burst(self) -> int:
        """Give how many messages one person may get at once, then one in six seconds; 0 for any number."""
        return self.exchange.burst

    @burst.setter
    def burst(self, messages: int) -> None:
        """Refuse further ones from now on, with 131056."""
        self.exchange.burst = messages

    # Inside

    def bring_with(self, client: ClientSession) -> None:
        """Take what webhooks are brought with."""
        self._client = client

    async def close(self) -> None:
        """Give up what was not taken, and end all connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.listener.shutdown(0)

    def _move(self) -> None:
        with self.moved:
            self.moved.notify_all()

    def _settle(self) -> None:
        """Wait until the peer's loop has done what was asked before."""
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop).result(PATIENCE)

    def _begin(self, payload: Json) -> None:
        task = self._loop.create_task(self._bring_until_taken(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, payload: Json) -> int:
        body = json.dumps(payload, ensure_ascii=False).encode()
        status = 0
        if self._client and self._hook:
            with suppress(ClientError, OSError, TimeoutError):
                async with self._client.post(self._hook, data=body, headers=self.sign(body)) as answer:
                    await answer.read()
                    status = answer.status
        self.deliveries.append((payload, status))
        self._move()
        return status

    async def _bring_until_taken(self, payload: Json) -> None:
        self.waiting += 1
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            if await self._bring(payload) in FINE:
                break
            await asyncio.sleep(pause)
        self.waiting -= 1
        self._move()


@asynccontextmanager
async def _serving(*, judging: bool) -> AsyncIterator[GraphApi]:
    """Serve on a free port, in the running loop."""
    loop = asyncio.get_running_loop()
    api = GraphApi(loop, judging=judging)
    async with ClientSession(timeout=ClientTimeout(total=PATIENCE)) as client:
        api.bring_with(client)
        server = await loop.create_server(api.listener, "127.0.0.1", 0)
        api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/{VERSION}"
        yield api
        server.close()
        await api.close()


@contextmanager
def serving_graph_api(*, judging: bool = True) -> Iterator[GraphApi]:
    """Serve a Graph API on a free port of this machine; without a judge for benchmarks."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="graph-api", daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE)

    serving = _serving(judging=judging)
    try:
        yield run(serving.__aenter__())
    finally:
        run(serving.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()
