"""Meta, the store and the process fail in every way; on WhatsApp each person is answered once, calmly, and goes on."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Final

import pytest

from tests.canary.line import HTML, Breach, hang, lined, refuse, reset, say
from tests.canary.rooms import Server
from tests.peers.graph_api import serving_graph_api, text
from tests.stores.server import serving_valkey
from tests.telegram.town import DANGER, END, FAULT, WHO

from .whatsapp_town import Town, hook, sent, tap, until

pytestmark = pytest.mark.whole

MATTER: Final = "You matter"
DAY: Final = 86_400  # seconds
UNREACHABLE: Final = b"dhaal: unreachable"
PASSES: Final[dict[str, Breach]] = {  # what goes wrong once and is well when it is tried again
    "500": refuse(500, 1),
    "503": refuse(503, 131016),
    "busy": refuse(400, 130429),
    "too fast": refuse(400, 131056),
    "a proxy's page": say(502, HTML, "text/html"),
    "no JSON": say(500, "{{"),
    "JSON of another kind": say(500, '{"error": {"code": "two", "message": []}}'),
    "list": say(500, "[[1]]"),
    "deep": say(500, "[" * 100_000),
    "nothing": say(503, ""),
    "half an error": say(500, '{"error": ', missing=50),
    "no answer": lambda _: None,
    "reset": reset,
    "silence": hang,
}


@pytest.fixture
def town() -> Iterator[Town]:
    """Found a town; at the end Meta has nothing to complain of."""
    with serving_graph_api() as api, lined(api.url) as line:
        yield Town(api, line)
        assert api.complaints == []


@pytest.fixture(scope="module")
def busy() -> Iterator[Town]:
    """Found a town for many tests, with a guide in it."""
    with ExitStack() as stack:
        api = stack.enter_context(serving_graph_api())
        yield Town(api, stack.enter_context(lined(api.url)))
        assert api.complaints == []


@pytest.fixture(scope="module")
def server(busy: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a guide for many tests."""
    with busy.guide(tmp_path_factory.mktemp("guide")) as server:
        yield server


@pytest.mark.parametrize("fault", PASSES)
def test_one_fault_on_the_way(busy: Town, server: Server, fault: str) -> None:
    """What goes wrong once is tried again: the person gets one answer, as if nothing had been, and goes on."""
    person = busy.settled()
    busy.line.fail(PASSES[fault])
    tap(person, "00", FAULT)
    assert busy.line.spent
    tap(person, "bk", WHO)
    assert server.process.poll() is None


@pytest.mark.parametrize("told", ['{"messages": [{"id": "wam', "", "<html>", "[]"])
def test_taken_and_not_heard(busy: Town, server: Server, told: str) -> None:
    """A message that Meta took is not sent again, whatever becomes of the answer; the next tap is answered."""
    person = busy.settled()
    before, posts = person.last, busy.line.posts
    busy.line.fail(say(200, told, missing=50))
    person.send(person.reply("00"))
    busy.api.wait_until(lambda: busy.line.posts == posts + 1)
    assert FAULT in person.tap("00", on=before).text
    assert busy.line.posts == posts + 2
    assert server.process.poll() is None


def test_refused_for_good(busy: Town, server: Server) -> None:
    """Who cannot be written to is not written to again and again; what they do later is answered as ever."""
    person = busy.settled()
    before, posts = person.last, busy.line.posts
    for code in (131047, 131026, 190):
        busy.line.fail(refuse(400, code))
        person.send(person.reply("00", before))
        busy.api.wait_until(lambda: busy.line.spent)
    assert FAULT in person.tap("00", on=before).text
    assert busy.line.posts == posts + 4
    assert server.process.poll() is None


def test_meta_lets_everybody_wait(busy: Town, server: Server) -> None:
    """When Meta takes two seconds for each message, thirty people do not wait for one another."""
    people = [busy.newcomer() for _ in range(30)]
    busy.api.slow = 2.0
    begins = monotonic()
    try:
        for person in people:
            person.send({"type": "text", "text": {"body": "i want to die"}})
        busy.api.wait_until(lambda: all(person.got for person in people))
    finally:
        busy.api.slow = 0.0
    assert monotonic() - begins < 30
    assert {person.last.text for person in people} == {people[0].last.text}
    assert server.process.poll() is None


def test_meta_is_gone_and_comes_back(town: Town, tmp_path: Path) -> None:
    """A guide that starts without Meta waits for it; a short absence is bridged, and after a long one each button leads on."""
    with ExitStack() as stack:
        with town.line.down():
            server = stack.enter_context(town.guide(tmp_path / "room"))
        town.api.wait_until(lambda: any(call.method == "GET" for call in town.api.calls))
        short, long = town.settled(), town.settled()
        stderr = server.room.folder / "out/stderr"
        before = stderr.read_bytes().count(UNREACHABLE)
        with town.line.down():
            long.send(long.reply("00"))
            until(lambda: stderr.read_bytes().count(UNREACHABLE) > before)
            short.send(short.reply("00"))
            town.api.wait_until(lambda: not town.api.waiting)
        short.wait_for(FAULT)
        tap(long, "00", FAULT)
        for person in (short, long):
            tap(person, "bk", WHO)
            assert len(person.got) == 5


def test_what_waited_too_long(busy: Town, server: Server) -> None:
    """Who wrote while we were out of order is told so once, with a number to call and a button; a day later, nothing."""
    person, silent = busy.newcomer(), busy.newcomer()
    silent.send(text("1") | {"timestamp": sent(DAY + 60)})
    for number in range(3):
        person.send(text("1") | {"timestamp": sent(900 - number)})
    busy.api.wait_until(lambda: bool(person.got))
    assert "112" in person.last.text
    assert len(person.last.buttons) == 1
    assert len(person.tap("me").buttons) > 3
    assert len(person.got) == 2
    assert silent.got == []
    assert server.process.poll() is None


def test_the_store_goes_and_comes_back(town: Town, tmp_path: Path) -> None:
    """Without the store buttons lead on and typed words open the guide calmly; with it, they are understood again."""
    with serving_valkey() as store, town.guide(tmp_path / "room", DHAAL_STORE=store.url) as server:
        person, another = town.settled(), town.settled()
        until(lambda: len(store.ask("KEYS", "*")) > 0)
        assert FAULT in person.type("1").text
        store.stop(signal.SIGKILL)
        tap(person, "bk", WHO)
        assert another.type("1").buttons
        assert MATTER in another.type("i want to die").text
        tap(person, "00", FAULT)
        store.start()
        until(lambda: FAULT in town.settled().type("1").text)
        tap(person, "da", DANGER)
        assert server.process.poll() is None


def test_the_store_hangs(town: Town, tmp_path: Path) -> None:
    """A store that says nothing keeps nobody waiting."""
    with serving_valkey() as store, town.guide(tmp_path / "room", DHAAL_STORE=store.url):
        person = town.settled()
        store.pause()
        begins = monotonic()
        tap(person, "00", FAULT)
        tap(person, "da", DANGER)
        assert monotonic() - begins < 5
        store.resume()


def test_killed_and_started_again(town: Town, tmp_path: Path) -> None:
    """After kill -9, between two taps or in the middle of one, the same buttons lead on; what came meanwhile is answered."""
    with town.guide(tmp_path / "first") as process:
        resting, waiting = town.settled(), town.settled()
        town.line.broken = hang
        posts = town.line.posts
        waiting.send(waiting.reply("00"))
        town.api.wait_until(lambda: town.line.posts > posts)
        assert process.end(signal.SIGKILL) == -signal.SIGKILL
        town.line.broken = None
    resting.send(resting.reply("00"))
    with town.guide(tmp_path / "second"):
        resting.wait_for(FAULT)
        tap(waiting, "00", FAULT)
        tap(resting, "bk", WHO)
        assert [len(person.got) for person in (resting, waiting)] == [5, 4]


def test_stopped_in_a_turn_and_started_with_another_secret(town: Town, tmp_path: Path) -> None:
    """A turn under way is finished before the process ends; under another secret every old button opens the guide, calmly."""
    with town.guide(tmp_path / "first") as process:
        person, another = town.settled(), town.settled()
        town.api.slow, posts = 1.5, town.line.posts
        person.send(person.reply("00"))
        town.api.wait_until(lambda: town.line.posts > posts)
        assert process.end(signal.SIGTERM) in {0, -signal.SIGTERM}
        assert FAULT in person.last.text
        assert b"dhaal: failed" not in process.room.said()["stderr"]
    town.api.slow = 0.0
    with town.guide(tmp_path / "second", DHAAL_SECRET="another secret that is only for tests"):  # noqa: S106
        for who in (person, another):
            assert len(who.tap("00").buttons) > 2
        tap(another, "da", DANGER)
        tap(person, "lv", END)


def test_two_processes_with_one_store(town: Town, tmp_path: Path) -> None:
    """What arrives in both processes is answered by one, and a typed word has its context in the other."""
    with serving_valkey() as store, ExitStack() as stack:
        processes = [stack.enter_context(town.guide(tmp_path / name, DHAAL_STORE=store.url)) for name in ("one", "two")]
        person = town.settled()
        before = person.last
        payload = town.api.payload(person.change(person.written(person.reply("00"))))
        for process in processes:
            town.api.deliver_to(hook(process))
            assert town.api.bring(payload) == 200
        person.wait_for(FAULT)
        town.api.deliver_to(hook(processes[0]))
        assert WHO in person.type("back").text
        assert len(person.got) == 5
        assert person.got[2] is before
