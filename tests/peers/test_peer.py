"""The peer with other people's clients: aiogram in both modes, python-telegram-bot; and how updates travel."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, InaccessibleMessage, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import ClientSession, web
from telegram.ext import ApplicationBuilder

from tests.peers import contents
from tests.peers.bot_api import BotApi
from tests.peers.conftest import Caller

SECRET = "webhook-secret"  # noqa: S105 - guards nothing
YES = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="x" * 62 + "00")]])


def echo() -> Dispatcher:
    """Make a plain echo bot; a tap edits the message and is answered, in the webhook's answer where there is one."""
    dispatcher = Dispatcher(disable_fsm=True)

    async def say(message: Message) -> None:
        await message.answer(f"<b>you</b> said {message.text}", parse_mode="HTML", reply_markup=YES)

    async def forget(message: Message) -> None:
        await message.delete()

    async def pressed(query: CallbackQuery) -> AnswerCallbackQuery:
        if isinstance(query.message, Message):
            await query.message.edit_text("pressed", reply_markup=YES)
        return query.answer("gone" if isinstance(query.message, InaccessibleMessage) else None)

    dispatcher.message.register(say, F.text)
    dispatcher.message.register(forget)
    dispatcher.callback_query.register(pressed)
    return dispatcher


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    """Make aiogram's bot, at the peer."""
    async with Bot(api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url))) as made:
        yield made


@asynccontextmanager
async def polling(bot: Bot) -> AsyncIterator[None]:
    """Let the echo bot ask for updates."""
    dispatcher = echo()
    task = asyncio.ensure_future(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    yield
    await asyncio.gather(dispatcher.stop_polling(), task)


@asynccontextmanager
async def serving(handle: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    """Serve something that updates are posted to."""
    app = web.Application()
    app.router.add_post("/hook", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


@asynccontextmanager
async def hooked(bot: Bot) -> AsyncIterator[None]:
    """Let updates be posted to the echo bot."""
    async with serving(SimpleRequestHandler(echo(), bot, handle_in_background=False, secret_token=SECRET).handle) as url:
        await bot.set_webhook(url, secret_token=SECRET)
        yield


def converse(api: BotApi) -> None:
    """Type, tap, tap what is gone, and send a photo."""
    person = api.person(7)
    person.start()
    person.wait_for(lambda shown: shown[-1].text == "you said /start")
    assert person.go("Yes")[-1].text == "pressed"
    assert person.answer(person.tap("00", inaccessible=True))["text"] == "gone"
    photo = person.send(contents.photo("words under it"))
    person.wait_for(lambda shown: photo not in shown)
    api.wait_until(lambda: all(call.result for call in api.calls))
    assert api.complaints == []


@pytest.mark.parametrize(("mode", "how"), [(polling, "call"), (hooked, "reply")])
async def test_an_aiogram_bot_talks_with_people(api: BotApi, bot: Bot, mode: Any, how: str) -> None:  # noqa: ANN401 - a context
    """In both modes; in the webhook's answer it makes one call, and the peer carries it out."""
    async with mode(bot):
        await asyncio.to_thread(converse, api)
        assert {call.how for call in api.called("answerCallbackQuery")} == {how}
        assert len(api.called("editMessageText")) == 1
        assert {call.chat_id for call in api.calls if call.method not in {"getMe", "setWebhook"}} == {7}


async def test_python_telegram_bot_works_with_it_too(api: BotApi) -> None:
    """Somebody else's client finds what it expects."""
    api.person(7).start()
    builder = ApplicationBuilder().token(api.token).base_url(f"{api.url}/bot").updater(None)
    async with builder.build() as application:
        assert (await application.bot.get_me()).id == 4242
        sent = await application.bot.send_message(7, "Hello", protect_content=True)
        assert sent.has_protected_content
        await application.bot.edit_message_text("Bye", 7, sent.message_id)
        await application.bot.send_chat_action(7, "typing")
    assert api.person(7).see()[-1].text == "Bye"
    assert api.complaints == []


async def test_updates_are_kept_until_they_are_confirmed(api: BotApi, call: Caller) -> None:
    """The same again without an offset; after it, only what is new; a negative one counts from the end."""
    for text in ("one", "two", "three"):
        api.person(7).say(text)
    first = (await call("getUpdates"))["result"]
    assert [update["message"]["text"] for update in first] == ["one", "two", "three"]
    assert (await call("getUpdates"))["result"] == first
    assert (await call("getUpdates", offset=first[1]["update_id"], limit=1))["result"] == first[1:2]
    assert (await call("getUpdates", offset=-1))["result"] == first[2:]
    assert (await call("getUpdates", offset=first[2]["update_id"] + 1))["result"] == []
    assert len(api.polls) == 5
    assert api.calls == []


async def test_one_poll_at_a_time_and_none_beside_a_webhook(api: BotApi, call: Caller) -> None:
    """The second ends the first; a webhook ends both."""
    first = asyncio.ensure_future(call("getUpdates", timeout=30))
    await asyncio.to_thread(api.wait_until, lambda: len(api.exchange.polls) == 1)
    second = asyncio.ensure_future(call("getUpdates", timeout=30))
    assert "terminated by other getUpdates request" in (await first)["description"]
    await call("setWebhook", url="https://guide.example/hook")
    assert (await second)["description"] == "Conflict: terminated by setWebhook request"
    assert "can't use getUpdates method while webhook is active" in (await call("getUpdates"))["description"]
    assert (await call("getWebhookInfo"))["result"]["url"] == "https://guide.example/hook"
    api.person(7).say("one")
    await call("deleteWebhook", drop_pending_updates=True)
    assert (await call("getUpdates"))["result"] == []


async def test_only_wanted_kinds_arrive(api: BotApi, call: Caller) -> None:
    """What was asked for once holds until something else is."""
    await call("getUpdates", allowed_updates=["callback_query"])
    message = api.person(7).say("not wanted")
    api.person(7).press("x", message.id)
    assert [[*update][1] for update in (await call("getUpdates"))["result"]] == ["callback_query"]


async def test_polled_updates_come_twice_late_or_in_another_order(api: BotApi, call: Caller) -> None:
    """A confirmed update may come once more; numbers always rise."""
    api.repeat(2)
    api.delay(0.01)
    with api.holding(backwards=True):
        api.person(7).say("one")
        api.person(7).say("two")
        assert (await call("getUpdates"))["result"] == []
    first = (await call("getUpdates", timeout=5))["result"]
    assert [update["message"]["text"] for update in first] == ["two", "one"]
    assert first[0]["update_id"] < first[1]["update_id"]
    again = first[-1]["update_id"] + 1
    assert (await call("getUpdates", offset=again))["result"] == first
    assert (await call("getUpdates", offset=again))["result"] == []


class Ledger:
    """Something that updates are posted to, that says what a test wants."""

    def __init__(self, *statuses: int, body: dict[str, object] | None = None) -> None:
        """Answer with these, then with 200."""
        self.statuses = [*statuses]
        self.body = body or {}
        self.read: list[tuple[str, str | None]] = []

    async def handle(self, request: web.Request) -> web.Response:
        """Write an update down."""
        update = await request.json()
        self.read.append((update["message"]["text"], request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        return web.json_response(self.body, status=self.statuses.pop(0) if self.statuses else 200)


async def test_posted_updates_are_tried_again_and_come_in_order(api: BotApi) -> None:
    """Until they are taken, with the secret, each as often as a test wants."""
    ledger = Ledger(500, 429)
    async with serving(ledger.handle) as url:
        api.deliver_to(url, secret=SECRET)
        api.repeat(2)
        api.person(7).say("one")
        api.person(7).say("two")
        await asyncio.to_thread(api.wait_until, lambda: len(api.exchange.hook.deliveries) == 6)
    assert ledger.read == [(text, SECRET) for text in ("one", "one", "one", "one", "two", "two")]
    assert [delivery.status for delivery in api.deliveries] == [500, 429, 200, 200, 200, 200]


async def test_posted_updates_go_in_turn_to_several_and_backwards(api: BotApi) -> None:
    """As to several processes behind one address."""
    one, two = Ledger(), Ledger()
    async with serving(one.handle) as first, serving(two.handle) as second:
        api.deliver_to(first, second)
        with api.holding(backwards=True):
            for text in ("a", "b", "c", "d"):
                api.person(7).say(text)
        await asyncio.to_thread(api.wait_until, lambda: len(api.exchange.hook.deliveries) == 4)
    assert ([text for text, _ in one.read], [text for text, _ in two.read]) == (["d", "b"], ["c", "a"])


async def test_nothing_is_posted_to_another_machine(api: BotApi, call: Caller) -> None:
    """An address elsewhere is only remembered; updates wait until a test says where on this machine."""
    assert (await call("setWebhook", url="https://guide.example/hook", secret_token=SECRET))["ok"]
    api.person(7).say("one")
    await asyncio.to_thread(api.wait_until, lambda: api.mail.parcels)
    assert (await call("getWebhookInfo"))["result"]["pending_update_count"] == 1
    ledger = Ledger()
    async with serving(ledger.handle) as url:
        api.deliver_to(url)
        await asyncio.to_thread(api.wait_until, lambda: ledger.read)
    assert ledger.read == [("one", SECRET)]
    assert {delivery.url for delivery in api.deliveries} <= {url}


async def test_an_answer_may_not_ask_for_something(api: BotApi, call: Caller) -> None:
    """Telegram does not carry out what has a result; the peer complains, so that nobody relies on it."""
    async with serving(Ledger(body={"method": "getMe"}).handle) as url:
        await call("setWebhook", url=url)
        api.person(7).say("one")
        await asyncio.to_thread(api.wait_until, lambda: api.exchange.complaints)
    assert api.complaints == ["getMe in the answer to an update is not carried out"]
    assert b'{"method": "getMe"}' in api.bytes_in


async def test_other_addresses_are_not_found(api: BotApi) -> None:
    """A file, say; and a token that is none."""
    async with ClientSession() as session:
        async with session.get(f"{api.url}/file/bot{api.token}/photos/file_1.jpg") as response:
            assert (response.status, (await response.json())["description"]) == (404, "Not Found")
        async with session.get(f"{api.url}/botnobody/getMe") as response:
            assert (await response.json())["description"] == "Unauthorized: invalid token specified"
    assert api.complaints == ["a request to file, which is no method"]
