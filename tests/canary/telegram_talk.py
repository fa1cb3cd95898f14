"""A guide at its webhook in this process, with the real line to Telegram."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from aiogram import Bot
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from bot.channels.telegram import Guide
from bot.channels.telegram import webhook as hook
from bot.channels.telegram.runner import connect
from bot.channels.turns import Turns
from bot.content.library import Library
from bot.core.private import Private
from bot.settings import Telegram
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from tests.conftest import NOON
from tests.peers.bot_api import BotApi
from tests.peers.people import typed

from .blurts import Watch
from .marks import Finding
from .telegram_doors import Update, Visitors, crowded, files, taps, things, typings
from .telegram_stage import HOOK, SECRET

SOME = 11  # doors of typed words, of which every other is tried


@dataclass
class Talk:
    """A guide at its webhook, in this process, and somebody who brings updates."""

    api: BotApi
    client: AsyncClient
    bot: Bot
    turns: Turns
    visitors: Visitors = field(default_factory=Visitors)
    places: dict[str, bytes] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    before: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        """Remember what was there before."""
        self.before = len(self.api.bytes_in), len(self.api.calls)

    async def bring(self, update: Update) -> None:
        """Bring an update, and wait until all is done."""
        person = self.api.person(update.chat)
        with self.api.telegram.moved:
            person.chat.wall = None
        answer = await self.client.post(HOOK, json=update.as_json(next(self.numbers)), headers={SECRET: "shown"})
        self.places[f"answer {update.door}"] = repr(answer.headers.raw).encode() + answer.content
        await self.turns.finish(10)

    async def visit(self) -> None:
        """Type, send files and other things, tap, change words, leave; in groups too."""
        visitors = self.visitors
        for sort in ([*typings(visitors.words)][:SOME:2], [*files(visitors.words)][:2], [*things(visitors)][:1]):
            for door, content in sort:
                await self.bring(visitors.said(door, content))
        for update in crowded(visitors):
            await self.bring(update)
        user, chat = visitors.person("tapper")
        await self.bring(Update("opened", chat["id"], "message", visitors.message(user, chat, typed("/start"))))
        shown = [message for message in self.api.person(chat["id"]).see() if message.buttons]
        button = shown[-1].buttons[0].data or "" if shown else "A" * 64
        message = {"message_id": shown[-1].id if shown else 1, "date": 1, "chat": chat}
        for update in taps(visitors, user, message, button[:-2]):
            await self.bring(update)
        for code in ("kp", "lv", "00"):
            await self.bring(visitors.tapped(f"code {code}", user, message, button[:-2] + code))

    def found(self, watch: Watch) -> list[Finding]:
        """Search answers, calls, logs and output; a chat's own number may stand where a call says which chat it is for."""
        open_, heard = {"chat_id", "callback_query_id"}, watch.heard()
        calls = [call.params for call in self.api.calls[self.before[1] :]]
        said = [{name: value for name, value in call.items() if name not in open_} for call in calls]
        places = {**self.places, **heard, "calls": self.api.bytes_in[self.before[0] :]}
        words = [one for marks in (self.visitors.words, watch.blurts) for one in marks.find(places)]
        return [*words, *self.visitors.ids.find({**heard, "calls": json.dumps(said).encode()})]


@asynccontextmanager
async def talking(
    library: Library, api: BotApi, conversation: Callable[..., Conversation] = Conversation
) -> AsyncIterator[Talk]:
    """Build a guide with the real line to Telegram, and a clock that lets everybody go on at once."""
    keys = Keys(Private(b"only for the tests of canaries!!"))
    bot, turns = connect(Telegram(Private(api.token), "4242", api=api.url)), Turns()
    guide = Guide(
        conversation(library, keys, lambda: NOON), Recall(Memory(), keys, lambda: NOON), Pace(count(step=1000).__next__)
    )
    app = Starlette(routes=[hook.Webhook(guide, bot, Private("shown"), turns).route])
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://guide.test") as client, bot:
        yield Talk(api, client, bot, turns)
