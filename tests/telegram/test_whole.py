"""A real `dhaal serve` on the peer's Telegram: people come, things fail, and each finds their way."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from bot.channels.telegram.runner import REFUSED
from bot.stores.safety import WANTED
from tests.canary.rooms import DHAAL, PATIENCE, Room, free_port
from tests.canary.rooms import Server as Process
from tests.peers import contents
from tests.peers.answers import Blocked, Drop, Failure, Hang, NotFound, Refusal, ServerError, TooMany, Unauthorized
from tests.peers.bot_api import BotApi, serving_bot_api
from tests.peers.people import Person
from tests.stores.server import Server, serving_valkey

from .town import DANGER, END, FAULT, LANGUAGE, LOST, MODES, MOMENT, WHO, Town, serving_guide, settings, shows, tap

pytestmark = pytest.mark.whole

LONG = 60.0  # seconds for a start and an end, on a machine that does much else
FILES, KEPT = "Please do not send files here.", "This page now stays in your chat"
TROUBLES: dict[str, dict[str, Failure]] = {
    "sendMessage": {"too many": TooMany(), "500": ServerError(), "no answer": Hang(0.5), "a broken line": Drop()},
    "editMessageText": {
        "too many": TooMany(), "500": ServerError(), "the page of a proxy": ServerError(502, html=True),
        "504": ServerError(504), "late": Hang(0.5, carried_out=True), "a broken line": Drop(), "gone": NotFound(),
        "a lost answer": Drop(carried_out=True), "unknown": Refusal(418, "I'm a teapot"),
    },
    "answerCallbackQuery": {"too many": TooMany(), "500": ServerError(), "a broken line": Drop()},
    "deleteMessages": {"too many": TooMany(), "502": ServerError(502, html=True), "a broken line": Drop()},
}  # fmt: skip


@dataclass
class Whole(Town):
    """One process with its town, and its store if that is a server."""

    valkey: Server | None = None


@pytest.fixture(scope="module", params=[f"{mode}, {store}" for mode in MODES for store in ("memory", "valkey")])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """Serve a town to the tests of this file; at the end nothing was done that may not be, and the process ends in order."""
    mode, store = request.param.split(", ")
    with ExitStack() as stack:
        valkey = stack.enter_context(serving_valkey()) if store == "valkey" else None
        api = stack.enter_context(serving_bot_api())
        more = {"DHAAL_STORE": valkey.url} if valkey else {}
        process = stack.enter_context(serving_guide(api, mode, tmp_path_factory.mktemp("whole"), **more))
        made = Whole(api, valkey=valkey)
        yield made
        ended_in_order(process, made)


def ended_in_order(process: Process, town: Whole) -> None:
    """Stop the process, and look at what it left."""
    assert process.process.poll() is None
    assert process.end() in {0, -signal.SIGTERM}
    assert town.find_fault() == []
    assert process.room.made() == []
    said = process.room.said()["stderr"].decode().splitlines()
    assert {line for line in said if line.startswith("dhaal: ")} <= {
        f"dhaal: {it}" for it in ("started", "stopped", "failed")
    } | {"dhaal: store down"}


def test_from_start_to_leave(town: Whole) -> None:
    """Buttons, typed words, a photo, help, a card to keep, its link in another chat; at the end one neutral line is left."""
    person, friend = town.settled(), town.newcomer("hi")
    person.say("it is about me")
    person.wait_for(shows(FAULT))
    person.send(contents.photo("look what they did"))
    person.wait_for(shows(FILES))
    page = tap(person, "da", DANGER)[-1].text
    card, living = tap(person, "kp", KEPT)
    assert card.text.startswith(page)
    friend.start(card.text.partition("?start=")[2].split()[0])
    [gate] = friend.wait_for(lambda shown: len(shown) == 1 and shown[0].mine)
    assert len(gate.text) < 200
    tap(friend, gate.buttons[0].label, "findahelpline.com")
    tap(person, "lv", END)
    [end] = person.wait_for(lambda shown: len(shown) == 1)
    assert (end.id, end.buttons) == (living.id, [])


def test_every_kind_of_thing_that_is_sent(town: Whole) -> None:
    """Nothing is fetched, all of it is deleted, and each person reads the same calm words."""
    people = [(town.newcomer(), make) for make in contents.KINDS.values()]
    for person, make in people:
        person.start()
        person.send(make())
    for person, _ in people:
        person.wait_for(shows(FILES))


@pytest.fixture
def troubled(town: Whole) -> dict[str, Person]:
    """Let each trouble of each call meet somebody of their own, all of them at the same time."""
    people: dict[str, Person] = {}
    for method, failures in TROUBLES.items():
        for name, failure in failures.items():
            person = people[f"{method}, {name}"] = town.newcomer()
            town.api.fail(method, with_=failure, chat_id=person.chat.id)
            person.start()
    return people


def test_each_trouble_passes(troubled: dict[str, Person]) -> None:
    """Too many requests, a bad gateway, silence, a broken line: each person comes where they wanted, in one living message."""
    for person in troubled.values():
        person.find("1. English")
    for name, person in troubled.items():
        if "unknown" not in name:  # that turn is given up, and the screen stays
            person.tap("1. English")
    for name, person in troubled.items():
        if "unknown" in name:
            tap(person, "1. English", LANGUAGE)
            person.tap("1. English")
    for person in troubled.values():
        person.wait_for(shows(MOMENT))


def test_a_message_that_was_sent_though_its_answer_was_lost(town: Whole) -> None:
    """It is sent again, and either leads on. Only the second is known to the guide: a tap on the first takes it away."""
    people = [town.newcomer() for _ in range(2)]
    for person in people:
        town.api.fail("sendMessage", with_=Drop(carried_out=True), chat_id=person.chat.id)
        person.start()
    for which, person in enumerate(people):
        twins = person.wait_for(lambda shown: [one.mine for one in shown] == [True, True])
        person.press(twins[which].buttons[0].data or "", twins[which].id)
        person.wait_for(lambda shown: MOMENT in shown[-1].text or (len(shown) == 1 and MOMENT in shown[0].text))
    people[0].wait_for(shows(MOMENT))


def test_what_is_brought_twice_is_done_once(town: Whole) -> None:
    """Messages and taps; also if the second comes when the first is long done."""
    person = town.newcomer()
    town.api.repeat(2)
    try:
        person.start()
        tap(person, "1. English", MOMENT)
        tap(person, "1. Yes, go on", WHO)
        person.say("1")
        person.wait_for(shows(FAULT))
        town.api.wait_until(lambda: not town.api.mail.parcels)
    finally:
        town.api.repeat(1)
    assert town.edits(person) == 3
    assert sum(call.chat_id == person.chat.id for call in town.api.called("sendMessage")) == 1


def test_what_comes_out_of_order(town: Whole) -> None:
    """Taps and words in another order: each is answered, and one living message shows one of the screens."""
    person = town.settled()
    with town.api.holding(backwards=True):
        taps = [person.tap("me"), person.tap("da"), person.tap("bk"), person.tap("00")]
        person.say("menu")
    for query in taps:
        person.answer(query)
    person.wait_for(shows(""))
    tap(person, "da", DANGER)


def test_a_double_tap(town: Whole) -> None:
    """Ten times the same button leads where one tap leads."""
    person = town.settled()
    living, button = person.find("00")
    for query in [person.press(str(button.data), living.id) for _ in range(10)]:
        person.answer(query)
    person.wait_for(shows(FAULT))


def test_a_forged_button(town: Whole) -> None:
    """It is answered, and shows the menu."""
    person = town.settled()
    [living] = person.see()
    for data in ("", "x" * 64, "../../etc/passwd", (living.buttons[0].data or "")[::-1]):
        if data:
            person.answer(person.press(data, living.id))
    person.wait_for(shows(LOST))


def test_messages_that_are_gone_or_old(town: Whole) -> None:
    """A living message that was deleted, that may not be seen any more, or that is two days old: its buttons lead on."""
    deleted, hidden, old = town.settled(), town.settled(), town.settled()
    [message] = deleted.see()
    deleted.delete(message.id)
    deleted.press(message.buttons[0].data or "", message.id)
    hidden.tap("00", inaccessible=True)
    town.api.later(49)
    old.tap("00")
    for person in (deleted, hidden, old):
        person.wait_for(shows(FAULT))
    tap(old, "lv", END)


def test_cards_that_are_too_old_to_delete(town: Whole) -> None:
    """Leaving deletes what Telegram lets us delete: one card that is two days old does not save the others."""
    person = town.newcomer()
    person.start()
    for button, words in (("da", DANGER), ("pe", "Here are people you can reach now.")):
        tap(person, button, words)
        tap(person, "kp", KEPT)
    old, *_ = person.see()
    old.date -= 49 * 3600
    tap(person, "lv", END)
    assert person.wait_for(lambda shown: len(shown) == 2)[0] is old


def test_who_blocks_the_guide_is_left_alone(town: Whole) -> None:
    """No call is made for them any more; when they come back, nothing is known of them."""
    person, another = town.settled(), town.settled()
    person.block()
    town.api.wait_until(lambda: not town.api.mail.parcels)
    before = len([call for call in town.api.calls if call.chat_id == person.chat.id])
    town.api.fail("editMessageText", with_=Blocked(), chat_id=another.chat.id)
    another.answer(another.tap("00"))
    person.unblock()
    town.api.wait_until(lambda: not town.api.mail.parcels)
    assert len([call for call in town.api.calls if call.chat_id == person.chat.id]) == before
    person.say("1")
    person.wait_for(lambda shown: MOMENT in shown[-1].text)
    tap(another, "00", FAULT)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_in_a_group_it_says_why_and_goes(town: Whole, kind: str) -> None:
    """Once, in words that tell nothing of what it is about."""
    person = town.newcomer()
    group = town.api.group(-person.chat.id, kind)
    group.add_bot(person)
    town.api.wait_until(lambda: group.left)
    said = [message.text for message in group.see() if message.mine]
    assert len(said) == 1


@pytest.mark.parametrize("town", [f"{mode}, valkey" for mode in MODES], indirect=True)
def test_without_the_store_taps_go_on(town: Whole) -> None:
    """Words are understood from scratch then; when the store is back, they have their context again."""
    assert town.valkey
    person, another = town.settled(), town.settled()
    town.valkey.stop(signal.SIGKILL)
    tap(person, "00", FAULT)
    another.say("1")
    another.wait_for(lambda shown: [one.mine for one in shown] == [True, True] and MOMENT in shown[-1].text)
    town.valkey.start()
    until_it_is_used(town, town.valkey)
    tap(person, "bk", WHO)
    person.say("1")
    person.wait_for(shows(FAULT))


def until_it_is_used(town: Town, valkey: Server) -> None:
    """Let people come until the guide has found its store again."""
    ends = monotonic() + PATIENCE
    while not valkey.ask("DBSIZE"):
        assert monotonic() < ends
        town.newcomer().start()
        sleep(0.1)


def run_to_its_end(folder: Path, **environ: str) -> Callable[[], tuple[int, str]]:
    """Start a guide that should stop by itself; the answer waits for its code and gives what it said."""
    room = Room(folder)
    process = room.start([*DHAAL, "serve", "--port", str(free_port())], **environ)

    def end() -> tuple[int, str]:
        try:
            code = process.wait(LONG)
        finally:
            process.kill()
            process.wait()
        assert room.made() == []
        return code, room.said()["stderr"].decode()

    return end


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Open a Telegram where one person waits."""
    with serving_bot_api() as api:
        api.person(7).start()
        yield api
    assert api.complaints == []


def test_a_token_that_telegram_does_not_know(api: BotApi, tmp_path: Path) -> None:
    """In both modes the guide stops with exit code 2 and one sentence, which does not hold the token."""
    for method in ("*", "getUpdates"):
        api.fail(method, times=10**6, with_=Unauthorized())
    for end in [run_to_its_end(tmp_path / mode, **settings(api, mode)) for mode in MODES]:
        code, said = end()
        assert (code, said.splitlines()[-1], said.count(REFUSED)) == (2, REFUSED, 1)
        assert api.token not in said


def test_a_store_that_saves(api: BotApi, tmp_path: Path) -> None:
    """The guide stops with exit code 2 and a sentence, before it takes anything from Telegram or writes to the store."""
    with serving_valkey("--save", "3600 1") as valkey:
        for end in [run_to_its_end(tmp_path / mode, **settings(api, mode), DHAAL_STORE=valkey.url) for mode in MODES]:
            code, said = end()
            assert (code, said.splitlines()[-1]) == (2, WANTED["save"][1])
        assert valkey.ask("DBSIZE") == 0
    assert (len(api.mail.parcels), api.polls, api.called("sendMessage")) == (1, [], [])
