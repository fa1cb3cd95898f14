"""A real `dhaal serve` on the peer's WhatsApp: people come, things fail, and each finds their way."""

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from bot.channels.whatsapp.read import read
from bot.channels.whatsapp.webhook import PATH
from tests.canary.rooms import PATIENCE, Server
from tests.peers.bot_api import serving_bot_api
from tests.peers.graph_api import Failure, serving_graph_api, text
from tests.telegram import town as telegram

from .whole import (
    DANGER,
    END,
    FAULT,
    FILES,
    LANGUAGE,
    LOST,
    MOMENT,
    SORRY,
    UNREAD,
    WHO,
    Town,
    ended_in_order,
    go,
    minutes_ago,
    ours,
    recorded,
    serving_guide,
    tap,
)

pytestmark = pytest.mark.whole
SOON = 0.1  # minutes; Meta tells whole seconds, and what is of the second of leaving counts as before it
ALONE, BOTH = "alone", "beside Telegram"
PHOTO = {"type": "image", "image": {"id": "7", "mime_type": "image/jpeg", "sha256": "x", "caption": "look what they did"}}


@pytest.fixture(scope="module", params=[ALONE, BOTH])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Serve a town to the tests of this file; at the end nothing was done that may not be, and the process ends in order."""
    with ExitStack() as stack:
        api = stack.enter_context(serving_graph_api())
        bot = stack.enter_context(serving_bot_api()) if request.param == BOTH else None
        more = telegram.settings(bot, "polling") if bot else {}
        more.pop("DHAAL_SECRET", None)
        server = stack.enter_context(serving_guide(api, tmp_path_factory.mktemp("whole"), **more))
        yield Town(api, server, bot)
        ended_in_order(server, api)


def test_from_first_words_to_leaving(town: Town) -> None:
    """Words, numbers in three scripts, labels, taps, a photo, help; at the end one line that says how to clear the chat."""
    person = town.newcomer()
    go(person, "Hello", LANGUAGE)
    go(person, "१", MOMENT)
    go(person, "1", WHO)
    go(person, "١", FAULT)
    tap(person, "bk", WHO)
    go(person, "it is about me", FAULT)
    person.send(PHOTO)
    assert "1. " in person.wait_for(FILES).text
    tap(person, "da", DANGER)
    assert "lv" in {data[-2:] for data in person.tap("ot").buttons.values()}
    tap(person, "lv", END)
    assert person.last.buttons == {}
    person.send(minutes_ago(-SOON, text("Hello")))
    person.wait_for(LANGUAGE)


def test_a_page_that_is_shared(town: Town) -> None:
    """A link leads from "More options" of a page with helplines to the same page in another chat, behind neutral words."""
    person, friend = town.settled(), town.newcomer()
    tap(person, "da", DANGER)
    controls = person.tap("ot")
    link = person.tap("kp", on=controls)
    assert link.link.startswith(f"https://wa.me/{town.api.number}?text=")
    gate = friend.type(link.link.partition("?text=")[2])
    assert DANGER not in gate.text
    tap(friend, next(iter(gate.buttons)), DANGER)


def test_somebody_without_a_number(town: Town) -> None:
    """They are answered by their name at Meta; when their number is shown later, they go on where they were."""
    person = town.settled(phone=False)
    assert {*person.last.body} >= {"recipient"}
    assert "to" not in person.last.body
    known = town.api.person("919911111111", person.user_id)
    go(known, "1", FAULT)
    assert known.last.to == "919911111111"


def test_what_others_recorded(town: Town) -> None:
    """Each of the webhooks that pywa recorded is taken; whoever did something that wants an answer gets one."""
    payloads = [ours(payload, town.api, number) for number, (_, payload) in enumerate(recorded(), 1)]
    assert {town.api.bring(payload) for payload in payloads} == {200}
    waited = [received.chat.reveal() for payload in payloads for received in read(payload, town.api.phone_id)]
    assert len(waited) > 20
    for chat in waited:
        town.api.wait_until(lambda chat=chat: any(one.to in {chat.phone, chat.user} for one in town.api.sent))  # type: ignore[misc]


def test_a_batch_and_the_same_again(town: Town) -> None:
    """Many entries, changes, messages and people in one webhook: each is answered, and only once."""
    people = [town.newcomer() for _ in range(4)]
    changes = [person.change(text("Hello"), text("1")) for person in people]
    broken = {"field": "messages", "value": {"metadata": {"phone_number_id": town.api.phone_id}, "messages": [7, {}, None]}}
    entries = [{"id": "1", "changes": [broken, *changes[:2]]}, {"id": "2"}, {"id": "3", "changes": changes[2:]}]
    payload = {"object": "whatsapp_business_account", "entry": entries}
    assert [town.api.bring(payload) for _ in range(3)] == [200] * 3
    for person in people:
        person.wait_for(MOMENT)
        go(person, "1", WHO)
        assert len(person.got) == 3


def test_what_comes_out_of_order(town: Town) -> None:
    """Taps on older messages lead on from there; a forged one shows the menu; each is answered."""
    person = town.settled()
    first = person.got[0]
    tap(person, "00", FAULT)
    assert MOMENT in person.tap("English", on=first).text
    tap(person, "Yes, go on", WHO)
    forged = {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "x" * 64, "title": "Yes"}}}
    person.send(forged)
    person.wait_for(LOST)


def test_what_is_not_looked_at(town: Town) -> None:
    """Media and what Meta could not bring are answered calmly; a mark or a deletion is not; nothing is fetched."""
    person = town.settled()
    before = len(person.got)
    person.send({"type": "reaction", "reaction": {"message_id": person.last.id, "emoji": "x"}})
    person.send({"type": "revoke", "revoke": {"original_message_id": "wamid.x"}})
    person.send({**text("to all"), "group_id": "a-group"})
    town.all_taken()
    person.send({"type": "unsupported", "errors": [{"code": 131051}]})
    person.wait_for(UNREAD)
    person.send({"type": "audio", "audio": {"id": "8", "voice": True}})
    person.wait_for(FILES)
    assert len(person.got) == before + 2
    assert {call.method for call in town.api.calls if call.path.endswith("/messages")} == {"POST"}


def test_late_messages(town: Town) -> None:
    """After minutes one calm line an hour; after a day nothing; what was done before leaving is not answered."""
    person = town.newcomer()
    before = len(person.got)
    for minutes in (25 * 60, 11, 12):
        person.send(minutes_ago(minutes, text("1")))
        town.all_taken()
    person.wait_for(SORRY)
    tap(person, "me", "menu")
    assert len(person.got) == before + 2
    tap(person, "lv", END)
    person.send(minutes_ago(1, text("1")))
    town.all_taken()
    person.send(minutes_ago(-SOON, text("Hello")))
    person.wait_for(LANGUAGE)
    assert len(person.got) == before + 4
    person.send(minutes_ago(11, text("1")))  # something later was answered meanwhile
    town.all_taken()
    assert len(person.got) == before + 4


def knock(server: Server, body: bytes, **headers: str) -> int:
    """Post bytes to the webhook, and give the status."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    line.request("POST", PATH, body, {name.replace("_", "-"): value for name, value in headers.items()})
    status = line.getresponse().status
    line.close()
    return status


def test_who_may_knock(town: Town) -> None:
    """Without the right signature nothing is read; what is for another number, or no JSON, is taken and let go."""
    person = town.newcomer()
    body = json.dumps(town.api.payload(person.change(text("Hello")))).encode()
    signed = town.api.sign(body)["x-hub-signature-256"]
    assert knock(town.server, body) == 401
    assert knock(town.server, body, x_hub_signature_256="sha256=" + "0" * 64) == 401
    assert knock(town.server, body + b" ", x_hub_signature_256=signed) == 401
    foreign = body.replace(town.api.phone_id.encode(), b"999")
    for odd in (foreign, b"[]", b"{", b""):
        assert knock(town.server, odd, x_hub_signature_256=town.api.sign(odd)["x-hub-signature-256"]) == 200
    go(person, "Hello", LANGUAGE)
    assert len(person.got) == 1


def test_how_meta_makes_sure_of_the_webhook(town: Town) -> None:
    """Its challenge comes back to who knows our word."""
    asked = f"GET {PATH}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    for word, status in ((town.api.verify_token, b"200"), ("another", b"403")):
        answer = town.server.exchange(f"{asked}{word} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        assert answer.split()[1] == status
        assert answer.endswith(b"1158201444") is (status == b"200")


def test_meta_is_down_and_up(town: Town) -> None:
    """The page of a proxy, a broken line, too much at once: the answer comes, once."""
    for failure in (Failure(status=503), Failure(drop=True), Failure(131056), Failure(130429), Failure(131000)):
        person = town.newcomer()
        town.api.fail(failure)
        go(person, "Hello", LANGUAGE)
        assert len(person.got) == 1


@pytest.mark.parametrize("code", [131047, 190, 131026])
def test_what_meta_does_not_let_through(town: Town, code: int) -> None:
    """It is not tried again; who comes back is answered as if nothing had been."""
    person = town.settled()
    before = town.asked()
    town.api.fail(Failure(code))
    person.send(text("1"))
    town.api.wait_until(lambda: town.asked() == before + 1)
    go(person, "Hello", LANGUAGE if code != 190 else WHO)
    town.api.wait_until(lambda: town.asked() >= before + 2)  # what was sent is seen before its call is written down
    assert town.asked() == before + 2


def test_a_form_that_meta_does_not_take(town: Town) -> None:
    """The same is sent as text alone, and a number leads on."""
    person = town.newcomer()
    town.api.fail(Failure(131009))
    answer = person.type("Hello")
    assert (answer.body["type"], "1. English" in answer.text) == ("text", True)
    go(person, "1", MOMENT)


@pytest.mark.parametrize("town", [BOTH], indirect=True)
def test_both_in_one_process(town: Town) -> None:
    """People on Telegram and on WhatsApp are answered by the same process; what is WhatsApp's trouble is not Telegram's."""
    assert town.telegram
    other = telegram.Town(town.telegram).settled()
    town.api.fail(*[Failure(status=503)] * 3)
    person = town.newcomer()
    person.send(text("Hello"))
    telegram.tap(other, "00", telegram.FAULT)
    person.wait_for(LANGUAGE)
    telegram.tap(other, "lv", telegram.END)
    assert telegram.Town(town.telegram).find_fault() == []
