"""What a person sees of a handoff, screen by screen, in every language and on every channel."""

from dataclasses import replace
from itertools import product

import pytest

from bot.channels.limits import TELEGRAM, WEB, WHATSAPP
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.session import Session
from bot.talk.codes import page_code
from bot.talk.handoff.brief import Brief, Part, brief, letter
from bot.talk.handoff.counter import ASK, CONSENT, LOOK, STOP, Access, Counter, Rules, Sight, read, under
from bot.talk.handoff.front import Over, State
from bot.talk.plain import text_of
from bot.talk.ports import Frame, Offer, Points, Screen
from bot.talk.screen import Drawer
from bot.talk.seal import LENGTH
from tests.conftest import NOON

TOKEN = "A" * LENGTH
KNOWN = {"country": "IN", "who": "me", "what": "account", "minor": "yes", "platform": "instagram", "safe": "no"}
FRAMES = [WEB.frame, TELEGRAM.frame, WHATSAPP.frame]


@pytest.fixture(scope="module")
def drawer(library: Library) -> Drawer:
    """Draw."""
    return Drawer(library)


@pytest.fixture(scope="module")
def counter(library: Library, drawer: Drawer) -> Counter:
    """Build it, for helpers who may answer from Telegram."""
    return Counter(library, drawer, Rules(90.0, telegram=True))


def sight(facts: dict[str, str] | None = None, at: str = "person.desk", locale: str = "en", frame: Frame = WEB.frame) -> Sight:
    """Stand somewhere."""
    return Sight(Session(at, locale, KNOWN if facts is None else facts), TOKEN, frame, NOON)


def text(screen: Screen) -> str:
    """Give all that is read."""
    return text_of(screen.blocks, screen.notice, screen.footnote)


def lines(screen: Screen) -> tuple[str, ...]:
    """Give what a helper would see."""
    return next((block.items for block in reversed(screen.blocks) if isinstance(block, Points)), ())


def codes(screen: Screen) -> list[str]:
    """Give what the buttons do."""
    return [offer.data[LENGTH:] for offer in screen.offers]


def test_consent_says_each_fact_as_the_person_chose_it(counter: Counter) -> None:
    """Each line is named and has the words of the button that was tapped, in the person's own story."""
    assert lines(counter.consent(sight())) == (
        "Language: English", "Country: India",
        "What happened: It is about me, My account was taken, For under-18s and those who care for them",
        "Where: Instagram", "Urgent: Yes",
    )  # fmt: skip
    other = counter.consent(sight({**KNOWN, "who": "beside", "minor": "no", "safe": "yes", "what": "account"}))
    assert lines(other)[2:] == (
        "What happened: I am helping someone, Their account was taken", "Where: Instagram", "Urgent: No",
    )  # fmt: skip


def test_what_is_not_known_has_no_line_and_no_button(counter: Counter) -> None:
    """Of somebody who told nothing a helper would see the language and that it does not press."""
    screen = counter.consent(sight({}))
    assert lines(screen) == ("Language: English", "Urgent: No")
    assert codes(screen) == [
        ASK + "a",
        CONSENT + letter(frozenset({Part.LANGUAGE})),
        CONSENT + letter(frozenset({Part.URGENCY})),
        "00",
    ]


def test_what_the_lines_say_is_what_is_sent(counter: Counter, drawer: Drawer, library: Library) -> None:
    """For all that can be known: a fact of the brief stands in a line, and what has no line is not in the brief."""
    speech = drawer.speech("en")
    facts = library.book.facts
    for who, what, minor, platform in product(facts["who"], facts["what"], (*facts["minor"], ""), (*facts["platform"][:2], "")):
        known = {
            name: value for name, value in {"who": who, "what": what, "minor": minor, "platform": platform}.items() if value
        }
        shown = brief(Session("person.desk", "en", known))
        said = dict(counter.said(speech, shown))
        assert (Part.PLACE in said) is ("platform" in shown.facts)
        assert said[Part.SITUATION].count(", ") >= len(shown.facts.keys() & {"who", "what", "minor"}) - 1
        assert not said[Part.SITUATION].endswith(", ")
    assert counter.said(speech, Brief()) == []


@pytest.mark.parametrize("part", Part)
def test_each_line_can_be_left_out(counter: Counter, part: Part) -> None:
    """One button for each line takes it out, and puts it back; the question carries what is left out."""
    whole, without = counter.consent(sight()), counter.consent(sight(), frozenset({part}))
    assert len(lines(without)) == len(lines(whole)) - 1
    assert codes(without)[0] == ASK + letter(frozenset({part}))
    back = without.offers[1 + list(Part).index(part)]
    assert back.label.startswith("With: ")
    assert read(back.data[LENGTH:]) == (CONSENT, frozenset())


def test_nothing_left_to_show(counter: Counter) -> None:
    """With all left out there are no lines, and one can still ask."""
    screen = counter.consent(sight(), frozenset(Part))
    assert "Language: " not in text(screen)
    assert codes(screen)[0] == ASK + letter(frozenset(Part))


@pytest.mark.parametrize("locale", ["en", "hi", "hi-Latn", "ur", "es"])
@pytest.mark.parametrize("frame", FRAMES, ids=["web", "telegram", "whatsapp"])
def test_the_limits_are_read_before_one_can_ask(counter: Counter, drawer: Drawer, locale: str, frame: Frame) -> None:
    """On however many pages: the limits and the lines come before, or with, the page on which one can say yes (R26)."""
    seen, pages = "", 0
    while True:
        screen = counter.consent(
            replace(sight(locale=locale, frame=frame), session=Session("person.desk", locale, KNOWN, pages))
        )
        seen += text(screen)
        if ASK + "a" in codes(screen):
            break
        assert codes(screen)[0] == page_code(pages + 1)
        pages += 1
    speech = drawer.speech(locale)
    assert "POCSO" in seen
    for phrase in (Phrase.HANDOFF_LINES, Phrase.HANDOFF_UNSEEN, Phrase.HANDOFF_KEEPS, Phrase.HANDOFF_KEEPS_TELEGRAM):
        assert speech.phrase(phrase) in seen
    assert screen.keep is None


def test_only_a_desk_on_telegram_keeps_there(library: Library, drawer: Drawer) -> None:
    """That Telegram keeps the talk for a while is said only where helpers may answer from Telegram."""
    plain = Counter(library, drawer, Rules())
    said = drawer.speech("en").phrase(Phrase.HANDOFF_KEEPS_TELEGRAM)
    assert said not in text(plain.consent(sight()))


@pytest.mark.parametrize("access", Access)
def test_a_step_that_leads_there(counter: Counter, drawer: Drawer, access: Access) -> None:
    """It says whether a helper is there; only if one is, there is a button. Its number is the same either way."""
    screen = counter.draw(sight(at="person.first"), access)
    assert screen is not None
    assert text(screen).startswith(drawer.speech("en").phrase(Phrase(access.value)))
    assert [offer.number for offer in screen.offers] == ([1, 2] if access is Access.OPEN else [1])


def test_any_other_step_is_not_ours(counter: Counter) -> None:
    """The guide draws it."""
    assert all(counter.draw(sight(at="start.who"), access) is None for access in Access)


@pytest.mark.parametrize("access", [Access.NONE, Access.CLOSED])
def test_nobody_to_ask(counter: Counter, drawer: Drawer, access: Access) -> None:
    """Where one would ask and nobody is there, the contacts stand, and no question."""
    screen = counter.draw(sight(), access)
    assert screen is not None
    assert screen.notice == drawer.speech("en").phrase(Phrase(access.value))
    assert "14416" in text(screen)
    assert not {code[0] for code in codes(screen)} & {ASK, CONSENT}


@pytest.mark.parametrize(("seconds", "minutes"), [(20.0, "1"), (90.0, "2"), (120.0, "2"), (3600.0, "60")])
def test_waiting(library: Library, drawer: Drawer, seconds: float, minutes: str) -> None:
    """The place and the longest wait are said; there is no page to keep, and it is never held back."""
    screen = Counter(library, drawer, Rules(seconds)).stand(sight(), State(3))
    assert text(screen) == drawer.speech("en").phrase(Phrase.HANDOFF_WAITING, place="3", minutes=minutes)
    assert (codes(screen), screen.urgent, screen.keep, screen.footnote) == ([LOOK, STOP], True, None, None)
    assert len(screen.controls) == 6


def test_talking(counter: Counter, drawer: Drawer) -> None:
    """Who reads along is said, and that words did not arrive."""
    speech = drawer.speech("en")
    assert text(counter.stand(sight(), State(0))) == speech.phrase(Phrase.HANDOFF_TALKING)
    screen = counter.stand(sight(), State(0, readers=2, unheard=True))
    assert screen.notice == speech.phrase(Phrase.HANDOFF_UNHEARD)
    assert text(screen).endswith(speech.phrase(Phrase.HANDOFF_READER))


@pytest.mark.parametrize("why", Over)
def test_over(counter: Counter, drawer: Drawer, why: Over) -> None:
    """Why it is over stands above all else; that a helper is here is not said just then."""
    first = counter.draw(sight(at="person.first"), Access.OPEN)
    assert first is not None
    screen = counter.over(replace(first, notice="Before."), why)
    assert screen.notice == drawer.speech("en").phrase(Phrase(why.value)) + "\n\nBefore."
    assert drawer.speech("en").phrase(Phrase.HANDOFF_OPEN) not in text(screen)
    assert screen.offers == first.offers


def test_codes() -> None:
    """What is no button of a handoff is none."""
    assert read(LOOK) == (LOOK, frozenset())
    assert read(ASK + "z") == (ASK, frozenset(part for place, part in enumerate(Part) if 25 >> place & 1))
    assert [read(code) for code in ("", "00", "h", "h1", "haa", "lv", "ya ")] == [None] * 7


def test_what_stands_above_typed_words(counter: Counter) -> None:
    """A screen of a handoff is known by its first button; any other by nothing."""
    assert under(counter.stand(sight(), State(1))) == LOOK
    assert under(counter.consent(sight(), frozenset({Part.LANGUAGE}))) == ASK + "b"
    first = counter.draw(sight(at="person.first"), Access.OPEN)
    assert first is not None
    assert under(first) == under(replace(first, offers=())) == ""
    assert under(replace(first, offers=(Offer("", "", ""),))) == ""
