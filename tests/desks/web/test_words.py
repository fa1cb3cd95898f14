"""The desk speaks the helper's language: every page, every sentence, in the direction of its writing."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from starlette.requests import Request

from bot.content.desk_phrases import DeskPhrase
from bot.content.library import Library
from bot.core.private import Private
from bot.desks.web_desk import Role
from bot.desks.web_desk.asked import tongues
from bot.desks.web_desk.words import JOURNEYS, Tongues
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Over
from tests.conftest import ROOT

from .stage import Helper, Line, Stage

DESK: Final = ROOT / "bot" / "desks" / "web_desk"
TAGS: Final = ("en", "hi", "hi-Latn", "ur", "es")
OTHERS: Final = TAGS[1:]
SPOKEN: Final = re.compile(r'\bw\.(\w+)|\bw\["(\w+)"\]')
NAMED: Final = re.compile(r"\bDeskPhrase\.([A-Z_]+)\b")
WHO: Final = ("you", "them", "colleague")


def _templates() -> str:
    return "".join(path.read_text("utf-8") for path in sorted((DESK / "templates").glob("*.html")))


def _used() -> Iterator[str]:
    """List every key that a template or a module says, and those that are put together from what may happen."""
    for found in SPOKEN.finditer(_templates()):
        yield found[1] or found[2]
    for path in DESK.glob("*.py"):
        yield from map(str.lower, NAMED.findall(path.read_text("utf-8")))
    yield from WHO
    yield from (f"role_{role.value}" for role in Role)
    yield from ("gone_passed", *(f"gone_{over.name.lower()}" for over in Over))
    yield from JOURNEYS.values()


def test_every_sentence_is_said_and_every_said_one_exists() -> None:
    """No key is used that the file does not have, and none stands there that the desk never says."""
    assert set(_used()) == set(DeskPhrase)


def test_what_templates_fill_in_is_what_the_sentences_hold(library: Library) -> None:
    """Each sentence with a {placeholder} is given that one wherever a template says it; the page's script fills in two."""
    scripts = {"minutes", "news_words"}
    filled = dict(re.findall(r"\bw\.(\w+)\.format\((\w+)=", _templates()))
    for found in SPOKEN.finditer(_templates()):
        phrase = DeskPhrase(found[1] or found[2])
        held = re.findall(r"\{(\w+)\}", library.desk[phrase].english)
        assert held == ([filled[phrase]] if phrase in filled else held if phrase in scripts else []), phrase


@pytest.mark.parametrize("tag", OTHERS)
def test_nothing_is_left_in_english(library: Library, tag: str) -> None:
    """Every sentence is translated, and says something else than the English one, but for the words that are the same."""
    same = {phrase for phrase, text in library.desk.items() if library.catalogs.say(text, tag) == text.english}
    assert all(library.catalogs.has(text, tag) for text in library.desk.values())
    alike = {"hi-Latn": 16, "es": 1}  # "Password", "Code", "Person 12"; "12 min"
    assert len(same) <= alike.get(tag, 0), same


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("ur-PK,ur;q=0.9,en;q=0.8", "ur"),
        ("en;q=0.5, es-MX", "es"),
        ("hi-latn-IN", "hi-Latn"),
        ("HI", "hi"),
        ("fr, de;q=0.9, es;q=0.1", "es"),
        ("fr", "en"),
        ("ur;q=0, hi;q=0.1", "hi"),
        ("*", "en"),
        ("ur;q=x, hi", "hi"),
        (",".join(["xx"] * 10 + ["ur"]), "en"),
        ("-,;;q=,\x00", "en"),
    ],
)
def test_the_browser_says_which_language(library: Library, header: str, tag: str) -> None:
    """The most wanted language that the guide has, whatever its region; English if there is none or the header is odd."""
    scope = {"type": "http", "headers": [(b"accept-language", header.encode())] if header else []}
    assert Tongues(library).best(tongues(Request(scope))).tag == tag


def _speaks(html: str, library: Library, tag: str) -> bool:
    direction = "rtl" if library.languages[tag].rtl else "ltr"
    return f'<html lang="{tag}" dir="{direction}"' in html


async def _joined(stage: Stage, tag: str) -> Helper:
    helper = stage.helper()
    helper.client.headers["accept-language"] = tag
    await helper.join("lena", Role.LEAD)
    await helper.begin()
    return helper


@pytest.mark.parametrize("tag", TAGS)
async def test_every_page_in_every_language(kept: Stage, library: Library, tag: str) -> None:
    """From the invitation to signing out, each page is whole and in the language that the browser asked for."""
    stranger = kept.helper()
    stranger.client.headers["accept-language"] = tag
    words = Tongues(library).of(tag)
    wrong = await stranger.sign_in("nobody", code="000000")
    assert words.say(DeskPhrase.WRONG) in wrong.text
    pages = [await stranger.get("/sign-in"), wrong, await stranger.get("/welcome/used"), await stranger.get("/no/such/page")]
    helper = await _joined(kept, tag)
    helper.client.headers["accept-language"] = "en"
    pages += [await helper.get("/"), await helper.get("/people"), await helper.post("/people/invite", name="bob")]
    assert words.say(DeskPhrase.INVITE_LINK, name="bob") in pages[-1].text
    for name, why in (("a b", DeskPhrase.NAME_WRONG), ("LENA", DeskPhrase.NAME_TAKEN)):
        pages.append(await helper.post("/people/invite", name=name))
        assert words.say(why, name=name).replace('"', "&#34;") in pages[-1].text
    pages.append(await helper.post("/people/remove", name="lena"))
    for page in pages:
        assert _speaks(page.text, library, tag)
        assert not re.search(r"\{\w+\}", re.sub(r"<body[^>]*>", "", page.text))
    assert (await helper.post("/take")).text == words.say(DeskPhrase.LOST_SEAT)


@pytest.mark.parametrize("tag", TAGS)
async def test_every_piece_in_every_language(kept: Stage, library: Library, tag: str) -> None:
    """The queue, a talk, its cards, what is said and how it ends come in the helper's language and direction."""
    helper, words = await _joined(kept, tag), Tongues(library).of(tag)
    line = Line.of(kept).open()
    address, _, case = await kept.person(Brief(None, {"who": "me", "what": "threatened"}, urgent=True))
    queue = await line.wait("queue", case)
    number = next(seen.number for seen in kept.exchange.back.listed("lena"))
    assert queue["say"] == words.say(DeskPhrase.NEWS_URGENT, count=1)
    for said in (words.say(DeskPhrase.TAKE, number=number), words.say(DeskPhrase.LANGUAGE_UNKNOWN)):
        assert said in queue["html"]
    at = {"tab": next(name for name, tab in kept.desk.floor._tabs.items() if tab is line.tab), "case": case}  # noqa: SLF001
    await helper.post("/take", **at)
    talk = (await line.wait("case", case))["html"]
    assert f'lang="{tag}" dir="{words.direction}"' in talk
    assert words.say(DeskPhrase.SAY, number=number) in talk
    await kept.exchange.say(address, "1", Private("words"))
    assert words.say(DeskPhrase.THEM) in (await line.wait("words"))["html"]
    shelf = (await helper.post("/cards", **at)).text
    assert words.say(DeskPhrase.JOURNEY_DANGER) in shelf
    assert words.say(DeskPhrase.CARD_THEIRS) in (await helper.post("/card", ref="what.threatened", **at)).text
    signing = await helper.post("/sign-out")
    assert words.say(DeskPhrase.PERSON, number=number) in signing.text
    assert _speaks(signing.text, library, tag)
    await helper.post("/end", why="end", **at)
    assert words.say(DeskPhrase.GONE_ENDED, number=number) in (await line.wait("gone"))["html"]
    await line.close()


async def test_a_helper_chooses_another_language(kept: Stage, library: Library) -> None:
    """Lists change at once, the page when it is loaded again, whatever the browser asks for; no such language, no change."""
    helper = await _joined(kept, "en")
    line = Line.of(kept).open()
    await line.wait("queue", "Nobody is waiting.")
    await helper.post("/self", reads="ur")
    await line.wait("queue", Tongues(library).of("ur").say(DeskPhrase.NOBODY_WAITS))
    assert _speaks((await helper.get("/")).text, library, "ur")
    assert '<option value="ur" lang="ur" selected>' in (await helper.get("/")).text
    await helper.post("/self", reads="xx")
    assert _speaks((await helper.get("/")).text, library, "ur")
    await line.close()


async def test_who_is_signed_out_is_told_in_the_browsers_language(kept: Stage, library: Library) -> None:
    """A page whose login has ended says so in the language that its browser asks for."""
    stranger = kept.helper()
    stranger.client.headers["accept-language"] = "es"
    answer = await stranger.client.post("/desk/here", headers={"x-desk-stamp": "0" * 64})
    assert (answer.status_code, answer.text) == (401, Tongues(library).of("es").say(DeskPhrase.SIGNED_OUT))
