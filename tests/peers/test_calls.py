"""Calls without a library: the peer does what Telegram does, and refuses what Telegram refuses, in its words."""

import asyncio
from time import monotonic
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, FormData

from tests.peers.answers import (
    Blocked,
    Drop,
    Failure,
    Hang,
    NotFound,
    NotModified,
    OldQuery,
    ServerError,
    TooMany,
    Unauthorized,
)
from tests.peers.bot_api import BotApi
from tests.peers.chats import Button, PatienceError
from tests.peers.conftest import Caller

KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}], [{"text": "No", "callback_data": "no"}]]}
LONG_LIST = {"inline_keyboard": [[{"text": str(number), "callback_data": str(number)}] for number in range(101)]}


async def test_a_message_is_sent_edited_and_deleted(api: BotApi, call: Caller) -> None:
    """What the chat shows follows the calls, and nothing is complained of."""
    person = api.person(7)
    person.start()
    sent = (await call("sendMessage", chat_id=7, text=" Hello <b>you</b> ", parse_mode="HTML", reply_markup=KEYBOARD))["result"]
    assert person.see()[-1].text == "Hello you"
    assert person.see()[-1].entities == [{"type": "bold", "offset": 6, "length": 3}]
    assert person.see()[-1].buttons == [Button("Yes", "yes"), Button("No", "no")]
    edited = await call("editMessageText", chat_id=7, message_id=sent["message_id"], text="Bye")
    assert edited["result"]["text"] == "Bye"
    assert "reply_markup" not in edited["result"]
    assert await call("deleteMessages", chat_id=7, message_ids=[sent["message_id"], 999]) == {"ok": True, "result": True}
    assert [message.text for message in person.see()] == ["/start"]
    assert api.complaints == []


@pytest.mark.parametrize("form", ["urlencoded", "parts"])
async def test_forms_are_read_like_json(api: BotApi, form: str) -> None:
    """Objects arrive as text in a form; the peer reads them, and so do the judges."""
    person = api.person(7)
    person.start()
    fields = {"chat_id": "7", "text": "नमस्ते", "reply_markup": '{"inline_keyboard":[[{"text":"Yes","callback_data":"yes"}]]}'}
    data = FormData(fields, default_to_multipart=form == "parts")
    async with ClientSession() as session, session.post(f"{api.url}/bot{api.token}/sendmessage", data=data) as response:
        assert response.status == 200, await response.text()
    assert (person.see()[-1].text, person.see()[-1].buttons) == ("नमस्ते", [Button("Yes", "yes")])
    assert (api.calls[0].method, api.calls[0].chat_id) == ("sendMessage", 7)
    assert api.complaints == []


@pytest.mark.parametrize(
    ("method", "params", "said"),
    [
        ("sendMessage", {"chat_id": 7, "text": " "}, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": 7, "text": "x" * 4097}, "Bad Request: message is too long"),
        ("sendMessage", {"text": "x"}, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": 8, "text": "x"}, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": 9, "text": "x"}, "Forbidden: bot can't initiate conversation with a user"),
        ("sendMessage", {"chat_id": -5, "text": "x"}, "Forbidden: bot is not a member of the supergroup chat"),
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": LONG_LIST}, "Bad Request: reply markup is too long"),
        ("editMessageText", {"text": "x"}, "Bad Request: message identifier is not specified"),
        ("editMessageText", {"chat_id": 7, "message_id": 1, "text": "x"}, "Bad Request: message to edit not found"),
        ("editMessageText", {"chat_id": 7, "message_id": 101, "text": "x"}, "Bad Request: message can't be edited"),
        ("deleteMessage", {"chat_id": 7, "message_id": 1}, "Bad Request: message to delete not found"),
        ("deleteMessages", {"chat_id": 7, "message_ids": []}, "Bad Request: message identifiers are not specified"),
        (
            "deleteMessages",
            {"chat_id": 7, "message_ids": [*range(101)]},
            "Bad Request: too many message identifiers specified",
        ),
        ("leaveChat", {"chat_id": 7}, "Bad Request: chat member status can't be changed in private chats"),
        ("getFile", {"file_id": "photo-file-1"}, "Bad Request: invalid file_id"),
        ("sendPigeon", {}, "Not Found: method not found"),
        (
            "setWebhook",
            {"url": "https://guide.example/", "secret_token": "a b"},
            "Bad Request: secret token contains unallowed characters",
        ),
    ],
)
async def test_what_telegram_refuses_is_refused(
    api: BotApi, call: Caller, method: str, params: dict[str, Any], said: str
) -> None:
    """With its code and in its words."""
    api.person(7).start()
    api.person(9)
    api.group(-5)
    code = {"Bad Request": 400, "Forbidden": 403, "Not Found": 404}[said.partition(":")[0]]
    assert await call(method, **params) == {"ok": False, "error_code": code, "description": said}


async def test_an_edit_must_change_something(api: BotApi, call: Caller) -> None:
    """The same text with the same buttons is refused, the same text with others is not."""
    api.person(7).start()
    number = (await call("sendMessage", chat_id=7, text="Hello", reply_markup=KEYBOARD))["result"]["message_id"]
    same = await call("editMessageText", chat_id=7, message_id=number, text="Hello ", reply_markup=KEYBOARD)
    assert same == NotModified().body()
    assert (await call("editMessageText", chat_id=7, message_id=number, text="Hello"))["ok"]
    assert (await call("editMessageReplyMarkup", chat_id=7, message_id=number, reply_markup=KEYBOARD))["ok"]


async def test_after_two_days_nothing_is_deleted_for_both(api: BotApi, call: Caller) -> None:
    """One old message among several keeps all; the bot's own may still be edited."""
    api.person(7).start()
    old = (await call("sendMessage", chat_id=7, text="old"))["result"]["message_id"]
    api.later(hours=49)
    new = (await call("sendMessage", chat_id=7, text="new"))["result"]["message_id"]
    for method, params in (("deleteMessage", {"message_id": old}), ("deleteMessages", {"message_ids": [old, new]})):
        refused = await call(method, chat_id=7, **params)
        assert refused["description"] == "Bad Request: message can't be deleted for everyone"
    assert [message.text for message in api.person(7).see()] == ["/start", "old", "new"]
    assert (await call("editMessageText", chat_id=7, message_id=old, text="older"))["ok"]


async def test_a_tap_is_answered_once_and_in_time(api: BotApi, call: Caller) -> None:
    """A second answer, and one that comes too late, are refused."""
    person = api.person(7)
    person.start()
    await call("sendMessage", chat_id=7, text="Hello", reply_markup=KEYBOARD)
    query = person.tap("No")
    assert (await call("answerCallbackQuery", callback_query_id=query.id))["ok"]
    assert (await call("answerCallbackQuery", callback_query_id=query.id)) == OldQuery().body()
    late = person.tap("Yes")
    api.expire()
    assert (await call("answerCallbackQuery", callback_query_id=late.id)) == OldQuery().body()


async def test_who_blocks_hears_nothing_until_they_come_back(api: BotApi, call: Caller) -> None:
    """And nothing of theirs is edited."""
    person = api.person(7)
    person.start()
    person.block()
    assert await call("sendMessage", chat_id=7, text="Hello?") == Blocked().body()
    person.unblock()
    assert (await call("sendMessage", chat_id=7, text="Hello!"))["ok"]


async def test_names_and_commands_are_kept_for_each_language(api: BotApi, call: Caller) -> None:
    """Where a language has none, the common one holds."""
    await call("setMyName", name="Notes")
    await call("setMyName", name="नोट्स", language_code="hi")
    assert (await call("getMyName", language_code="hi"))["result"] == {"name": "नोट्स"}
    assert (await call("getMyName", language_code="ta"))["result"] == {"name": "Notes"}
    commands = [{"command": "start", "description": "Open"}]
    await call("setMyCommands", commands=commands, language_code="hi", scope={"type": "all_private_chats"})
    assert (await call("getMyCommands", language_code="hi", scope={"type": "all_private_chats"}))["result"] == commands
    assert (await call("getMyCommands"))["result"] == []
    assert (await call("getMe"))["result"]["first_name"] == "Notes"
    assert api.complaints == []


@pytest.mark.parametrize(
    "failure", [TooMany(retry_after=3), Blocked(), NotModified(), NotFound(), Unauthorized(), ServerError(502)]
)
async def test_an_ordered_failure_comes_once(api: BotApi, call: Caller, failure: Failure) -> None:
    """In its own chat only; then all goes on, and nothing was carried out before."""
    for number in (7, 8):
        api.person(number).start()
    api.fail("sendMessage", with_=failure, chat_id=7)
    assert (await call("sendMessage", chat_id=8, text="Hello"))["ok"]
    failed = await call("sendMessage", chat_id=7, text="Hello")
    assert failed["error_code"] == (failure.code if not isinstance(failure, Hang | Drop) else 0)
    assert failed.get("parameters") == ({"retry_after": 3} if isinstance(failure, TooMany) else None)
    assert len(api.person(7).see()) == 1
    assert (await call("sendMessage", chat_id=7, text="Hello"))["ok"]
    assert [call.failure for call in api.calls] == [None, failure, None]


@pytest.mark.parametrize("carried_out", [False, True])
async def test_a_dropped_call_may_have_been_carried_out(api: BotApi, call: Caller, carried_out: bool) -> None:  # noqa: FBT001
    """Nobody can tell from the outside."""
    api.person(7).start()
    api.fail("sendMessage", with_=Drop(carried_out=carried_out))
    with pytest.raises(ClientError):
        await call("sendMessage", chat_id=7, text="Hello")
    assert len(api.person(7).see()) == 1 + carried_out


async def test_answers_come_late_where_a_test_wants_it(api: BotApi, call: Caller) -> None:
    """One that hangs, and all that are slow."""
    api.person(7).start()
    api.fail("sendMessage", with_=Hang(0.1, carried_out=True))
    began = monotonic()
    waiting = asyncio.ensure_future(call("sendMessage", chat_id=7, text="Hello"))
    await asyncio.to_thread(api.person(7).wait_for, lambda shown: len(shown) == 2)
    assert not waiting.done()
    await waiting
    api.slow(0.1)
    await call("getMe")
    assert monotonic() - began >= 0.2


async def test_every_byte_is_kept(api: BotApi, call: Caller) -> None:
    """Addresses, headers and bodies, for whoever looks for what should not be there."""
    await call("sendMessage", chat_id=7, text="canary-Zq7")
    assert all(part in api.bytes_in for part in (b"/sendMessage HTTP/1.1", b"Content-Type: application/json", b"canary-Zq7"))


async def test_waiting_in_vain_says_so(api: BotApi) -> None:
    """A test that waits for what does not come, fails."""
    with pytest.raises(PatienceError, match="did not happen within"):
        api.person(7).tap("Yes", seconds=0.01)
