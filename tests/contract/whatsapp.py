"""A person on WhatsApp: the real webhook, reader, guide and sender, their messages read as WhatsApp shows them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, TypeAlias

from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from bot.channels.forms import OTHERS
from bot.channels.turns import Turns
from bot.channels.whatsapp import Guide
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.webhook import HEADER, METHOD, PATH, Webhook
from bot.content.phrases import Phrase
from bot.core.private import Private
from bot.settings import Whatsapp
from bot.stores.memory import Memory
from bot.talk.codes import KEEP
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from bot.talk.seal import LENGTH
from tests.conftest import NOON

from .player import GAP, one_line, parted

NUMBER, PHONE, USER = "106540352242922", "919900000001", "IN.1001"
OURS: Final = Whatsapp(Private("EAAJ"), NUMBER, Private("0" * 32), Private("a word"))
PATIENCE: Final = 20.0  # seconds
FEW: Final = 2  # buttons that are controls: "I need help now", "More options"
Raw: TypeAlias = dict[str, Any]  # a part of a payload


class Line(Graph):
    """The line to Meta, which records what is sent."""

    def __init__(self) -> None:
        """Begin with nothing sent."""
        super().__init__("http://graph.test", OURS.token)
        self.sent: list[Raw] = []

    async def post(self, path: str, body: Raw) -> None:
        """Take a message."""
        assert path == f"{NUMBER}/messages"
        assert body["to"] == PHONE
        self.sent.append(body)


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as a phone shows it. `taps` holds, by label, what a person's app would send for each thing to tap."""

    text: str
    choices: tuple[str, ...]
    controls: tuple[str, ...]
    taps: Mapping[str, Raw]


class WhatsappPlayer:
    """Plays a story on WhatsApp. Each thing that is done is answered by one message."""

    channel = "whatsapp"

    text: str
    choices: tuple[str, ...]
    controls: tuple[str, ...]

    def __init__(self, conversation: Conversation) -> None:
        """Take a phone in front of a talk."""
        self.text, self.choices, self.controls = "", (), ()
        recall = Recall(Memory(), Keys(Private(b"a secret that is only for tests!")), lambda: datetime.now(UTC))
        guide = Guide(conversation, recall, Pace(count(step=1000).__next__), lambda: self._now, NUMBER)
        self._line, self._turns, self._now, self._numbers = Line(), Turns(), NOON, count(1)
        app = Starlette(routes=Webhook(guide, self._line, OURS, self._turns).routes)
        self._client = AsyncClient(transport=ASGITransport(app), base_url="https://guide.test")
        self._more, self._earlier, self._next = (
            frozenset(conversation.speech(tag).phrase(phrase) for tag in conversation.locales)
            for phrase in (Phrase.MORE, Phrase.EARLIER, Phrase.NEXT_PART)
        )
        self._taps: dict[str, Raw] = {}

    async def open(self) -> None:
        """Write first, as everybody must there."""
        await self.type("hi")

    async def press(self, which: str | int) -> None:
        """Tap a button or a row of a list; where there is none, type."""
        labels = dict(enumerate(self.choices, start=1))
        label = labels.get(which, "") if isinstance(which, int) else which
        if label not in (*self.choices, *self.controls):
            raise LookupError(which, self.choices, self.controls)
        typed = str(self.choices.index(label) + 1) if label in self.choices else label
        await self._do(self._taps.get(label) or _typed(typed))

    async def type(self, words: str) -> None:
        """Type and send."""
        await self._do(_typed(words))

    async def leave(self) -> None:
        """Tap the last control."""
        await self.press(self.controls[-1])

    async def close(self) -> None:
        """Put the phone away."""
        await self._client.aclose()

    async def _do(self, act: Raw) -> None:
        """Do something, and read the answer to its end: every page of it, and the controls behind "More options"."""
        pages = [await self._send(act)]
        while self._more & {*pages[-1].choices}:
            pages.append(await self._turn(pages[-1], self._more))
        here = pages[-1]
        while self._earlier & {*here.choices}:
            here = await self._turn(here, self._earlier)
        self.text = one_line(GAP.join(self._words(pages)))
        self.choices = tuple(label for page in pages for label in page.choices if label not in self._more | self._earlier)
        self._taps = {label: tap for page in pages for label, tap in page.taps.items()}
        self.controls = here.controls
        others = next((tap for tap in here.taps.values() if _code(tap) == OTHERS), None)
        if others is not None:
            opened = await self._send(others)
            self._taps |= opened.taps
            self.controls = tuple(label for label in opened.taps if _code(opened.taps[label]) != KEEP)

    async def _turn(self, page: Shown, labels: frozenset[str]) -> Shown:
        """Turn to another page of a long screen."""
        [label] = labels & {*page.choices}
        return await self._send(page.taps.get(label) or _typed(label))

    def _words(self, pages: list[Shown]) -> list[str]:
        """Give the paragraphs of all pages as one text.

        The line before a further page is left out, the line below all of them stands once, and so do words that are shown
        again above further choices.
        """
        said: list[str] = []
        for page in pages:
            first, *others = page.text.split(GAP)
            parts = others if first in self._next else [first, *others]
            if said[-len(parts) :] != parts:
                said[-1:] = [] if said[-1:] == parts[-1:] else said[-1:]
                said += parts
        return said

    async def _send(self, act: Raw) -> Shown:
        """Let Meta bring what was done, and give the one message that answers it."""
        before = len(self._line.sent)
        self._now += timedelta(seconds=1)
        body = json.dumps(_payload({"id": f"wamid.{next(self._numbers)}", "timestamp": f"{self._now.timestamp():.0f}", **act}))
        signed = hmac.new(OURS.app_secret.reveal().encode(), body.encode(), hashlib.sha256).hexdigest()
        answer = await self._client.post(PATH, content=body, headers={HEADER: METHOD + signed})
        assert answer.status_code == 200
        await self._turns.finish(PATIENCE)
        [message] = self._line.sent[before:]
        return self._shown(message)

    def _shown(self, message: Raw) -> Shown:
        """Read a message: text alone, or with buttons, or with a list whose last part holds the controls."""
        if message["type"] == "text":
            return Shown(*parted(message["text"]["body"], self._more | self._earlier), {})
        body, action = message["interactive"]["body"]["text"], message["interactive"]["action"]
        text, _, _ = parted(body, self._more | self._earlier)
        if "buttons" in action:
            taps = dict(_tap("button_reply", button["reply"]) for button in action["buttons"])
            few = FEW
        else:
            taps = dict(_tap("list_reply", row) for section in action["sections"] for row in section["rows"])
            few = len(action["sections"][-1]["rows"])
        labels = tuple(taps)
        return Shown(text, labels[: len(labels) - few], labels[len(labels) - few :], taps)


def _payload(message: Raw) -> Raw:
    """Write a message of this person as Meta brings it."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "A person"}, "wa_id": PHONE, "user_id": USER}],
        "messages": [{"from": PHONE, "from_user_id": USER, **message}],
    }
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}


def _typed(words: str) -> Raw:
    return {"type": "text", "text": {"body": words}}


def _tap(kind: str, row: Raw) -> tuple[str, Raw]:
    """Give what a button or row says, the line below it where its title is a short one, and what tapping it sends."""
    return row.get("description") or row["title"], {"type": "interactive", "interactive": {"type": kind, kind: row}}


def _code(tap: Raw) -> str:
    inner = tap["interactive"]
    return str(inner[inner["type"]]["id"])[LENGTH:]
