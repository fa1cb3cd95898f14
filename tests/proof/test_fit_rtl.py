"""In a right-to-left language numbers and addresses keep their own direction (R75), held on a copy of the English guide."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import pytest
from babel import Locale

from bot.content.languages import Language
from bot.content.library import Library
from bot.core.book import Text
from bot.proof.findings import Case
from bot.proof.isolates import isolated
from bot.proof.states import States
from bot.proof.views import Views
from bot.talk import speech as speaking
from bot.talk.ports import Say
from bot.talk.speech import Speech

DAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
URDU = Language("ur", Locale("ur"), "اردو", reviewed=False, rtl=True)


@pytest.fixture(scope="module")
def turned(library: Library) -> Library:
    """Say the English words from right to left."""
    return replace(library, languages={**library.languages, "ur": URDU})


@pytest.fixture
def case(turned: Library, states: States) -> Case:
    """Look at it."""
    return Case(turned, states, Views(turned, states, DAY), DAY)


MANY = 5


def broken(case: Case) -> int:
    """Count the screens that break the law, up to some; to tell the story of each would take long."""
    return sum(1 for _ in islice((view for view in case.views.of("ur") if any(isolated(case, view))), MANY))


def test_every_screen_from_right_to_left_is_isolated(case: Case) -> None:
    """Every phone number, address and date of every screen stands between U+2068 and U+2069."""
    assert broken(case) == 0


def test_values_that_do_not_stand_apart_are_found(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the marks around values, screens break the law."""
    monkeypatch.setattr(Speech, "apart", lambda _, value: value)
    assert broken(case) == MANY


def test_texts_that_do_not_stand_apart_are_found(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the marks around numbers and addresses in the texts themselves, screens break the law."""
    monkeypatch.setattr(speaking, "APART", re.compile("(?!)"))
    assert broken(case) == MANY


@pytest.mark.parametrize(
    "bare", ["0300 123 2040", "+91 1234", "1930", "mail@place.org", "place.org", "https://place.org/a", "0800-70"]
)
def test_what_stands_bare_is_found(bare: str, case: Case) -> None:
    """Each kind of number and address is seen by the law; a lone number of two digits reads the same either way."""
    view = next(case.views.of("ur"))

    def said(text: str) -> list[str]:
        changed = replace(view, screen=replace(view.screen, blocks=(Say(text),)))
        return [problem.say for problem in isolated(case, changed)]

    assert len(said(f"یہاں {bare} پر")) == 1
    assert said(f"یہاں \u2068{bare}\u2069 پر") == []
    assert len(said(f"یہاں \u2068{bare} پر")) == 1
    assert said("18 سال یا 24 گھنٹے، @نام") == []


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("Call 112 now", ["112"]),
        ("Call 0300 123 2040.", ["0300 123 2040"]),
        ("(0800-70806)", ["0800-70806"]),
        ("At findahelpline.com, or web.archive.org/save.", ["findahelpline.com", "web.archive.org/save"]),
        ("Write to stop@telegram.org!", ["stop@telegram.org"]),
        ("See https://takeitdown.ncmec.org/faq/", ["https://takeitdown.ncmec.org/faq/"]),
        ("1. 24 hours. 2. 18 years. {number} and U.S.", []),
        ("Already \u2068112\u2069", ["112"]),
    ],
)
def test_a_text_stands_apart_by_itself(text: str, apart: list[str], turned: Library) -> None:
    """Translators write numbers and addresses as they are; from right to left the guide sets the marks, once."""
    said = Speech(turned, URDU).say(Text("t", text))
    assert said.split("\u2068")[1:] == [rest for rest in said.split("\u2068")[1:] if "\u2069" in rest]
    assert [part.partition("\u2069")[0] for part in said.split("\u2068")[1:]] == apart
    assert said.replace("\u2068", "").replace("\u2069", "") == text.replace("\u2068", "").replace("\u2069", "")


def test_english_has_no_marks(library: Library) -> None:
    """From left to right nothing is added."""
    assert Speech(library, library.languages["en"]).say(Text("t", "Call 112")) == "Call 112"
