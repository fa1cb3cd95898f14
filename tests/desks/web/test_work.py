"""What helpers do at the desk, and what is left of it."""

import asyncio
import gc

import pytest

from bot.core.private import Private
from bot.desks.web_desk.stream import Stream
from bot.desks.web_desk.tabs import AGAIN
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Over

from .stage import Helper, Line, Stage, until

WORDS = "canary मदद <b>चाहिए</b>"


async def _seated(stage: Stage, name: str) -> tuple[Helper, Line]:
    """Let another helper come in, with a page whose line is open."""
    helper = stage.helper()
    await helper.join(name)
    await helper.begin()
    return helper, Line.of(stage, name).open()


def _at(line: Line, case: str = "") -> dict[str, str]:
    """Give what every form of a page holds."""
    tabs = line.stage.desk.floor._tabs  # noqa: SLF001 - the page has its name from us
    return {"tab": next(name for name, tab in tabs.items() if tab is line.tab), "case": case}


@pytest.fixture
async def line(stage: Stage, first: Helper) -> Line:
    """Open the first helper's page."""
    return Line.of(stage).open()


async def test_a_talk_from_start_to_end(stage: Stage, first: Helper, line: Line) -> None:
    """Somebody waits, a helper takes them, both write, the helper ends it; then not one word is left at the desk."""
    address, voice, case = await stage.person()
    queue = await line.wait("queue", case)
    assert queue["waiting"] == [case]
    assert "Urgent" in queue["html"]
    assert "हिन्दी" in queue["html"]
    assert (await first.post("/take", **_at(line, case))).status_code == 204
    assert (await line.wait("case", case))["html"].count("<section") == 1
    assert voice.shown[-1].talks
    await stage.exchange.say(address, "1", Private(WORDS))
    assert "मदद &lt;b&gt;चाहिए&lt;/b&gt;" in (await line.wait("words", case))["html"]
    told = await first.post("/tell", words="I am here.", ident="abc", **_at(line, case))
    assert 'data-id="abc-0"' in told.text
    await line.wait("arrived", "abc-0")
    assert voice.told == ["I am here."]
    assert (await first.post("/end", why="end", **_at(line, case))).status_code == 204
    gone = await line.wait("gone", case)
    assert "is over" in gone["html"]
    await until(lambda: voice.shown[-1].over is Over.ENDED)
    assert stage.desk.floor.mine(line.tab.login) == []


async def test_nothing_of_a_talk_is_held_after_it(stage: Stage, first: Helper, line: Line) -> None:
    """Once it is over, no object of the process holds what was said at the desk."""
    address, _, case = await stage.person()
    await first.post("/take", **_at(line, case))
    await line.wait("case")
    await stage.exchange.say(address, "1", Private("canary-Kq4"))
    await line.wait("words")
    assert any(b"canary-Kq4" in piece.written.reveal() for piece in line.tab._sent)  # noqa: SLF001
    await first.post("/end", why="end", **_at(line, case))
    await line.wait("gone")
    line.came.clear()
    await until(lambda: not any(b"canary-Kq4" in piece.written.reveal() for piece in line.tab._sent))  # noqa: SLF001
    gc.collect()
    held = [it for it in gc.get_objects() if isinstance(it, Private) and "canary-Kq4" in str(it.reveal())]
    assert held == []


async def test_one_of_two_helpers_wins(stage: Stage, first: Helper, line: Line) -> None:
    """Two press at the same moment: one has the talk, the other is told why not."""
    second, other = await _seated(stage, "asha")
    for _ in range(5):
        _, _, case = await stage.person()
        answers = await asyncio.gather(first.post("/take", **_at(line, case)), second.post("/take", **_at(other, case)))
        assert sorted(answer.status_code for answer in answers) == [204, 409]
        assert "faster" in "".join(answer.text for answer in answers)


async def test_only_ones_own_talk_can_be_written_to(stage: Stage, first: Helper, line: Line) -> None:
    """A colleague, or somebody who knows the case's name, reaches nobody."""
    _, voice, case = await stage.person()
    second, other = await _seated(stage, "asha")
    await first.post("/take", **_at(line, case))
    for path in ("/tell", "/end", "/pass", "/card", "/cards", "/send"):
        answer = await second.post(
            path, words="x", ident="1", why="end", ref="what.threatened", to="", **_at(other, case)
        )  # fmt: skip
        assert answer.status_code == 409, path
    stolen = {**_at(line, case)}
    assert (await second.post("/tell", words="x", ident="1", **stolen)).status_code == 409
    assert voice.told == []
    assert voice.shown[-1].talks


async def test_the_same_message_twice_is_one(stage: Stage, first: Helper, line: Line) -> None:
    """What is sent again after a failure reaches the person once."""
    _, voice, case = await stage.person()
    await first.post("/take", **_at(line, case))
    for _ in range(3):
        assert (await first.post("/tell", words="once", ident="same", **_at(line, case))).status_code == 200
    await first.post("/tell", words="last", ident="other", **_at(line, case))
    await until(lambda: "last" in voice.told)
    assert voice.told == ["once", "last"]


async def test_odd_messages(stage: Stage, first: Helper, line: Line) -> None:
    """What is too long is refused and not cut; what is empty, or has no name of its own, is not sent."""
    _, voice, case = await stage.person()
    await first.post("/take", **_at(line, case))
    for words, ident, status in (("x" * 2001, "1", 409), ("x" * 2000, "2", 200), ("  ", "3", 204), ("x", "a b", 409)):
        assert (await first.post("/tell", words=words, ident=ident, **_at(line, case))).status_code == status
    await until(lambda: voice.told)
    assert voice.told == ["x" * 2000]


async def test_a_card_in_both_languages(stage: Stage, first: Helper, line: Line) -> None:
    """The helper reads it in theirs, the person gets it in theirs; it is one that the guide would show them."""
    facts = {"who": "me", "what": "threatened", "country": "PK"}
    _, voice, case = await stage.person(Brief("ur", facts, urgent=None))
    await first.post("/take", **_at(line, case))
    await first.post("/self", reads="es", tab=_at(line)["tab"])
    shelf = await first.post("/cards", **_at(line, case))
    assert "what.threatened" in shelf.text.partition("</ul>")[0]
    assert "evidence." not in shelf.text
    card = await first.post("/card", ref="what.threatened", **_at(line, case))
    assert 'lang="es" dir="ltr"' in card.text
    assert 'lang="ur" dir="rtl"' in card.text
    assert (await first.post("/send", ref="evidence.screens", ident="1", **_at(line, case))).status_code == 409
    assert (await first.post("/send", ref="no.such", ident="1", **_at(line, case))).status_code == 409
    assert (await first.post("/send", ref="what.threatened", ident="2", **_at(line, case))).status_code == 200
    await until(lambda: voice.told)
    assert "آپ تنہا نہیں ہیں" in voice.told[0]


async def test_blocking(stage: Stage, first: Helper, line: Line) -> None:
    """Somebody abusive is told, and cannot ask again for an hour."""
    address, voice, case = await stage.person()
    await first.post("/take", **_at(line, case))
    await first.post("/end", why="block", **_at(line, case))
    assert "cannot ask again" in (await line.wait("gone"))["html"]
    await until(lambda: voice.shown[-1].over is Over.BLOCKED)
    assert (await stage.exchange.ask(address, voice, Brief())).over is Over.BLOCKED


async def test_passing_on(stage: Stage, first: Helper, line: Line) -> None:
    """A colleague asked for by name sees them first and alone; nothing of the talk is left with who passed them on."""
    address, voice, case = await stage.person()
    asha, hers = await _seated(stage, "asha")
    bob, his = await _seated(stage, "bob")
    await first.post("/take", **_at(line, case))
    await stage.exchange.say(address, "1", Private(WORDS))
    await line.wait("words")
    assert (await first.post("/pass", to="nobody", **_at(line, case))).status_code == 409
    assert (await first.post("/pass", to="asha", **_at(line, case))).status_code == 204
    assert "passed on" in (await line.wait("gone"))["html"]
    assert "asked for you" in (await hers.wait("queue", "asked for you"))["html"]
    assert (await bob.post("/take", **_at(his, case))).status_code == 409
    assert (await asha.post("/take", **_at(hers, case))).status_code == 204
    await hers.wait("case", case)
    assert hers.find("words") == []
    assert voice.shown[-1].talks


async def test_a_second_opinion(stage: Stage, first: Helper, line: Line) -> None:
    """Who reads along sees both sides from then on, the person is told first, and cannot be written to."""
    address, voice, case = await stage.person()
    asha, hers = await _seated(stage, "asha")
    await first.post("/take", **_at(line, case))
    assert (await asha.post("/read", along="yes", **_at(hers, case))).status_code == 204
    shown = await hers.wait("case", case)
    assert "<textarea" not in shown["html"]
    assert "first talks with this person" in shown["html"]
    assert voice.shown[-1].readers == 1
    assert "asha reads along" in (await line.wait("facts", "asha"))["html"]
    await stage.exchange.say(address, "1", Private("from the person"))
    await hers.wait("words", "from the person")
    await first.post("/tell", words="from the helper", ident="1", **_at(line, case))
    await hers.wait("words", "from the helper")
    assert (await asha.post("/tell", words="x", ident="1", **_at(hers, case))).status_code == 409
    await asha.post("/read", along="no", **_at(hers, case))
    await hers.wait("gone", case)
    await until(lambda: voice.shown[-1].readers == 0)


async def test_capacity_and_hours_are_shown(stage: Stage, first: Helper, line: Line) -> None:
    """The switch is for the whole desk, and every page shows how it stands."""
    _, hers = await _seated(stage, "asha")
    await hers.wait("queue")
    await first.post("/room", room="no")
    assert 'aria-checked="false"' in (await hers.wait("queue", "says that it is full"))["html"]
    assert not stage.exchange.back.room


async def test_ones_own_languages_come_first(stage: Stage, first: Helper, line: Line) -> None:
    """The urgent stand first, then those whose language one writes, then who has waited longest."""
    cases = {}
    for number, (locale, urgent) in enumerate([("en", False), ("ur", False), ("es", False), ("hi", True)]):
        stage.time.passed = number
        cases[locale] = (await stage.person(Brief(locale, {}, urgent=urgent)))[2]
    await line.wait("queue", cases["hi"])
    await first.post("/self", **{"speaks.es": "yes", "tab": _at(line)["tab"]})
    await until(lambda: _order(line, cases) == ["hi", "es", "en", "ur"])


def _order(line: Line, cases: dict[str, str]) -> list[str]:
    html = line.find("queue")[-1]["html"]
    return sorted(cases, key=lambda locale: html.find(f'id="take-{cases[locale]}"'))


async def test_a_broken_line_loses_nothing(stage: Stage, first: Helper, line: Line) -> None:
    """What was written on a dead line, or said meanwhile, comes again when the page is back within seconds, once each."""
    address, voice, case = await stage.person()
    await first.post("/take", **_at(line, case))
    await line.wait("case")
    await stage.exchange.say(address, "1", Private("first words"))
    await line.wait("words")
    seen = line.last
    await stage.exchange.say(address, "2", Private("lost words"))
    await line.wait("words", "lost words")
    await line.close()
    await stage.exchange.say(address, "3", Private("late words"))
    stage.time.passed += AGAIN / 4
    again = Line(stage, line.tab).open(after=seen)
    await again.wait("words", "late words")
    assert len(again.find("words", "lost words")) == 1
    assert again.find("words", "first words") == []
    assert again.find("case") == []
    assert voice.shown[-1].talks


async def test_a_page_that_is_loaded_again_says_what_is_missing(stage: Stage, first: Helper, line: Line) -> None:
    """Its talks are there, their words are not, and the page says so; what waited for it comes."""
    address, _, case = await stage.person()
    await first.post("/take", **_at(line, case))
    assert "not shown again" not in (await line.wait("case"))["html"]
    await stage.exchange.say(address, "1", Private("before"))
    await line.wait("words")
    seat = line.tab.seat
    await line.close()
    await stage.exchange.say(address, "2", Private("meanwhile"))
    again = Line.of(stage).open()
    assert again.tab.seat is seat
    assert "not shown again" in (await again.wait("case"))["html"]
    await again.wait("words", "meanwhile")
    assert again.find("words", "before") == []


async def test_a_seat_outlives_its_line_for_seconds(stage: Stage, first: Helper, line: Line) -> None:
    """Then the helper is gone, and the talk breaks off."""
    await line.close()
    stage.time.passed += AGAIN - 1
    await stage.desk.floor.tick()
    assert stage.exchange.back.agents == {"first"}
    stage.time.passed += 2
    await stage.desk.floor.tick()
    assert stage.exchange.back.agents == set()


async def test_two_pages_of_one_helper(stage: Stage, first: Helper, line: Line) -> None:
    """Both show the talk and what the person says; when it ends it leaves both."""
    other = Line.of(stage).open()
    await other.wait("queue")
    assert other.tab.seat is not line.tab.seat
    address, _, case = await stage.person()
    await first.post("/take", **_at(line, case))
    await asyncio.gather(line.wait("case"), other.wait("case"))
    await stage.exchange.say(address, "1", Private(WORDS))
    await asyncio.gather(line.wait("words"), other.wait("words"))
    await stage.exchange.stop(address)
    await asyncio.gather(line.wait("gone", "ended the talk"), other.wait("gone", "ended the talk"))


async def test_signing_out_with_open_talks(stage: Stage, first: Helper, line: Line) -> None:
    """One is asked first; then they wait again for whoever is free, and the page is told to go."""
    _, voice, case = await stage.person()
    _, hers = await _seated(stage, "asha")
    await first.post("/take", **_at(line, case))
    await line.wait("case")
    asked = await first.post("/sign-out")
    assert "You still talk with people" in asked.text
    assert list(stage.desk.floor.logins)[0].name == "first"  # noqa: RUF015 - they are still signed in
    assert (await first.post("/sign-out", sure="yes")).status_code == 303
    await line.wait("end")
    await until(lambda: not voice.shown[-1].talks and voice.shown[-1].over is None)
    await hers.wait("queue", f"take-{case}")
    shifts = [(shift.name, bool(shift.end), shift.chats) for shift in stage.desk.floor.shifts.last()]
    assert shifts == [("asha", False, 0), ("first", True, 1)]


async def test_a_helper_who_does_nothing_is_warned(
    stage: Stage, first: Helper, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two minutes before, the page is told; then the page ends and the talks wait again."""
    monkeypatch.setattr("bot.desks.web_desk.floor.QUIET", 0.01)
    await first.post("/here")
    await line.close()
    line = Line(stage, line.tab).open()
    await line.wait("quiet")
    stage.time.passed += 1800 - 119
    await line.wait("idle")
    stage.time.passed += 120
    await line.wait("end")


async def test_a_slow_page_does_not_swallow_words(stage: Stage, first: Helper, line: Line) -> None:
    """While a page takes nothing, words do not count as arrived: the person is told, nothing is lost in silence."""
    address, _, case = await stage.person()
    await first.post("/take", **_at(line, case))
    await line.wait("case")
    await line.close()
    await stage.exchange.say(address, "1", Private(WORDS))
    own = stage.exchange.front.of(address)
    assert own
    assert own.pending
    again = Line(stage, line.tab).open(after=line.last)
    await again.wait("words")
    await until(lambda: not own.pending)


async def test_the_stream_ends_when_the_browser_hangs_up(stage: Stage, first: Helper) -> None:
    """The answer is never cached or buffered, and hanging up frees the seat for the next line."""
    login = next(iter(stage.desk.floor.logins))
    tab = stage.desk.floor.sit(login, "0" * 32)
    hang_up, sent = asyncio.Event(), []

    async def receive() -> dict[str, str]:
        await hang_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    answer = asyncio.create_task(Stream(lambda: stage.desk.floor.listen(tab, None))({}, receive, send))
    await until(lambda: "event: queue" in str(sent))
    listened = [tab.left]
    hang_up.set()
    await answer
    listened.append(tab.left)
    assert [left is None for left in listened] == [True, False]
    assert "text/event-stream" in str(sent[0])


async def test_leads_end_a_shift_by_removing(stage: Stage, first: Helper) -> None:
    """Whoever is removed while they talk: the person waits again, for whoever is free."""
    _, voice, case = await stage.person()
    asha, hers = await _seated(stage, "asha")
    await asha.post("/take", **_at(hers, case))
    await hers.wait("case")
    await first.get("/people")
    await first.post("/people/remove", name="asha")
    await hers.wait("end")
    await until(lambda: not voice.shown[-1].talks)
    assert stage.desk.floor.accounts.agent("asha") is None


async def test_a_server_that_stops_ends_every_line(stage: Stage, first: Helper, line: Line) -> None:
    """So it need not wait for pages; they are not told that the login ended, and try again by themselves."""
    await line.wait("queue")
    stage.desk.hush()
    assert line.task
    async with asyncio.timeout(5):
        await line.task
    assert line.find("end") == []
