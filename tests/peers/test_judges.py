"""The judges: what breaks Telegram's tables, its rules, or ours, is complained of; what people send, is right."""

from pathlib import Path
from typing import Any

import pytest

from tests.peers import contents
from tests.peers.bot_api import BotApi
from tests.peers.conftest import Caller
from tests.peers.tables import Tables, decode, schema_of, tables


@pytest.mark.parametrize(
    ("method", "params", "part"),
    [
        ("sendMessage", {"chat_id": 7}, "'text' is a required property"),
        ("sendMessage", {"chat_id": 7, "text": 5}, "$.text: 5 is not of type 'string'"),
        ("sendMessage", {"chat_id": 7, "text": "x", "colour": "red"}, "('colour' was unexpected)"),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "y", "date": 1}]]}},
            "'date'",
        ),
        ("sendMessage", {"chat_id": 7, "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": 7, "text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
            "out of text bounds",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "y", "callback_data": "é" * 33}]]}},
            "BUTTON_DATA_INVALID",
        ),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "longer than 120"),
        ("getFile", {"file_id": "photo-file-1"}, "nothing that a person sends is fetched"),
        ("sendPigeon", {}, "there is no such method"),
        ("sendDice", {"chat_id": 7}, "the peer cannot do this yet"),
    ],
)
async def test_judges_complain(api: BotApi, call: Caller, method: str, params: dict[str, Any], part: str) -> None:
    """Of each call that breaks Telegram's tables, its rules, or ours."""
    api.person(7).start()
    await call(method, **params)
    assert part in " ".join(api.complaints)


async def test_lengths_count_after_the_marks_are_read(api: BotApi, call: Caller) -> None:
    """Tags take no room."""
    api.person(7).start()
    assert (await call("sendMessage", chat_id=7, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML"))["ok"]
    assert api.complaints == []


@pytest.mark.parametrize("kind", [*contents.KINDS])
def test_what_people_send_is_as_telegram_sends_it(api: BotApi, kind: str) -> None:
    """Every kind of message stands in Telegram's tables, also passed on from somebody else."""
    person = api.person(7, username="asha_k")
    person.send(contents.KINDS[kind]())
    person.send(contents.forward(contents.KINDS[kind]()))
    assert api.complaints == []


def test_what_people_do_is_as_telegram_tells_it(api: BotApi) -> None:
    """Typing, editing, pressing, blocking, and groups."""
    person = api.person(7, language_code=None)
    message = person.say("/start https://guide.example @somebody")
    person.edit(message.id, "something else")
    person.press("x" * 64, message.id)
    person.press("x" * 64, message.id, inaccessible=True)
    person.block()
    person.unblock()
    for number, kind in ((-5, "group"), (-1005, "supergroup"), (-1006, "channel")):
        group = api.group(number, kind)
        group.add_bot(person)
        group.say(person, "Hello")
        assert not group.left
    assert api.complaints == []


def test_a_wrong_update_is_complained_of(api: BotApi) -> None:
    """A field that Telegram does not know, and one that is missing."""
    api.person(7).send({"mood": "fine"})
    assert "('mood' was unexpected)" in api.complaints[0]
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "mood": "fine"}
    assert [*tables().wrong_update({"update_id": 1, "message": message})] == [
        "Update: $.message: Additional properties are not allowed ('mood' was unexpected)"
    ]
    assert [*tables().wrong_update({})] == ["Update: $: 'update_id' is a required property"]


def test_without_tables_the_remedy_is_said(tmp_path: Path) -> None:
    """Nobody has to guess where they come from."""
    with pytest.raises(FileNotFoundError, match=r"Run: .*tools/bot_api_schema\.py"):
        Tables(tmp_path / "nothing.json")


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        ("7", "Integer or String", 7),
        ("-1007", "Integer or String", -1007),
        ("@name", "Integer or String", "@name"),
        ("True", "Boolean", True),
        ("0", "Boolean", False),
        ("maybe", "Boolean", "maybe"),
        ("7", "String", "7"),
        ("[7]", "Array of Integer", [7]),
        ("[7", "Array of Integer", "[7"),
        (7, "Integer", 7),
    ],
)
def test_texts_are_read_as_their_type_says(value: object, kind: str, read: object) -> None:
    """What cannot be read stays a text, for the judges to see."""
    assert decode(value, kind) == read


def test_types_of_the_tables_are_read() -> None:
    """Arrays of arrays, and one of several."""
    assert schema_of("Array of Array of Integer") == {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
    assert schema_of("Integer or String") == {"anyOf": [{"type": "integer"}, {"type": "string"}]}
