"""A local Bot API: a peer for bots that run in this process or in another.

It runs in a thread of its own. `with serving_bot_api() as api:` gives its address in `api.url`; `api.person(7)` is
somebody who writes. What came in stands in `api.calls`, what was wrong with it in `api.complaints`.

    with serving_bot_api() as api:
        ...                                   # start a bot with api.token at api.url, in polling mode
        api.deliver_to(url, secret=...)       # or have updates posted to it; its own setWebhook does the same
        person = api.person(7, language_code="hi")
        person.start()
        person.tap("Yes")                     # waits for the button; `go` also waits for what follows
        person.send(contents.photo("words"))
        person.wait_for(lambda shown: shown[-1].text == "...")
        assert api.complaints == []

A bot that runs in the test's own loop stands still while the test waits: wait with `asyncio.to_thread`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from threading import Thread
from typing import Any, Final, TypeAlias, TypeVar

from aiohttp import ClientSession

from tests.peers.answers import Failure
from tests.peers.chats import PATIENCE, Chat, Telegram
from tests.peers.exchange import Call, Exchange, Fault
from tests.peers.forum import Forum
from tests.peers.forum_group import ForumGroup
from tests.peers.hook import Delivery, Hook
from tests.peers.judges import Judges
from tests.peers.mail import Mail, Poll
from tests.peers.people import Group, Person
from tests.peers.tables import tables
from tests.peers.wire import Listener

Json: TypeAlias = dict[str, Any]
Result = TypeVar("Result")

TOKEN: Final = "4242:AAF-a-token-that-opens-only-the-peer"  # noqa: S105 - opens nothing
DESK_TOKEN: Final = "2424:AAF-another-token-that-opens-only-the-peer"  # noqa: S105 - as above


class BotApi:
    """The Bot API, the people behind it, and what a test may do to it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, judging: bool, token: str = TOKEN) -> None:
        """Build it, in its own loop."""
        self.token = token
        self.url = ""
        self.telegram = Telegram(int(token.partition(":")[0]))
        self.mail = Mail(self.telegram, loop)
        self.exchange = Exchange(self.telegram, tables(), Judges(tables()), self.mail, Poll(self.mail), judging=judging)
        self.listener = Listener(self.exchange.handle, loop)
        self._loop = loop
        self._people: dict[int, Person] = {}

    # What came in

    @property
    def calls(self) -> list[Call]:
        """Give every call but getUpdates, as they came; those are in `polls`."""
        with self.telegram.moved:
            return [*self.exchange.calls]

    @property
    def polls(self) -> list[Call]:
        """Give every getUpdates."""
        with self.telegram.moved:
            return [*self.exchange.polls]

    @property
    def complaints(self) -> list[str]:
        """Give what was wrong with calls and updates: sentences for a test that fails."""
        with self.telegram.moved:
            return [*self.exchange.complaints]

    @property
    def deliveries(self) -> list[Delivery]:
        """Give every attempt to post an update."""
        with self.telegram.moved:
            return [*self.exchange.hook.deliveries]

    @property
    def bytes_in(self) -> bytes:
        """Give every byte that bots sent here: requests, and answers to posted updates."""
        return b"\n".join([*map(bytes, self.listener.heard), *self.exchange.hook.heard])

    def called(self, method: str) -> list[Call]:
        """Give the calls of one method."""
        return [call for call in self.calls if call.method == method]

    def wait_until(self, happened: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until something is so; it is asked again after each change.

        Raises:
            PatienceError: if it is not.
        """
        self.telegram.wait(happened, seconds)

    # Who is there

    def person(
        self, chat_id: int, language_code: str | None = "hi", first_name: str = "Asha", username: str | None = None
    ) -> Person:
        """Give somebody; the bot cannot write to them before they wrote."""
        if chat_id not in self._people:
            name = {"first_name": first_name} | ({"username": username} if username else {})
            user = {"id": chat_id, "is_bot": False, **name} | ({"language_code": language_code} if language_code else {})
            chat = Chat({"id": chat_id, "type": "private", **name}, "bot can't initiate conversation with a user")
            with self.telegram.moved:
                self.telegram.chats[chat_id] = chat
            self._people[chat_id] = Person(self.telegram, self._send, chat, user)
        return self._people[chat_id]

    def group(self, chat_id: int, kind: str = "supergroup", title: str = "A group") -> Group:
        """Give a group, a supergroup or a channel; the bot is not there yet."""
        chat = Chat({"id": chat_id, "type": kind, "title": title}, f"bot is not a member of the {kind} chat")
        with self.telegram.moved:
            self.telegram.chats[chat_id] = chat
        return Group(self.telegram, self._send, chat)

    def forum(self, chat_id: int, title: str = "Helpers") -> ForumGroup:
        """Give a group with topics; the bot is an administrator there."""
        about = {"id": chat_id, "type": "supergroup", "title": title, "is_forum": True}
        with self.telegram.moved:
            chat = self.telegram.chats[chat_id] = Chat(about, None, forum=Forum())
        return ForumGroup(self.telegram, self._send, chat)

    def another(self, token: str = DESK_TOKEN) -> "BotApi":
        """Give a second bot at the same address. It and this one know nothing of each other."""
        other = BotApi(self._loop, judging=self.exchange.judging, token=token)
        other.url = self.url
        other.exchange.hook = Hook(other.mail, other.exchange.reply, self.exchange.hook.session)
        self.exchange.others[token.partition(":")[0]] = other.exchange
        return other

    # How updates travel

    def deliver_to(self, *urls: str, secret: str | None = None) -> None:
        """Post updates to these addresses in turn, whatever the bot asks for; with its secret, or with another."""
        self._in_loop(self._elsewhere, urls, secret)

    def repeat(self, copies: int) -> None:
        """Deliver each update so many times from now on."""
        self.mail.habits.copies = copies

    def delay(self, seconds: float) -> None:
        """Deliver each update so late from now on."""
        self.mail.habits.delay = seconds

    @contextmanager
    def holding(self, *, backwards: bool = False) -> Iterator[None]:
        """Keep back what people do meanwhile, and deliver all of it at the end; the last first, if asked."""
        with self.telegram.moved:
            self.mail.hold()
        yield
        with self.telegram.moved:
            self.mail.release(backwards=backwards, renumber=not self.exchange.hook.active)

    # What goes wrong

    def fail(self, method: str, times: int = 1, *, with_: Failure, chat_id: int | None = None) -> None:
        """Let the next calls of a method ("*" for any but getUpdates) fail."""
        with self.telegram.moved:
            self.exchange.faults.append(Fault(method, chat_id, with_, times))

    def slow(self, seconds: float) -> None:
        """Answer every call so late from now on."""
        self.exchange.slow = seconds

    def later(self, hours: float) -> None:
        """Turn the clock of the platform: all messages grow older."""
        with self.telegram.moved:
            self.telegram.ahead += int(hours * 3600)

    def expire(self) -> None:
        """Let every tap be too old to be answered."""
        with self.telegram.moved:
            for query in self.telegram.queries.values():
                query.expired = True

    # Inside

    def _send(self, kind: str, chat: int, body: Json) -> Json | None:
        """Put an update on its way, and hold it against the tables."""
        update = self.mail.send(kind, chat, body)
        if update and self.exchange.judging:
            self.exchange.complaints += tables().wrong_update(update)
        return update

    def _elsewhere(self, urls: Sequence[str], secret: str | None) -> None:
        self.exchange.hook.elsewhere, self.exchange.hook.secret = urls, secret
        self.exchange.hook.wake()

    def _in_loop(self, work: Callable[..., object], *given: object) -> None:
        """Do something in the peer's loop, and wait for it."""

        async def run() -> None:
            work(*given)

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(PATIENCE)


@asynccontextmanager
async def _serving(*, judging: bool) -> AsyncIterator[BotApi]:
    """Serve on a free port, in the running loop."""
    loop = asyncio.get_running_loop()
    api = BotApi(loop, judging=judging)
    async with ClientSession() as session:
        api.exchange.hook = Hook(api.mail, api.exchange.reply, session)
        server = await loop.create_server(api.listener, "127.0.0.1", 0)
        api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield api
        server.close()
        await api.exchange.hook.close()
        await api.listener.shutdown(0)


@contextmanager
def serving_bot_api(*, judging: bool = True) -> Iterator[BotApi]:
    """Serve a Bot API on a free port of this machine; without judges for benchmarks."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="bot-api", daemon=True)
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
