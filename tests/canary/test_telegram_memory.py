"""After a turn on Telegram, no living object of the program holds a word, a name or the number of a chat."""

import asyncio
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from aiogram import Bot

from bot.channels.telegram import Guide
from bot.channels.telegram.runner import connect
from bot.channels.telegram.webhook import HEADER, PATH, Webhook
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
from tests.peers.bot_api import BotApi, serving_bot_api
from tests.peers.people import typed

from .forensics import Kin, find
from .marks import Finding
from .telegram_doors import Update, Visitors, crowded, private, taps
from .telegram_knocks import unasked
from .test_memory import living, program

PACKAGES = ("aiogram", "aiohttp", "pydantic", "multidict", "yarl", "json", "asyncio")


@dataclass
class House:
    """A guide at its webhook, with the real line to Telegram."""

    api: BotApi
    bot: Bot
    guide: Guide
    turns: Turns
    store: Memory
    door: Webhook

    async def bring(self, updates: Iterable[Update]) -> None:
        """Bring updates, and wait until each turn is over."""
        for number, update in enumerate(updates, len(self.api.calls)):
            with self.api.telegram.moved:
                self.api.person(update.chat).chat.wall = None
            body = json.dumps(update.as_json(number)).encode()
            head = [(HEADER.encode(), b"shown")]
            sent: list[object] = []

            async def receive(body: bytes = body) -> dict[str, object]:
                return {"type": "http.request", "body": body}

            async def send(message: object, sent: list[object] = sent) -> None:
                sent.append(message)

            scope = {"type": "http", "method": "POST", "path": PATH, "headers": head, "query_string": b"", "root_path": ""}
            await self.door.route.handle(scope, receive, send)
            await self.turns.finish(10)


def house(api: BotApi, library: Library) -> House:
    """Build it."""
    keys, store, turns = Keys(Private(b"only for the tests of canaries!!")), Memory(), Turns()
    bot = connect(Telegram(Private(api.token), "4242", api=api.url))
    recall = Recall(store, keys, lambda: NOON)
    guide = Guide(Conversation(library, keys, lambda: NOON), recall, Pace(count(step=1000).__next__))
    return House(api, bot, guide, turns, store, Webhook(guide, bot, Private("shown"), turns))


async def visit(api: BotApi, library: Library, visitors: Visitors) -> House:
    """Let everybody come."""
    here = house(api, library)
    await here.bring([*private(visitors), *crowded(visitors)])
    user, chat = visitors.person("tapper")
    await here.bring([Update("tapper", chat["id"], "message", visitors.message(user, chat, typed("/start")))])
    shown = api.person(chat["id"]).see()[-1]
    token = (shown.buttons[0].data or "")[:-2]
    message = {"message_id": shown.id, "date": 1, "chat": chat}
    await here.bring(taps(visitors, user, message, token))
    await here.bring(visitors.tapped(code, user, message, token + code) for code in ("kp", "lv"))
    await here.bring(unasked(visitors))
    return here


def hunt(visitors: Visitors, roots: list[object], api: BotApi) -> list[Finding]:
    """Search what can be reached, but not through the Bot API of the tests, which runs beside it and knows everything."""
    aside = [api, vars(api), *(thread for thread in threading.enumerate() if thread.name == "bot-api")]
    places = {"memory": b"\n".join({*living(roots, aside)})}
    return [one for kin in (visitors.words, visitors.ids) if isinstance(kin, Kin) for one in find(kin, places)]


def test_the_guide_forgets(library: Library) -> None:
    """When its turns are over, the guide, its store, its line to Telegram and every module hold nothing of what was brought.

    A word and a number that are hung on the guide are found: so the search can fail.
    """
    visitors = Visitors(Kin(), Kin())
    with serving_bot_api() as api, asyncio.Runner() as runner:
        here = runner.run(visit(api, library, visitors))
        vars(here.guide)["kept"] = [visitors.words.new("hung up"), visitors.ids.number("hung up")]
        mine = [*map(vars, (here.guide, here.store, here.turns, here.door, here.bot, here.bot.session)), runner.get_loop()]
        found = hunt(visitors, [*mine, library, *program(*PACKAGES)], api)
        runner.run(here.bot.session.close())
    assert {one.door for one in found} == {"hung up"}
