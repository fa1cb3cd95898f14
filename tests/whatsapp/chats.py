"""WhatsApp in this process: one number, people who tap and type, and refusals by Meta's own numbers.

Every message is held against Meta's schema and limits before it is taken.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, TypeAlias

from bot.channels.whatsapp.graph import Graph, GraphError, Texts
from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.storing import StoreDownError
from tests.conftest import NOON
from tests.peers.graph_judge import wrong_message
from tests.stores.driven import DrivenLoop

PHONE_ID: Final = "106540352242922"
OURS: Final = "15550783881"
Raw: TypeAlias = dict[str, Any]
Taps: TypeAlias = dict[str, str]


@dataclass
class Time:
    """The day and the seconds, which pass when they are told to."""

    now: datetime = NOON
    loop: DrivenLoop = field(default_factory=DrivenLoop)

    def __call__(self) -> datetime:
        """Give the time of day."""
        return self.now

    def goes_on(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span
        self.loop.pass_time(span.total_seconds())


class Fragile(Memory):
    """A store that can be down."""

    def __init__(self, time: Time) -> None:
        """Start empty, and up."""
        super().__init__(loop=lambda: time.loop)
        self.down = False

    def _check(self) -> None:
        if self.down:
            raise StoreDownError

    async def put(self, key: bytes, value: bytes, seconds: float) -> None:
        """Hold."""
        self._check()
        await super().put(key, value, seconds)

    async def get(self, key: bytes) -> bytes | None:
        """Give."""
        self._check()
        return await super().get(key)

    async def drop(self, key: bytes) -> None:
        """Forget."""
        self._check()
        await super().drop(key)

    async def claim(self, key: bytes, seconds: float) -> bool:
        """Take a key."""
        self._check()
        return await super().claim(key, seconds)


@dataclass(frozen=True)
class Sent:
    """One message of ours, as it went out."""

    body: Raw

    @property
    def to(self) -> str:
        """Give to whom."""
        return str(self.body.get("to") or self.body["recipient"])

    @property
    def form(self) -> str:
        """Give its form: text, button, list or cta_url."""
        return str(self._interactive.get("type", self.body["type"]))

    @property
    def text(self) -> str:
        """Give what is read."""
        return str(self._interactive["body"]["text"] if self._interactive else self.body["text"]["body"])

    @property
    def taps(self) -> Taps:
        """Give what each button or row carries, by its title."""
        action = self._interactive.get("action", {})
        buttons = {one["reply"]["title"]: one["reply"]["id"] for one in action.get("buttons", ())}
        return buttons | {row["title"]: row["id"] for part in action.get("sections", ()) for row in part["rows"]}

    @property
    def link(self) -> str:
        """Give the address that its button opens."""
        return str(self._interactive["action"]["parameters"]["url"])

    @property
    def _interactive(self) -> Raw:
        return dict(self.body.get("interactive", {}))


class Phones(Graph):
    """Every phone that our number can reach. `failures` are what Meta says to the next messages.

    While `strict`, each message is held against Meta's schema and limits; an invented address would not pass.
    """

    def __init__(self) -> None:
        """Start with nobody."""
        super().__init__("http://127.0.0.1:9/v23.0", Private("token"))
        self.sent: list[Sent] = []
        self.tried: list[Raw] = []
        self.asked: list[str] = []
        self.failures: list[GraphError] = []
        self.strict = True
        self.free = asyncio.Event()
        self.free.set()

    @property
    def last(self) -> Sent:
        """Give the last message."""
        return self.sent[-1]

    async def post(self, path: str, body: Raw) -> None:
        """Take a message, or refuse it."""
        assert path == f"{PHONE_ID}/messages"
        assert (body["messaging_product"], body["recipient_type"]) == ("whatsapp", "individual")
        self.tried.append(body)
        await self.free.wait()
        if self.failures:
            raise self.failures.pop(0)
        sent = Sent(body)
        assert not self.strict or list(wrong_message(body)) == []
        self.sent.append(sent)

    async def get(self, path: str, head: Texts | None = None, **query: str) -> Raw:  # noqa: ARG002 - as the graph's own
        """Tell about our number."""
        self.asked.append(path)
        await self.free.wait()
        if self.failures:
            raise self.failures.pop(0)
        return {"id": path}


@dataclass
class Person:
    """Somebody with WhatsApp. Gives what Meta would bring for what they do; `phone` or `user` may be empty."""

    phones: Phones
    time: Time
    phone: str = "919900000001"
    user: str = "IN.1001"
    numbers: Iterator[int] = field(default_factory=count)

    def types(self, words: str, **more: object) -> Raw:
        """Type and send."""
        return self.sends({"type": "text", "text": {"body": words}, **more})

    def taps(self, title: str, on: Sent | None = None) -> Raw:
        """Tap a button or a row by its title."""
        under = on or next(sent for sent in reversed(self.mine) if sent.taps)
        return self.carries(under.taps[title], "button" if under.form == "button" else "list")

    def carries(self, data: str, kind: str = "button") -> Raw:
        """Send what a button would."""
        reply = {"type": f"{kind}_reply", f"{kind}_reply": {"id": data, "title": "A"}}
        return self.sends({"type": "interactive", "interactive": reply})

    def sends(self, message: Raw) -> Raw:
        """Send anything."""
        who = {"from": self.phone} if self.phone else {}
        name = {"from_user_id": self.user} if self.user else {}
        stamp = {"timestamp": str(int(self.time.now.timestamp()))}
        number = {"id": f"wamid.{self.user}.{self.phone}.{next(self.numbers)}"}
        contact = {"profile": {"name": "A person"}, "wa_id": self.phone, "user_id": self.user}
        return payload(
            messages=[{**who, **name, **number, **stamp, **message}],
            contacts=[{key: value for key, value in contact.items() if value}],
        )

    @property
    def mine(self) -> list[Sent]:
        """List what this person was sent."""
        return [sent for sent in self.phones.sent if sent.to in (self.phone, self.user)]

    @property
    def last(self) -> Sent:
        """Give the last of it."""
        return self.mine[-1]


def payload(**value: object) -> Raw:
    """Wrap as Meta does."""
    metadata = {"display_phone_number": OURS, "phone_number_id": PHONE_ID}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}


def joined(*payloads: Raw) -> Raw:
    """Bring several payloads in one batch."""
    return {**payloads[0], "entry": [entry for one in payloads for entry in one["entry"]]}
