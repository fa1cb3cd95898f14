"""The talk as Telegram carries it: what each message shows, and the updates that people's taps become."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

from bench.walk import Taken
from bot.channels.telegram.letter import screen_letter
from bot.talk.seal import LENGTH

BOT: Final = 7000000001
ASKED, LIVING = 1001, 1002  # the numbers of the person's /start and of the living message
NUMBERS: Final = count(815162342)
OPENED: Final = '"text":"/start","entities":[{"type":"bot_command","offset":0,"length":6}]'


@dataclass(frozen=True, slots=True)
class Page:
    """One message of the talk.

    `shown` is its JSON as Telegram writes it, cut where the sealed token stands; `codes` are the ends of its buttons; `code`
    is the one that is pressed next, empty on the last page; `content` is what a bot must send.
    """

    shown: tuple[bytes, ...]
    codes: tuple[bytes, ...]
    code: bytes
    content: Mapping[str, Any]

    def json(self, token: bytes) -> bytes:
        """Write what the message shows, under a token."""
        return token.join(self.shown)


def page(turn: Taken, code: str) -> Page:
    """Lay a screen out as the guide does on Telegram."""
    letter = screen_letter(turn.screen)
    assert letter.keyboard is not None
    keys = letter.keyboard.model_dump(exclude_none=True)
    content = {
        "text": letter.text,
        "entities": [entity.model_dump(exclude_none=True) for entity in letter.entities],
        "reply_markup": keys,
    }
    shown = json.dumps(content, separators=(",", ":"))[1:-1].encode()
    data = [button["callback_data"] for row in keys["inline_keyboard"] for button in row]
    assert {text[:LENGTH] for text in data} == {turn.screen.token}
    codes = tuple(text[LENGTH:].encode() for text in data)
    return Page(tuple(shown.split(turn.screen.token.encode())), codes, code.encode(), content)


def pages(walk: Sequence[Taken]) -> list[Page]:
    """Lay out a whole talk."""
    return [page(turn, code) for turn, code in zip(walk, [*(it.code for it in walk[1:]), ""], strict=True)]


def record(talks: Mapping[str, Sequence[Page]], path: Path) -> None:
    """Write down what the contenders must send."""
    path.write_text(json.dumps({tag: [page.content for page in found] for tag, found in talks.items()}))


def opening(chat: int, locale: str) -> bytes:
    """Write the update of somebody who opens the chat."""
    person = _person(chat, locale)
    return b'{"update_id":%d,"message":{"message_id":%d,"from":%b,"chat":%b,"date":%d,%b}}' % (
        next(NUMBERS), ASKED, person, _chat(chat), int(time.time()), OPENED.encode(),
    )  # fmt: skip


def tap(chat: int, locale: str, shown: bytes, data: bytes) -> bytes:
    """Write the update of somebody who taps a button under the living message, which Telegram repeats whole."""
    number = next(NUMBERS)
    return b'{"update_id":%d,"callback_query":{"id":"%d","from":%b,"message":%b,"chat_instance":"-%d","data":"%b"}}' % (
        number, chat * 1000000000 + number, _person(chat, locale), message(chat, shown), chat * 7919, data,
    )  # fmt: skip


def message(chat: int, shown: bytes) -> bytes:
    """Write the living message as Telegram knows it."""
    bot = b'{"id":%d,"is_bot":true,"first_name":"Dhaal","username":"dhaal_bench_bot"}' % BOT
    now = int(time.time())
    return b'{"message_id":%d,"from":%b,"chat":%b,"date":%d,"edit_date":%d,%b}' % (LIVING, bot, _chat(chat), now, now, shown)


def _person(chat: int, locale: str) -> bytes:
    return b'{"id":%d,"is_bot":false,"first_name":"A","username":"somebody","language_code":"%b"}' % (chat, locale.encode())


def _chat(chat: int) -> bytes:
    return b'{"id":%d,"first_name":"A","username":"somebody","type":"private"}' % chat
