"""The screens around a talk with a helper are measured as all others are: what does not fit is told to the editor."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.channels.limits import CONSOLE, TELEGRAM, WEB, WHATSAPP, Limits
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.book import Contacts, Note, Person
from bot.proof.findings import Case
from bot.proof.fit import Fit
from bot.proof.handoff_fit import Handoff
from bot.proof.states import States
from bot.proof.views import View, Views
from bot.talk.codes import page_code
from bot.talk.handoff.counter import ASK, LOOK
from bot.talk.seal import LENGTH

DAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


def case(library: Library, states: States) -> Case:
    """Give what is measured."""
    return Case(library, states, Views(library, states, DAY), DAY)


def desk(found: Case, locale: str = "en") -> View:
    """Find the step at which a helper can be asked, where the laws of India stand on it."""
    return next(view for view in found.views.of(locale) if isinstance(view.step, Person) and view.facts.get("country") == "IN")


def spoken(library: Library, phrase: Phrase, words: str) -> Library:
    """Let a phrase say something else, in English."""
    text = library.phrases[phrase]
    return replace(library, phrases={**library.phrases, phrase: replace(text, english=words)})


def told(library: Library, states: States, locale: str = "en") -> list[str]:
    """List what is told of the step at which a helper can be asked, and of all that stands beside the steps."""
    found = case(library, states)
    measured = Fit(found)
    return [problem.say for problem in (*measured.screen(desk(found, locale)), *measured.beside(locale))]


@pytest.mark.parametrize("locale", ["en", "hi", "hi-Latn", "ur", "es"])
def test_the_real_guide_fits(library: Library, states: States, locale: str) -> None:
    """In every language, on every channel."""
    assert told(library, states, locale) == []


@pytest.mark.parametrize("shape", [WEB, TELEGRAM, WHATSAPP], ids=["web", "telegram", "whatsapp"])
def test_all_of_them_are_drawn(library: Library, states: States, shape: Limits) -> None:
    """The question on its last page, the queue and the talk are among what is measured, page by page."""
    found = case(library, states)
    pages = list(Handoff(found).pages(desk(found), shape.frame))
    firsts = {page.offers[0].data[LENGTH:] for page in pages if page.offers}
    assert {ASK + "a", LOOK} <= firsts
    assert (page_code(1) in firsts) is (shape is WHATSAPP)


def test_where_none_is_drawn(library: Library, states: States) -> None:
    """A channel without helpers, and a step that does not lead there, have none."""
    found = case(library, states)
    assert list(Handoff(found).pages(desk(found), CONSOLE.frame)) == []
    assert list(Handoff(found).notices("en", CONSOLE)) == []
    other = next(view for view in found.views.of("en") if view.step.ref == "start.who")
    assert list(Handoff(found).pages(other, TELEGRAM.frame)) == []


@pytest.mark.parametrize(
    ("phrase", "words", "say"),
    [
        (Phrase.HANDOFF_ASK, "Yes, I would like to ask for a helper in this chat", "button"),
        (Phrase.HANDOFF_NO, "No, not now, and perhaps never", "button"),
        (Phrase.HANDOFF_WITHOUT, "Please leave out this line: {part}", "button"),
        (Phrase.BRIEF_SITUATION, "What has happened to me", "button"),
        (Phrase.HANDOFF_STOP, "Stop talking with the helper now", "button"),
        (Phrase.HANDOFF_UNSEEN, "They see nothing. " * 80, "the text"),
        (Phrase.HANDOFF_WAITING, "We have asked. " * 90 + "{place} {minutes}", "the text"),
        (Phrase.HANDOFF_READER, "A second helper reads along. " * 50, "the text"),
        (Phrase.HINT_TEXT_ONLY, "Only words can go to a helper. " * 50, "the text"),
    ],
)
def test_what_is_too_long_is_told(library: Library, states: States, phrase: Phrase, words: str, say: str) -> None:
    """A label that a list cannot hold, or a text that no page holds, is a mistake, and is told at the step."""
    found = told(spoken(library, phrase, words), states)
    assert any(one.startswith('"person.desk" does not fit whatsapp in en: ') and say in one for one in found), found


@pytest.mark.parametrize("phrase", [Phrase.HANDOFF_TALKING, Phrase.HANDOFF_BROKEN, Phrase.HANDOFF_NOBODY])
def test_a_line_above_any_screen(library: Library, states: States, phrase: Phrase) -> None:
    """What can stand above every screen has only the room that pages keep for it."""
    found = told(spoken(library, phrase, "It is a long story. " * 20), states)
    assert f'The phrase "{phrase.value}" does not fit whatsapp in en: above a screen it has 400 UTF-16 units' in "\n".join(
        found
    )


def test_limits_that_no_page_holds(library: Library, states: States) -> None:
    """A step whose words alone are longer than a message is told."""
    step = library.book.steps["person.desk"]
    assert isinstance(step, Person)
    long = replace(step, text=replace(step.text, english="There are limits. " * 80))
    book = replace(library.book, steps={**library.book.steps, "person.desk": long})
    found = told(replace(library, book=book), states)
    assert any('"person.desk" does not fit whatsapp in en: the text' in one for one in found)
    assert [kind for kind in step.show if isinstance(kind, Note | Contacts)] == list(step.show)
