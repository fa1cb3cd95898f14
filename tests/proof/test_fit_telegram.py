"""What Telegram is really sent is what the proof has measured: letters, keyboards, cards, profile."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.channels.limits import TELEGRAM
from bot.channels.telegram.letter import card_letter, screen_letter
from bot.channels.telegram.profile import MENU
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.proof.fit import LINK
from bot.proof.states import States
from bot.proof.views import TOKEN, Views
from bot.talk.plain import text_of
from bot.talk.ports import Screen, Unit
from bot.talk.seal import LENGTH

ENTITIES, ACROSS = 100, 8  # in a message, in a row (LIMITS.md)
DAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def views(library: Library, states: States) -> Views:
    """Draw the real guide."""
    return Views(library, states, DAY)


def pages(views: Views, locale: str) -> Iterator[Screen]:
    """Draw the pages of every step once, as Telegram gets them."""
    drawn = {view.step.ref: view for view in views.of(locale)}
    return (page for view in drawn.values() for page in views.pages(view, TELEGRAM.frame))


def test_every_letter_fits(library: Library, views: Views) -> None:
    """The text is the measured one, and keyboards, labels, callbacks and headings are within Telegram's limits."""
    for page in (page for locale in library.languages for page in pages(views, locale)):
        letter = screen_letter(page)
        assert letter.keyboard is not None
        assert letter.text == text_of(page.blocks, page.notice, page.footnote)
        assert Unit.UTF16.measure(letter.text) <= 4096
        assert len(letter.entities) <= ENTITIES
        rows = letter.keyboard.inline_keyboard
        assert max(map(len, rows)) <= ACROSS
        assert sum(map(len, rows)) <= (TELEGRAM.buttons or 0)
        for row in rows:
            most = (TELEGRAM.seen if len(row) == 1 else TELEGRAM.half) or 0
            assert all(Unit.GRAPHEMES.measure(button.text) <= most for button in row), [button.text for button in row]
            assert all(len((button.callback_data or "").encode()) <= 64 for button in row)


def test_every_card_fits(library: Library, views: Views) -> None:
    """A kept page with the longest link is no longer than what the proof measured."""
    for locale in library.languages:
        last = views.drawer.speech(locale).phrase(Phrase.PLAN_LINK, link=LINK)
        for page in pages(views, locale):
            assert Unit.UTF16.measure(card_letter(page, last).text) <= 4096


def test_labels_are_shown_as_they_are_measured(views: Views) -> None:
    """The number in front of a label counts."""
    page = next(page for page in pages(views, "en") if page.offers and page.offers[0].number)
    assert page.offers[0].shown == f"{page.offers[0].number}. {page.offers[0].label}"


def test_the_profile_is_measured() -> None:
    """Each phrase of the profile has a limit; the commands' names are short, plain and few."""
    assert {phrase for _, phrase in MENU} | {Phrase.TITLE, Phrase.BOT_SHORT, Phrase.BOT_ABOUT} <= TELEGRAM.phrases.keys()
    assert all(name.isascii() and name.islower() and len(name) <= 32 for name, _ in MENU)
    assert len(MENU) <= 100


def test_the_proof_seals_as_long_a_token() -> None:
    """The token in the proof's buttons is as long as a real one, and a shared link's start is at most 64 characters."""
    assert len(TOKEN) == LENGTH
    assert len(LINK.partition("start=")[2]) <= 64
