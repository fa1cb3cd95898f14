"""dhaal check --book: every text once, English beside it, on a page that a reviewer can open anywhere."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from babel import Locale

from bot.cli import main
from bot.cli.book import home, met, write
from bot.content.languages import Language
from bot.content.library import Library
from bot.core.book import Branch
from tests.conftest import NOON

PERSIAN = Language("fa", Locale("fa"), "فارسی", reviewed=False, rtl=True)


class Reader(HTMLParser):
    """Collects the places, the articles, and all that a page would fetch."""

    def __init__(self, html: str) -> None:
        """Read it."""
        super().__init__()
        self.places: list[str] = []
        self.articles: list[str] = []
        self.fetches: list[str] = []
        self.sides: list[tuple[str | None, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag tells."""
        found = dict(attrs)
        self.places += [found["data-place"] or ""] if "data-place" in found else []
        self.articles += [found["id"] or ""] if tag == "article" else []
        self.fetches += [value for key in ("src", "href") if (value := found.get(key)) and not value.startswith("#")]
        self.sides += [(found.get("lang"), found.get("dir"))] if (found.get("class") or "").startswith("side ") else []


@pytest.fixture(scope="module")
def hindi(library: Library) -> str:
    """Write the Hindi book."""
    return write(library, library.languages["hi"], NOON)


def test_every_text_stands_in_it_once(library: Library, hindi: str) -> None:
    """Nothing that can be said is left out, and nothing asks to be ticked twice."""
    places = Reader(hindi).places
    assert sorted(places) == sorted(message.text.context for message in library.translatable)


def test_a_page_a_screen_in_the_order_of_the_journeys(library: Library, hindi: str) -> None:
    """The first page is the first screen, each screen has one page, and the files of records follow."""
    articles = Reader(hindi).articles
    screens = [ref for ref, step in library.book.steps.items() if not isinstance(step, Branch)]
    assert articles[: len(screens)] == met(library.book)
    assert articles[0] == library.book.start
    assert sorted(articles[: len(screens)]) == sorted(screens)
    assert "flows/phrases.yaml" in articles[len(screens) :]


def test_it_needs_no_network(hindi: str) -> None:
    """The page fetches nothing, and its policy lets it fetch nothing."""
    assert Reader(hindi).fetches == []
    assert "default-src 'none'" in hindi
    assert not re.search(r"@import|url\(", hindi)


def test_english_stands_beside_it(library: Library, hindi: str) -> None:
    """Each text has two sides, the English first, then the language with its tag and direction."""
    sides = Reader(hindi).sides
    assert sides[::2] == [("en", "ltr")] * (len(sides) // 2)
    assert sides[1::2] == [("hi", "ltr")] * (len(sides) // 2)


def test_right_to_left_and_untranslated(library: Library) -> None:
    """A language from right to left stands so; a text that is still English says so."""
    html = write(replace(library, languages={**library.languages, "fa": PERSIAN}), PERSIAN, NOON)
    assert Reader(html).sides[1] == ("fa", "rtl")
    assert html.count("Not translated yet") == len(library.translatable)


def test_the_english_book_has_one_side(library: Library) -> None:
    """English is read by itself."""
    assert {side[0] for side in Reader(write(library, library.languages["en"], NOON)).sides} == {"en"}


@pytest.mark.parametrize(("tag", "country"), [("hi", "IN"), ("ur", "PK"), ("en", "US"), ("hi_Latn", "IN")])
def test_cards_are_shown_as_near_as_can_be(tag: str, country: str) -> None:
    """The example country of a language is where it is most likely spoken."""
    assert home(Language(tag, Locale.parse(tag), tag, reviewed=False, rtl=False)) == country


def test_the_command_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    """It goes to standard output; a language that is not there is told with those that are."""
    assert main(["check", "--book", "hi", "--as-of", str(date(2026, 11, 24))]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert main(["check", "--book", "xx"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Choose one of these: en, hi" in told.err
