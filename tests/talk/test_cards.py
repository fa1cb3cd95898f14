"""Cards: the right people, for the right age, at the right hour, and honest where nothing is known."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.content.library import Library
from bot.core.book import Card, Contacts, Doors, Laws, Note, Route
from bot.talk.cards import Cards
from bot.talk.plain import text_of
from bot.talk.speech import Speech
from tests.conftest import NOON

SUNDAY = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
MONTH = timedelta(days=30)


def text(library: Library, card: Card, now: datetime = NOON, locale: str = "en", **facts: str) -> str:
    """Compose a card and write it as plain text."""
    return text_of(Cards(Speech(library, library.languages[locale]), facts, now).compose(card))


def test_a_line_says_whether_it_is_open_now(library: Library) -> None:
    """In its hours a line says so; outside, it says when it opens, by its own clock."""
    card = Contacts("people")
    assert "Open now" in text(library, card, country="GB", minor="no")
    closed = text(library, card, SUNDAY, country="GB", minor="no")
    assert "Closed now. Opens Monday 10:00\u202fAM (London time)." in closed
    assert "सोमवार" in text(library, card, SUNDAY, "hi", country="GB", minor="no")


def test_who_answers_now_stands_before_who_does_not(library: Library) -> None:
    """At night the open lines come first (R19)."""
    night = text(library, Contacts("people"), SUNDAY, country="GB", minor="no")
    assert night.index("Samaritans") < night.index("Revenge Porn Helpline")


@pytest.mark.parametrize("country", ["IN", "US", "GB", "PK", "AU", "other"])
@pytest.mark.parametrize("selection", ["crisis", "violence", "people", "removal", "children", "police", "legal"])
def test_ages_are_kept_apart_in_every_country(library: Library, country: str, selection: str) -> None:
    """Nobody under 18 is shown an adult service, and no adult a children's line."""
    young = text(library, Contacts(selection), country=country, minor="yes")
    grown = text(library, Contacts(selection), country=country, minor="no")
    assert "18 and over" not in young
    assert "stopncii" not in young.lower()
    assert "For under-18s" not in grown


@pytest.mark.parametrize("country", ["IN", "US", "GB", "PK", "AU"])
def test_the_emergency_number_is_the_country_s_own(library: Library, country: str) -> None:
    """In danger, the number of the country is named, or the person is told to use theirs."""
    number = library.countries[country].emergency
    assert f"Call {number}" in text(library, Contacts("danger"), country=country)
    assert "emergency number of your country" in text(library, Contacts("danger"))


def test_what_is_not_known_is_said(library: Library) -> None:
    """A door, note, law or route that nobody has checked is not passed over in silence."""
    assert "none known" in text(library, Doors(), country="other", minor="no")
    assert "no checked law" in text(library, Laws(), country="other")
    assert "no checked route" in text(library, Route("steps", "stopncii"))
    assert text(library, Note("press"), country="GB") == text(library, Note("press"))


def test_old_facts_say_check_first(library: Library) -> None:
    """What was not checked for 90 days says so, on every card."""
    card = Contacts("police")
    assert "Check first" not in text(library, card, country="GB")
    assert "Check first" in text(library, card, NOON + 4 * MONTH, country="GB")
    assert "Check first" in text(library, Doors(), NOON + 4 * MONTH, country="GB", minor="no")


def test_a_law_that_covers_something_else_is_not_shown(library: Library) -> None:
    """Laws are those for what happened; those about children only where a child is concerned."""
    grown = text(library, Laws(), country="IN", what="threatened", minor="no")
    young = text(library, Laws(), country="IN", what="threatened", minor="yes")
    assert "POCSO" not in grown
    assert "POCSO" in young
