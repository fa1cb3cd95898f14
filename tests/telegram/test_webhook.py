"""The door at which Telegram knocks: who may come in, what is answered, and that nobody waits."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, TelegramMethod
from aiogram.types import Chat, ChatMemberBanned, ChatMemberMember, ChatMemberUpdated, Update, User
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette
from starlette.requests import Request

from bot.channels.telegram import Guide
from bot.channels.telegram import webhook as door
from bot.channels.telegram.webhook import HEADER, LIMIT, PATH, Webhook
from bot.channels.turns import Turns
from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from tests.conftest import NOON

from .chats import BOT, TOKEN, Chats, Person

SECRET = "a-secret_of-the-tests"  # noqa: S105 - guards nothing
PATIENCE = 20.0  # seconds for anything at all
UNREADABLE = [
    b"", b"{", b"null", b"[]", b"7", b'"x"', b"{}", b'{"update_id": "one"}', b'{"update_id": 1, "message": {"text": "hello"}}',
    b'{"update_id": 1, "callback_query": 1}', b'{"update_id": 1, "callback_query": {"id": "1", "message": []}}',
    b'{"update_id": 1, "message": {"message_id": "\xff"}}', b"[" * 100_000, b'{"update_id":' * 20_000, b"\0" * 99,
]  # fmt: skip


@dataclass
class Stuck(Chats):
    """A Telegram that takes calls and does not answer until it is let go."""

    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ANN401, ASYNC109 - aiogram's own signature
        """Wait, then answer."""
        await self.free.wait()
        return await super().make_request(bot, method, timeout)


@dataclass
class Door:
    """A webhook, and what stands behind it."""

    chats: Chats
    guide: Guide
    turns: Turns = field(default_factory=Turns)

    def __post_init__(self) -> None:
        """Hang it up."""
        self.webhook = Webhook(self.guide, Bot(TOKEN, self.chats), Private(SECRET), self.turns)
        self.app = Starlette(routes=[self.webhook.route])

    async def send(self, body: bytes, secret: str | bytes | None = SECRET, method: str = "POST") -> Response:
        """Knock."""
        headers = {} if secret is None else {HEADER: secret}
        async with AsyncClient(transport=ASGITransport(self.app), base_url="http://guide.test") as client:
            return await client.request(method, PATH, content=body, headers=headers)  # type: ignore[arg-type] # bytes are fine

    async def bring(self, update: Update) -> Response:
        """Knock with an update, as Telegram does."""
        return await self.send(update.model_dump_json(exclude_none=True, by_alias=True).encode())

    async def take(self, update: Update) -> Response:
        """Knock, and wait until all is done."""
        answer = await self.bring(update)
        await self.turns.finish(PATIENCE)
        return answer


Hang = Callable[[Chats, Memory], Door]


@pytest.fixture
def hang(conversation: Conversation, keys: Keys) -> Hang:
    """Hang up a door in front of some chats and a store; each with a memory of its own for all else."""

    def made(chats: Chats, store: Memory) -> Door:
        ticks = iter(range(0, 10**9, 1000))
        return Door(chats, Guide(conversation, Recall(store, keys, lambda: NOON), Pace(lambda: float(next(ticks)))))

    return made


@pytest.fixture
def hook(hang: Hang, chats: Chats) -> Door:
    """Hang up a door."""
    return hang(chats, Memory())


STRANGERS = {
    "nobody": None, "nothing": "", "another": "another", "the beginning": SECRET[:-1], "more": SECRET + "x",
    "another case": SECRET.upper(), "other letters": "ä".encode("latin-1") * 20, "a long one": "x" * 10_000,
}  # fmt: skip


@pytest.mark.parametrize("who", STRANGERS)
async def test_strangers_are_turned_away(
    hook: Door, person: Person, chats: Chats, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Without the secret there is 401 and nothing else; the comparison takes as long whatever was shown."""
    compared: list[bytes] = []

    def compare(shown: bytes, ours: bytes) -> bool:
        compared.append(ours)
        return shown == ours

    monkeypatch.setattr(door, "compare_digest", compare)
    answer = await hook.send(person.says("/start").model_dump_json(exclude_none=True).encode(), STRANGERS[who])
    await hook.turns.finish(PATIENCE)
    assert (answer.status_code, answer.content) == (401, b"")
    assert chats.calls == []
    assert compared == [SECRET.encode()]


async def test_the_body_of_a_stranger_is_not_read(hook: Door) -> None:
    """Nobody can make us hold what they send before they have shown the secret."""

    async def receive() -> dict[str, object]:
        raise AssertionError

    request = Request({"type": "http", "method": "POST", "path": PATH, "headers": [(HEADER.encode(), b"wrong")]}, receive)
    assert (await hook.webhook.knock(request)).status_code == 401


async def test_what_is_too_large_is_not_read_to_its_end(hook: Door, chats: Chats) -> None:
    """Reading stops at the limit, however much would follow."""
    read = 0

    async def receive() -> dict[str, object]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * (LIMIT // 4), "more_body": True}

    request = Request(
        {"type": "http", "method": "POST", "path": PATH, "headers": [(HEADER.encode(), SECRET.encode())]}, receive
    )
    assert (await hook.webhook.knock(request)).status_code == 413
    assert read == 5
    assert chats.calls == []


async def test_as_much_as_is_allowed_is_read(hook: Door, person: Person, chats: Chats) -> None:
    """An update of just the limit is taken."""
    update = person.says("/start").model_dump_json(exclude_none=True).encode()
    assert (await hook.send(update + b" " * (LIMIT - len(update)))).status_code == 200
    await hook.turns.finish(PATIENCE)
    assert len(chats.named(SendMessage)) == 1
    assert (await hook.send(update + b" " * (LIMIT - len(update) + 1))).status_code == 413


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: f"{body[:30]!r}, {len(body)}")
async def test_what_is_no_update_is_taken_in_silence(
    hook: Door, chats: Chats, capsys: pytest.CaptureFixture[str], body: bytes
) -> None:
    """Otherwise Telegram would bring it again for a day. Nothing is said of it but that something failed."""
    answer = await hook.send(body)
    assert (answer.status_code, answer.content) == (200, b"")
    assert chats.calls == []
    written = capsys.readouterr()
    assert (written.out, written.err) == ("", "dhaal: failed\n")


async def test_a_caller_that_hangs_up(hook: Door, chats: Chats) -> None:
    """Half an update is none."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    request = Request(
        {"type": "http", "method": "POST", "path": PATH, "headers": [(HEADER.encode(), SECRET.encode())]}, receive
    )
    assert (await hook.webhook.knock(request)).status_code == 200
    assert chats.calls == []


@pytest.mark.parametrize(
    "what",
    [
        {"update_id": 1},
        {"update_id": 1, "poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["0"]}},
        {"update_id": 1, "something_new": {"of": "tomorrow"}},
    ],
    ids=str,
)
async def test_what_nobody_asked_for_is_taken_in_silence(hook: Door, chats: Chats, what: dict[str, object]) -> None:
    """A good update of a kind that the guide does not know needs no answer."""
    answer = await hook.send(json.dumps(what).encode())
    assert (answer.status_code, answer.content) == (200, b"")
    assert chats.calls == []


async def test_a_tap_is_answered_in_the_answer(hook: Door, person: Person, chats: Chats) -> None:
    """The button stops turning without a call; a message needs no answer there."""
    assert (await hook.take(person.says("/start"))).content == b""
    tap = person.taps("English")
    answer = await hook.take(tap)
    assert tap.callback_query
    assert answer.json() == {"method": "answerCallbackQuery", "callback_query_id": tap.callback_query.id}
    assert chats.named(AnswerCallbackQuery) == []
    assert chats.screen(person.chat)[0].text.startswith("Hello.")


async def test_a_repeated_tap_is_answered_too(hook: Door, person: Person, chats: Chats) -> None:
    """It does nothing else; but the button would turn for half a minute."""
    await hook.take(person.says("/start"))
    tap = person.taps("English")
    first, calls = await hook.take(tap), len(chats.calls)
    assert (await hook.take(tap)).json() == first.json()
    assert len(chats.calls) == calls


async def test_a_block_needs_no_answer(hook: Door, person: Person, chats: Chats) -> None:
    """Who blocks the guide is forgotten in silence."""
    change = ChatMemberUpdated(
        chat=Chat(id=person.chat, type="private"), from_user=User(id=person.chat, is_bot=False, first_name="A"), date=NOON,
        old_chat_member=ChatMemberMember(user=BOT), new_chat_member=ChatMemberBanned(user=BOT, until_date=NOON),
    )  # fmt: skip
    assert (await hook.take(person.happens(my_chat_member=change))).content == b""
    assert chats.calls == []


async def test_nobody_waits_for_telegram(hang: Hang) -> None:
    """While the Bot API hangs, each update is answered at once; when it goes on, each is carried out."""
    chats = Stuck()
    hook, people = hang(chats, Memory()), [Person(chats, chat=1000 + number) for number in range(20)]
    async with asyncio.timeout(PATIENCE):
        answers = [await hook.bring(person.says("/start")) for person in people]
    assert {answer.status_code for answer in answers} == {200}
    assert chats.calls == []
    chats.free.set()
    await hook.turns.finish(PATIENCE)
    assert all(any(shown.keyboard for shown in chats.screen(person.chat)) for person in people)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("secret", [SECRET, None])
async def test_nothing_but_a_post(hook: Door, chats: Chats, method: str, secret: str | None) -> None:
    """Whoever looks at the address by another method learns nothing, with the secret or without."""
    answer = await hook.send(b"", secret, method)
    assert answer.status_code == 405
    assert chats.calls == []


async def test_what_is_brought_twice_is_done_once(hook: Door, person: Person, chats: Chats) -> None:
    """At once or later, as Telegram does when an answer was lost."""
    start = person.says("/start")
    await asyncio.gather(hook.bring(start), hook.bring(start))
    await hook.take(start)
    assert len(chats.named(SendMessage)) == 1


async def test_what_is_brought_to_two_processes_is_done_once(hang: Hang, chats: Chats, person: Person) -> None:
    """Behind one address, with one store and nothing else in common."""
    store = Memory()
    one, two = hang(chats, store), hang(chats, store)
    start = person.says("/start")
    await asyncio.gather(one.take(start), two.take(start))
    assert len(chats.named(SendMessage)) == 1
    tap = person.taps("English")
    await asyncio.gather(two.take(tap), one.take(tap))
    assert len(chats.named(EditMessageText)) == 1
    await two.take(person.says("1"))
    assert "What brings you here?" in chats.screen(person.chat)[0].text


@pytest.fixture
async def stuck(hang: Hang) -> tuple[Door, Stuck, Person]:
    """Stop in the middle of a turn: somebody has tapped, and Telegram does not answer."""
    chats = Stuck()
    chats.free.set()
    hook, person = hang(chats, Memory()), Person(chats)
    await hook.take(person.says("/start"))
    chats.free.clear()
    await hook.bring(person.taps("English"))
    return hook, chats, person


async def what_is_ready() -> None:
    """Let everything run that waits for nothing."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_turn_under_way_is_finished_before_the_end(stuck: tuple[Door, Stuck, Person]) -> None:
    """Who stops the guide waits for it."""
    hook, chats, person = stuck
    end = asyncio.ensure_future(hook.turns.finish(PATIENCE))
    await what_is_ready()
    assert not end.done()
    chats.free.set()
    await end
    assert chats.screen(person.chat)[0].text.startswith("Hello.")


async def test_a_turn_that_takes_too_long_is_given_up(stuck: tuple[Door, Stuck, Person]) -> None:
    """The guide ends all the same; the same tap leads on after it."""
    hook, chats, person = stuck
    await hook.turns.finish(0)
    await what_is_ready()
    chats.free.set()
    assert [shown.text for shown in chats.screen(person.chat)] == ["Choose your language."]
    await hook.take(person.taps("English"))
    assert chats.screen(person.chat)[0].text.startswith("Hello.")


async def test_a_repeated_word_leaves_nothing_behind(hook: Door, person: Person) -> None:
    """Its message was deleted the first time; the guide does not keep its number until somebody comes again."""
    await hook.take(person.says("/start"))
    word = person.says("menu")
    await hook.take(word)
    await hook.take(word)
    assert hook.guide._litter == {}  # noqa: SLF001 - nothing outside shows what is held
