"""Cards are offered only to whom the guide itself could show them, and nothing of them is cut."""

from itertools import product

import pytest

from bot.content.library import Library
from bot.core.book import Facts
from bot.desks.web_desk.words import JOURNEYS
from bot.proof.states import States
from bot.talk.handoff.back import LONGEST
from bot.talk.handoff.cards import Cards
from bot.talk.screen import Drawer
from tests.conftest import NOON

WHO = (None, "me", "beside", "saw", "shared", "press")
MINOR = (None, "yes", "no")


@pytest.fixture(scope="module")
def cards(library: Library) -> Cards:
    """Find cards at noon."""
    return Cards(library, Drawer(library), lambda: NOON)


def _facts(**facts: str | None) -> Facts:
    return {name: value for name, value in facts.items() if value}


@pytest.mark.parametrize(("who", "minor"), [*product(WHO[1:], MINOR)])
def test_exactly_what_the_guide_could_show_is_offered(cards: Cards, states: States, who: str, minor: str | None) -> None:
    """What may be sent to somebody is what the proof finds reachable for somebody like them, now or before they told their age.

    So the laws that were proved for those screens hold for what helpers send.
    """
    ages = states.universe.mask("minor", "unknown") | states.universe.mask("minor", minor or "unknown")
    here = states.universe.where({"who": who}) & ages
    fit = cards.fit(_facts(who=who, minor=minor))
    assert fit
    assert [ref for ref in fit if not states.reached[ref] & here] == []
    assert [ref for ref in states.reached if states.reached[ref] & here and cards.sent(ref) and ref not in fit] == []


@pytest.mark.parametrize("who", WHO)
def test_who_may_be_a_child_is_never_told_to_note_or_report(cards: Cards, who: str | None) -> None:
    """No card of the journeys for adults is offered where the age is under 18, not told, or left out."""
    for minor in (None, "yes"):
        assert {ref.partition(".")[0] for ref in cards.fit(_facts(who=who, minor=minor))} & {
            "evidence",
            "report",
            "spread",
        } == set()


def test_an_adult_is_offered_more(cards: Cards) -> None:
    """An adult can be sent the cards about reporting and evidence."""
    assert {"evidence", "report"} <= {ref.partition(".")[0] for ref in cards.fit({"who": "me", "minor": "no"})}


@pytest.mark.parametrize("locale", ["en", "hi", "hi-Latn", "ur", "es"])
def test_each_card_fits_whole(cards: Cards, locale: str) -> None:
    """A card becomes as many messages as it needs; none is empty or too long, and no block is lost on the way."""
    for minor in ("yes", "no"):
        facts = {"who": "me", "minor": minor, "what": "posted", "country": "IN", "platform": "instagram"}
        for ref in cards.fit(facts):
            parts = cards.say(ref, locale, facts)
            assert parts
            assert all(0 < len(part) <= LONGEST for part in parts), ref
            assert cards.title(ref, locale).strip(" …")


def test_long_cards_become_several_messages(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where less fits, there are more messages, with the same words."""
    facts = {"who": "me", "minor": "no", "country": "IN"}
    whole = cards.say("danger.lines", "en", facts)
    monkeypatch.setattr("bot.talk.handoff.cards.LONGEST", 300)
    parts = cards.say("danger.lines", "en", facts)
    assert len(parts) > len(whole)
    assert "\n\n".join(parts) == "\n\n".join(whole)


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        ({"who": "me", "what": "threatened"}, "what.threatened"),
        ({"who": "me", "what": "posted", "minor": "no"}, "what.posted"),
        ({"who": "beside", "what": "paid", "minor": "no"}, "beside.paid"),
        ({"who": "me"}, None),
        ({}, None),
    ],
)
def test_the_suggestion_is_the_guides_own_answer(cards: Cards, facts: Facts, first: str | None) -> None:
    """What happened leads to the card that the guide answers with; where nothing is known, nothing is suggested."""
    assert next(iter(cards.suggested(facts)), None) == first


def test_every_journey_with_cards_has_a_name(cards: Cards, library: Library) -> None:
    """The picker names each journey in words."""
    found = {ref.partition(".")[0] for who, minor in product(WHO, MINOR) for ref in cards.fit(_facts(who=who, minor=minor))}
    assert found <= set(JOURNEYS)
