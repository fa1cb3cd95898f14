"""Every page of every screen in every language, in every form that it can be sent in, is valid; nothing shows too early."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import pytest

from bot.channels.forms import Form, Numbered, Openers, form, numbered, others
from bot.channels.limits import WHATSAPP
from bot.channels.whatsapp.letter import form_letter
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.session import Session
from bot.proof.findings import FIRST
from bot.proof.states import States
from bot.proof.views import TOKEN, Views
from bot.talk.ports import Screen
from tests.conftest import NOON, ROOT
from tests.peers.graph_judge import MENUS, Json, wrong_message_by_rules, wrong_shape

LOCALES: Final = ["en", *sorted(path.name.replace("_", "-") for path in (ROOT / "locales").iterdir() if path.is_dir())]
MARKED: Final = re.compile(r"(?<!\w)(?P<mark>[*_~`]+)(?=\S)[^\n]*?(?<=\S)(?P=mark)(?!\w)|^> ", re.MULTILINE)
HEAD: Final[Json] = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "919900000001"}


class Pages:
    """All pages of one language, as WhatsApp gets them."""

    def __init__(self, views: Views, locale: str) -> None:
        """Take the screens, and the language."""
        self.locale = locale
        self._views = views
        self.speech = views.drawer.speech(locale)
        self._openers = Openers.of(self.speech)

    @cached_property
    def screens(self) -> Sequence[tuple[int, Screen]]:
        """Give each page with its place, under the longest notice, and the first with none, as a person sees it who taps."""
        return tuple(self._drawn())

    def _drawn(self) -> Iterator[tuple[int, Screen]]:
        for view in self._views.of(self.locale):
            yield from enumerate(self._views.pages(view, WHATSAPP.frame))
            session = Session(view.step.ref, self.locale, view.facts)
            yield 0, self._views.drawer.lay(session, TOKEN, WHATSAPP.frame, view.content)
        yield 0, self._views.drawer.gate(Session.fresh(self._views.library.book, self.locale), TOKEN)

    def forms(self, page: Screen) -> Iterator[Form]:
        """Write a page as it answers a tap, as it answers words, as text alone, and its controls."""
        yield form(page, MENUS, self._openers)
        yield form(page, MENUS, self._openers, spelled=True)
        yield numbered(page)
        yield others(page, MENUS, self._openers)

    def messages(self) -> Iterator[tuple[Screen, Json]]:
        """Write everything that can go out, each once."""
        seen: set[str] = set()
        for _, page in self.screens:
            for found in self.forms(page):
                body = {**HEAD, **form_letter(found)}
                if (key := json.dumps(body)) not in seen:
                    seen.add(key)
                    yield page, body


@pytest.fixture(scope="module")
def views(library: Library, states: States) -> Views:
    """Draw all screens."""
    return Views(library, states, NOON)


@pytest.fixture(scope="module", params=LOCALES)
def pages(request: pytest.FixtureRequest, views: Views) -> Pages:
    """Take one language."""
    return Pages(views, request.param)


def test_all_languages_are_looked_at(library: Library) -> None:
    """The list above is the guide's own."""
    assert sorted(library.languages) == sorted(LOCALES)


def test_everything_that_can_go_out_is_valid(pages: Pages) -> None:
    """By Meta's schema, by our limits, by Meta's further rules: tapped, spelled out, text alone, controls."""
    wrong, count = [], 0
    for page, body in pages.messages():
        count += 1
        wrong += [(page.ref, say) for judge in (wrong_shape, wrong_message_by_rules) for say in judge(body)]
    assert wrong == []
    assert count > 1000


def test_who_taps_can_always_tap(pages: Pages) -> None:
    """A tap is answered with buttons or a list on every page; text alone is for who typed."""
    for _, page in pages.screens:
        assert not isinstance(next(pages.forms(page)), Numbered), page.ref


def test_a_further_message_begins_with_neutral_words(pages: Pages, library: Library) -> None:
    """What a notification shows of it tells nothing; the same words, whatever was sent before."""
    further = (page for number, page in pages.screens if number)
    starts = {found.text[:FIRST] for page in further for found in pages.forms(page)}
    controls = others(pages.screens[0][1], MENUS, Openers.of(pages.speech)).text
    assert starts == {pages.speech.phrase(Phrase.NEXT_PART)[:FIRST], controls}
    assert [start for start in starts if [*library.lexicon.found("topic", start, pages.locale)]] == []


def test_no_word_is_marked_by_accident(pages: Pages) -> None:
    """WhatsApp makes *bold*, _italic_, ~struck~ and `typed` of such signs; a text of ours has none that would."""
    found = {match[0] for _, page in pages.screens for one in pages.forms(page) for match in MARKED.finditer(one.text)}
    assert found == set()


def test_marks_are_found() -> None:
    """The pattern finds what WhatsApp would, and leaves addresses and sums alone."""
    marked = ("so *much* more", "_so_", "a ~b c~.", "`x`", "```x```", "> said")
    assert [text for text in marked if not MARKED.search(text)] == []
    plain = ("2 * 3 * 4", "https://a.example/b_c_d", "a_b_c", "a > b", "* one\n* two")
    assert [text for text in plain if MARKED.search(text)] == []
