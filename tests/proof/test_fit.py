"""Whatever does not fit a channel is found: each limit, held by a guide that is too large for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import ALL, TELEGRAM, WHATSAPP, Limits
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.book import Ask, Text, Way
from bot.proof import fit
from bot.proof.findings import Case
from bot.proof.fit import Fit
from bot.proof.states import States
from bot.proof.views import View, Views
from bot.talk.ports import Unit

DAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def case(library: Library, states: States) -> Case:
    """Look at the real guide."""
    return Case(library, states, Views(library, states, DAY), DAY)


@pytest.fixture(scope="module")
def views(case: Case) -> tuple[View, ...]:
    """Draw two journeys in Hindi."""
    return tuple(view for view in case.views.of("hi") if view.step.ref.startswith(("start.", "danger.")))


def found(case: Case, views: tuple[View, ...], limits: Limits, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hold these screens, and all that is sent beside, against one channel."""
    monkeypatch.setattr(fit, "ALL", (limits,))
    held = Fit(case)
    return [*(it.say for view in views for it in held.screen(view)), *(it.say for it in held.beside("hi"))]


@pytest.mark.parametrize("limits", ALL, ids=lambda limits: limits.channel)
def test_the_real_guide_fits(case: Case, views: tuple[View, ...], limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the channels are, nothing is too long."""
    assert found(case, views, limits, monkeypatch) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": 40}, "the text has"),
        ({"text": 900}, "kept as a card it has"),
        ({"buttons": 7}, "buttons, 7 is the most"),
        ({"seen": 9}, "letters and signs, 9 is the most"),
        ({"half": 9}, 'The phrase "danger" does not fit telegram'),
        ({"data": 63}, "a button carries 64 bytes"),
        ({"label": 9}, "characters, 9 is the most"),
        ({"phrases": {Phrase.BOT_ABOUT: 100}}, 'The phrase "bot_about" does not fit telegram in hi: it has'),
        ({"phrases": {Phrase.TROUBLE: 60}}, 'The phrase "trouble"'),
    ],
)
def test_a_telegram_that_holds_less_is_too_small(
    change: dict[str, Any], said: str, case: Case, views: tuple[View, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every one of Telegram's limits is held: with a smaller number, something is found."""
    assert any(said in say for say in found(case, views, replace(TELEGRAM, **change), monkeypatch))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"buttons": 2, "rows": 2}, "it can neither be buttons nor a list"),
        ({"title": 10, "button": 10}, "the short button"),
        ({"button": 10, "opener": 3}, "it can neither be buttons nor a list"),
        ({"button": 10, "section": 3}, "it can neither be buttons nor a list"),
        ({"body": 30}, "it can neither be buttons nor a list"),
        ({"rows": 5}, 'The phrase "others" does not fit whatsapp'),
        ({"plain": 100}, "the message"),
    ],
)
def test_a_whatsapp_that_holds_less_is_too_small(
    change: dict[str, Any], said: str, case: Case, views: tuple[View, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every one of WhatsApp's limits is held, though the form is chosen by the same numbers."""
    assert WHATSAPP.menus is not None
    limits = replace(WHATSAPP, menus=replace(WHATSAPP.menus, **change))
    assert any(said in say for say in found(case, views, limits, monkeypatch))


def big(library: Library, ways: int) -> Case:
    """Give the guide's first question many choices, which all lead the same way."""
    steps, ref = dict(library.book.steps), "start.who"
    ask = steps[ref]
    assert isinstance(ask, Ask)
    made = (Way(f"made_{number}", ask.ways[0].to, {}, Text("t", f"Choice {number}")) for number in range(ways))
    steps[ref] = replace(ask, ways=tuple(made))
    grown = replace(library, book=replace(library.book, steps=steps))
    states = States(grown.book)
    return Case(grown, states, Views(grown, states, DAY), DAY)


def of_who(case: Case) -> Iterator[str]:
    """Measure that question."""
    held = Fit(case)
    return (it.say for view in case.views.of("en") if view.step.ref == "start.who" for it in held.screen(view))


@pytest.mark.parametrize(
    ("ways", "said"), [(95, []), (98, ["whatsapp in en: it has too many pages"]), (101, ["has 101 choices; 100 is the most"])]
)
def test_a_list_without_end_is_found(ways: int, said: list[str], library: Library) -> None:
    """A list of more pages than a button can name, or of more than a hundred choices, is refused in words."""
    say = list(of_who(big(library, ways)))
    assert len(say) == len(said)
    assert all(part in whole for part, whole in zip(said, say, strict=True))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", 0),
        ("Next", 4),
        ("मुझे", 2),
        ("कि", 1),
        ("اُردُو", 4),
        ("cafe\u0301", 4),
        ("\u2068112\u2069", 3),
        ("👍🏽", 2),
        ("می\u200cروم", 5),
    ],
)
def test_people_see_letters_not_code_points(text: str, seen: int) -> None:
    """Vowel signs, accents and invisible marks add nothing that takes a place of its own."""
    assert Unit.GRAPHEMES.measure(text) == seen


@given(st.text())
def test_no_unit_is_larger_than_the_next(text: str) -> None:
    """Seen letters are at most characters, these at most UTF-16 units, these at most bytes: a limit in the next is safe."""
    lengths = [unit.measure(text) for unit in (Unit.GRAPHEMES, Unit.CHARACTERS, Unit.UTF16, Unit.BYTES)]
    assert lengths == sorted(lengths)
