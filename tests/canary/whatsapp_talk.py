"""A guide on WhatsApp at its webhook in this process, with the real line to Meta."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from bot.channels.turns import Turns
from bot.channels.whatsapp import Guide
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.webhook import PATH, Webhook
from bot.content.library import Library
from bot.core.private import Private
from bot.settings import Whatsapp
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from bot.wiring import now
from tests.peers.graph_api import GraphApi, Sent

from .blurts import Watch
from .line import Line, lined
from .marks import Finding
from .whatsapp_doors import Guests, Parcel, crowded, private, signed, taps, text
from .whatsapp_stage import WHOM

EVERY: Final = 3  # of the doors of people, each third is tried where a layer fails


@dataclass
class House:
    """A guide, all that it is made of, and somebody who brings webhooks."""

    api: GraphApi
    line: Line
    store: Memory
    guide: Guide
    graph: Graph
    turns: Turns
    door: Webhook
    client: AsyncClient
    guests: Guests = field(default_factory=Guests)
    places: dict[str, bytes] = field(default_factory=dict)

    async def bring(self, parcels: Iterable[Parcel]) -> None:
        """Bring webhooks, and wait until each turn is over."""
        for parcel in parcels:
            raw = parcel.raw
            answer = await self.client.post(PATH, content=raw, headers=signed(raw, self.api.app_secret))
            self.places[f"answer {parcel.door}"] = repr(answer.headers.raw).encode() + answer.content
            await self.turns.finish(10)

    async def visit(self, every: int = 1) -> None:
        """Type, send files and other things, come in groups, tap, change words, leave."""
        guests = self.guests
        await self.bring([*private(guests)][::every])
        await self.bring(crowded(guests))
        guest = guests.guest("tapper")
        await self.bring([guests.parcel("tapper", guest, guests.message("tapper", guest, text("hi")))])
        buttons = next((sent.buttons for sent in self.got(guest.chat) if sent.buttons), {"": "A" * 64})
        await self.bring(taps(guests, guest, next(iter(buttons.values()))[:-2]))

    def got(self, chat: str) -> list[Sent]:
        """Give what somebody was sent."""
        return [sent for sent in self.api.sent if sent.to == chat]

    def found(self, watch: Watch) -> list[Finding]:
        """Search answers, calls, logs and output; a person's own address may stand where a message says whom it is for."""
        heard, calls = watch.heard(), bytes(self.line.heard)
        words = {**self.places, **heard, "calls": calls}
        found = [one for marks in (self.guests.words, watch.blurts) for one in marks.find(words)]
        return [*found, *self.guests.ids.find({**self.places, **heard, "calls": WHOM.sub(b"", calls)})]


@asynccontextmanager
async def housed(
    library: Library, api: GraphApi, conversation: Callable[..., Conversation] = Conversation
) -> AsyncIterator[House]:
    """Build a guide with the real line to Meta, which lets everybody go on at once."""
    keys, store, turns = Keys(Private(b"only for the tests of canaries!!")), Memory(), Turns()
    with lined(api.url) as line:
        token, app_secret, word = map(Private, (api.token, api.app_secret, api.verify_token))
        settings = Whatsapp(token, api.phone_id, app_secret, word, line.url)
        graph, recall = Graph(line.url, settings.token), Recall(store, keys, now)
        guide = Guide(conversation(library, keys, now), recall, Pace(count(step=1000).__next__), now, api.phone_id)
        door = Webhook(guide, graph, settings, turns)
        transport = ASGITransport(Starlette(routes=[*door.routes]), raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://guide.test") as client:
            try:
                yield House(api, line, store, guide, graph, turns, door, client)
            finally:
                await graph.close()
