"""What Meta brings is read as far as the guide looks; whatever it is, nothing fails."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.guide import Guide
from bot.channels.whatsapp.read import LONGEST, Chat, Received, read
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.private import Private
from bot.talk.ports import Input, Media, Opened, Press, Words
from tests.conftest import NOON, ROOT

from .chats import OURS, PHONE_ID, Person, Phones, Raw, joined, payload

UPDATES: Final = ROOT / "tests/peers/meta/pywa_updates"
MENU, START, NOT_HERE, UNREAD, NOTHING = "menu", "start", "not here", "unread", "nothing"
ANSWERS: Final = {  # each payload that the makers of pywa collected: how it is read, and what is answered
    "callback_button.button": ("press callback_data", MENU),  # of a bot that was here before: no button of ours
    "callback_button.quick_reply": ("words title", START),  # of a template, which we never send
    "callback_button.quick_reply_without_context": ("words title", START),
    "callback_selection.callback": ("press callback_data", MENU),
    "callback_selection.description": ("press callback_data", MENU),
    "deleted_message.revoke": (None, NOTHING),
    "edited_message.image": (None, NOTHING),  # a caption was changed
    "message.text": ("words Body Text", START),
    "message.image": ("media", NOT_HERE),
    "message.media_with_url": ("media", NOT_HERE),
    "message.video": ("media", NOT_HERE),
    "message.document": ("media", NOT_HERE),
    "message.audio": ("media", NOT_HERE),
    "message.voice": ("media", NOT_HERE),
    "message.static_sticker": ("media", NOT_HERE),
    "message.animated_sticker": ("media", NOT_HERE),
    "message.reaction": (None, NOTHING),
    "message.unreaction_empty": (None, NOTHING),
    "message.unreaction_no_emoji": (None, NOTHING),
    "message.current_location": ("media", NOT_HERE),
    "message.chosen_location": ("media", NOT_HERE),
    "message.contacts": ("media", NOT_HERE),
    "message.order": ("media", NOT_HERE),
    "message.unsupported": ("lost", UNREAD),  # Meta could not bring it: a poll, or a picture that may be seen once
    "message.unsupported_with_type": ("lost", UNREAD),
    "message.reply": ("words replied text", START),
    "message.forwarded": ("media", NOT_HERE),  # somebody else's words
    "message.forwarded_many_times": ("media", NOT_HERE),
    "message.interactive_message_with_err": ("press ", MENU),  # a tap that lost what it carried
    "message.referral": ("words BODY", START),
    "message_status.sent": (None, NOTHING),
    "message_status.delivered": (None, NOTHING),
    "message_status.read": (None, NOTHING),
    "message_status.played": (None, NOTHING),
    "message_status.failed": (None, NOTHING),
    "message_status.with_tracker": (None, NOTHING),
    "message_status.group": (None, NOTHING),
    "system.phone_number_change": (None, NOTHING),
    "system.identity_change": (None, NOTHING),
    "user_marketing_preferences.resume": (None, NOTHING),
    "user_marketing_preferences.signup": (None, NOTHING),
}
LOST: Final = {"message_status.failed": 130472, "message.interactive_message_with_err": 131000}  # what Meta could not carry


def brought(folder: Path = UPDATES) -> dict[str, Raw]:
    """Read all payloads."""
    files = sorted(folder.glob("*.json"))
    return {f"{path.stem}.{key}": one for path in files for key, one in json.loads(path.read_text("utf-8")).items()}


BROUGHT: Final = brought()


def value_of(whole: Raw) -> Raw:
    """Give the one change of a payload."""
    found = whole["entry"][0]["changes"][0]["value"]
    assert isinstance(found, dict)
    return found


def number_of(whole: Raw) -> str:
    """Give the number that a payload is for."""
    return str(value_of(whole)["metadata"]["phone_number_id"])


def told(what: Input) -> str:
    """Say in a word what somebody did."""
    match what:
        case Press(data):
            return f"press {data}"
        case Words(words):
            return f"words {words.reveal()}"
        case Media(lost=lost):
            return "lost" if lost else "media"
        case Opened(plan=plan):
            return f"opened {plan or ''}"
        case _:
            raise AssertionError(what)


def one(message: Raw, **more: object) -> list[Received]:
    """Read one message from a person."""
    whole = payload(messages=[{"from": "919900000001", "id": "wamid.1", "timestamp": "1764000000", **message}], **more)
    return list(read(whole, PHONE_ID))


def test_every_payload_has_its_answer() -> None:
    """The table holds each of the payloads, and no other."""
    assert ANSWERS.keys() == BROUGHT.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_real_payload_is_read(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What comes from Meta is read as what it is, or needs no answer; and nothing is noted but what was not delivered."""
    whole = BROUGHT[name]
    expected, _ = ANSWERS[name]
    assert [told(it.input) for it in read(whole, number_of(whole))] == ([] if expected is None else [expected])
    code = LOST.get(name)
    assert capsys.readouterr().err == (f"dhaal: undelivered code={code}\n" if code else "")


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_real_payload_is_answered(name: str, phones: Phones, guide: Guide, library: Library) -> None:
    """Each is answered once, with what fits it, or not at all; and without an error."""
    whole = deepcopy(BROUGHT[name])
    for message in value_of(whole).get("messages", ()):
        message["timestamp"] = str(int(NOON.timestamp()))
    for received in read(whole, number_of(whole)):
        await guide.take(phones, received)
    _, answer = ANSWERS[name]
    texts = [sent.text for sent in phones.sent]
    starts = {
        MENU: library.phrases[Phrase.HINT_LOST].english,
        START: library.book.spoken(library.book.start).text.english.strip(),
        NOT_HERE: library.phrases[Phrase.HINT_SHARED].english,
        UNREAD: library.phrases[Phrase.HINT_UNREAD].english,
    }
    assert len(texts) == (answer != NOTHING)
    assert all(text.startswith(starts[answer]) for text in texts)


def test_who_wrote(person: Person) -> None:
    """A person has a number, or Meta's name for them, or both; the name stays what the chat is called."""
    for phone, user, name in (("9199", "IN.1", "IN.1"), ("", "IN.1", "IN.1"), ("9199", "", "9199")):
        person.phone, person.user = phone, user
        [received] = read(person.types("hi"), PHONE_ID)
        chat = received.chat.reveal()
        assert (chat.phone, chat.user, chat.name) == (phone, user, name)
    person.phone = person.user = ""
    assert list(read(person.types("hi"), PHONE_ID)) == []


WHO: Final[list[tuple[Raw, list[Raw], Chat]]] = [
    ({"from": "91"}, [{"wa_id": "91", "user_id": "IN.1"}], Chat("91", "IN.1")),
    ({"from": "91"}, [{"wa_id": "92", "user_id": "IN.2"}, {"wa_id": "91", "user_id": "IN.1"}], Chat("91", "IN.1")),
    ({"from_user_id": "IN.1"}, [{"user_id": "IN.2"}, {"wa_id": "91", "user_id": "IN.1"}], Chat("91", "IN.1")),
    ({}, [{"wa_id": "91", "user_id": "IN.1"}], Chat("91", "IN.1")),
    ({}, [{"user_id": "IN.1"}], Chat("", "IN.1")),
    ({"from": "91"}, [{"wa_id": "92", "user_id": "IN.2"}, {"wa_id": "93", "user_id": "IN.3"}], Chat("91", "")),
    ({"from": "91", "from_user_id": "IN.1"}, [], Chat("91", "IN.1")),
]


@pytest.mark.parametrize(("message", "contacts", "chat"), WHO)
def test_whose_contact_it_is(message: Raw, contacts: list[Raw], chat: Chat) -> None:
    """The contact that goes with a message completes who wrote it; another person's never does."""
    text = {"id": "wamid.1", "type": "text", "text": {"body": "hi"}}
    [received] = read(payload(messages=[{**message, **text}], contacts=contacts), PHONE_ID)
    assert received.chat.reveal() == chat


def test_a_message_without_anybody_is_stepped_over() -> None:
    """Two people and no word which of them it was: nobody is answered."""
    whole = payload(
        messages=[{"id": "wamid.1", "type": "text", "text": {"body": "hi"}}], contacts=[{"wa_id": "91"}, {"wa_id": "92"}]
    )
    assert list(read(whole, PHONE_ID)) == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"type": "text", "text": {"body": "hi"}}, ["words hi"]),
        ({"type": "text", "text": {"body": f" {'A' * 62}\n"}}, [f"opened {'A' * 62}"]),
        ({"type": "text", "text": {"body": "A" * 63}}, [f"words {'A' * 63}"]),
        ({"type": "text", "text": {"body": "x" * 70_000}}, [f"words {'x' * LONGEST}"]),
        ({"type": "text", "text": {"body": 7}}, ["lost"]),
        ({"type": "edit", "edit": {"message": {"type": "text", "text": {"body": "leave"}}}}, ["words leave"]),
        ({"type": "edit", "edit": {"message": {"type": "image", "image": {"caption": "leave"}}}}, []),
        ({"type": "edit"}, []),
        ({"type": "request_welcome"}, ["opened "]),
        ({"type": "video", "video": {"caption": "look"}}, ["media"]),
        ({"type": "ephemeral"}, ["lost"]),
        ({"type": "of_tomorrow", "of_tomorrow": {}}, ["lost"]),
        ({}, ["lost"]),
        ({"type": ["text"]}, ["lost"]),
        ({"type": "text", "text": {"body": "hi"}, "group_id": "g1"}, []),
        ({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"body": "x"}}}, ["press "]),
        ({"type": "interactive", "interactive": {"button_reply": {"id": 7}}}, ["press "]),
    ],
    ids=lambda given: str(given)[:60],
)
def test_what_is_sent(message: Raw, expected: list[str]) -> None:
    """Each kind of message is read as what a person means by it; of a new kind, nobody knows what it was."""
    assert [told(received.input) for received in one(message)] == expected


def test_files_are_not_looked_at() -> None:
    """Of a file nothing is taken along: no id, no address, no name, no caption."""
    image = {"id": "SECRET", "url": "https://lookaside.example/SECRET", "caption": "SECRET", "filename": "SECRET"}
    [received] = one({"type": "image", "image": image}, contacts=[{"profile": {"name": "SECRET"}, "wa_id": "919900000001"}])
    assert received.input == Media()
    assert "SECRET" not in str(received.chat.reveal())


def test_nothing_of_a_person_can_be_printed() -> None:
    """Who and what shows itself as private."""
    [received] = one({"type": "text", "text": {"body": "SECRET"}}, contacts=[{"wa_id": "919900000001", "user_id": "IN.1"}])
    assert not {"SECRET", "919900000001", "IN.1"} & set(repr(received).replace("'", " ").split())
    assert "<private>" in repr(received)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [("1764000000", datetime.fromtimestamp(1764000000, UTC)), (1764000000, datetime.fromtimestamp(1764000000, UTC))],
)
def test_when_it_was(stamp: object, expected: datetime) -> None:
    """The time of a message is Meta's."""
    [received] = one({"type": "text", "text": {"body": "hi"}, "timestamp": stamp})
    assert received.at == expected


@pytest.mark.parametrize("stamp", [None, "", "soon", "-1", "1e9", "9" * 11, "9" * 400, [], {}, 1.5, True])
def test_a_time_that_cannot_be_read_is_now(stamp: object) -> None:
    """Nobody goes without an answer because a number was odd."""
    before = datetime.now(UTC)
    [received] = one({"type": "text", "text": {"body": "hi"}, "timestamp": stamp})
    assert before <= received.at <= datetime.now(UTC)


def test_our_own_number_is_told() -> None:
    """The digits of our number lead back here, however Meta writes it."""
    whole = payload(messages=[{"from": "91", "id": "wamid.1", "type": "text", "text": {"body": "hi"}}])
    for written, ours in ((OURS, OURS), ("+1 555-078-3881", OURS), (None, ""), ("", "")):
        value_of(whole)["metadata"]["display_phone_number"] = written
        [received] = read(whole, PHONE_ID)
        assert received.ours == ours
    del value_of(whole)["metadata"]["display_phone_number"]
    [received] = read(whole, PHONE_ID)
    assert received.ours == ""


def test_another_number_s_people_are_not_ours(person: Person) -> None:
    """One app can have several numbers; each guide answers for its own."""
    assert list(read(person.types("hi"), "1")) == []


def test_a_batch_is_read_in_its_order(person: Person) -> None:
    """Many entries, many changes, many messages, and things that are nothing to us between them."""
    first, second, third = (person.types(words) for words in ("1", "2", "3"))
    change = value_of(second)
    first["entry"][0]["changes"] += [
        {"field": "account_update", "value": {"event": "x"}},
        {"field": "messages", "value": change},
    ]
    change["messages"] += value_of(person.types("2b"))["messages"]
    found = list(read(joined(first, BROUGHT["message_status.read"], third), PHONE_ID))
    assert [told(received.input) for received in found] == ["words 1", "words 2", "words 2b", "words 3"]


@pytest.mark.parametrize(
    ("statuses", "noted"),
    [
        (
            [{"status": "failed", "errors": [{"code": 131047}]}, {"status": "failed", "errors": [{"code": 131026, "x": 1}, 2]}],
            2,
        ),
        ([{"status": "failed", "errors": []}, {"status": "failed", "errors": [{"code": "x"}]}, 7, None], 0),
        ("failed", 0),
        (None, 0),
    ],
)
def test_what_was_not_delivered_is_counted(statuses: object, noted: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a message that did not arrive, Meta's number for the reason is noted, and nothing about whom."""
    assert list(read(payload(statuses=statuses), PHONE_ID)) == []
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition("=")[0] for line in lines] == ["dhaal: undelivered code"] * noted


@pytest.mark.parametrize(
    "odd", [None, 7, "x", [], [{}], {"object": "page", "entry": []}, {"object": "whatsapp_business_account"}]
)
def test_what_is_no_batch_is_noted(odd: object, capsys: pytest.CaptureFixture[str]) -> None:
    """What Meta would never bring gives nothing, and one line without a word of it."""
    assert list(read(odd, PHONE_ID)) == []
    assert capsys.readouterr().err == "dhaal: failed\n"


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, {"changes": None}])
def test_one_bad_part_spoils_nothing(odd: object, person: Person, capsys: pytest.CaptureFixture[str]) -> None:
    """An entry, or a message, that cannot be read is stepped over; the others are answered."""
    whole = person.types("hi")
    whole["entry"].insert(0, odd)
    value_of({"entry": whole["entry"][1:]})["messages"][:0] = [odd, {"id": 7}]
    assert [told(received.input) for received in read(whole, PHONE_ID)] == ["words hi"]
    assert set(capsys.readouterr().err.splitlines()) == {"dhaal: failed"}


@pytest.mark.parametrize("odd", [None, 7, "x", {}, {"field": "messages"}, {"field": "messages", "value": []}])
def test_a_change_that_is_none_is_stepped_over(odd: object, person: Person) -> None:
    """A kind of change that nobody asked for is nothing to us."""
    whole = person.types("hi")
    whole["entry"][0]["changes"].insert(0, odd)
    assert [told(received.input) for received in read(whole, PHONE_ID)] == ["words hi"]


@pytest.mark.parametrize("contacts", [None, 7, [], [None, 7, {"wa_id": 7}]])
def test_a_message_needs_no_contact(contacts: object, person: Person) -> None:
    """Who wrote stands in the message too."""
    whole = person.types("hi")
    value_of(whole)["contacts"] = contacts
    [received] = read(whole, PHONE_ID)
    assert received.chat.reveal() == Chat(person.phone, person.user)


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_any_json_can_be_read(found: object) -> None:
    """Whatever is signed, reading it does not fail."""
    assert isinstance(list(read(found, PHONE_ID)), list)


def spots(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    """List the places of a payload."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [path, *(spot for key, one in inner for spot in spots(one, (*path, key)))]


def changed(whole: Raw, path: tuple[Any, ...], put: object, *, away: bool) -> object:
    """Put something else in a place of a payload, or take it away."""
    copy: Any = deepcopy(whole)
    if not path:
        return put
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    if away:
        del parent[path[-1]]
    else:
        parent[path[-1]] = put
    return copy


@st.composite
def mutations(draw: st.DrawFn) -> tuple[object, str]:
    """Change one or two places of a real payload."""
    whole: Any = BROUGHT[draw(st.sampled_from(sorted(BROUGHT)))]
    number = number_of(whole)
    for _ in range(draw(st.integers(1, 2))):
        places = spots(whole)
        whole = changed(whole, draw(st.sampled_from(places)), draw(JSON), away=draw(st.booleans()))
    return whole, number


@given(mutations())
def test_any_change_of_a_real_payload_can_be_read(made: tuple[object, str]) -> None:
    """Whatever Meta adds, leaves out or writes otherwise, reading does not fail, and nothing private shows."""
    whole, number = made
    for received in read(whole, number):
        assert isinstance(received.chat, Private)
        assert received.chat.reveal().name
