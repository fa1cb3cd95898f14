"""About this guide tells whether a native speaker has read the words, on every channel, as it is part of the screen."""

from dataclasses import replace

import pytest

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.session import Session
from bot.talk.plain import text_of
from bot.talk.ports import Frame, Screen
from bot.talk.screen import Drawer
from tests.conftest import NOON

TOKEN = "A" * 62


def about(library: Library, tag: str, ref: str, *, reviewed: bool) -> Screen:
    """Draw a screen of About in a language that was reviewed, or was not."""
    languages = {**library.languages, tag: replace(library.languages[tag], reviewed=reviewed)}
    return Drawer(replace(library, languages=languages)).draw(Session(ref, tag), TOKEN, Frame(), NOON)


@pytest.mark.parametrize("ref", ["about.first", "about.words"])
@pytest.mark.parametrize("tag", ["en", "hi"])
def test_about_says_whether_the_words_were_read(library: Library, tag: str, ref: str) -> None:
    """Where nobody has read a language, About says so in that language; where somebody has, it says nothing."""
    say = Drawer(library).speech(tag).phrase(Phrase.UNREVIEWED)
    assert say in text_of(about(library, tag, ref, reviewed=False).blocks)
    assert say not in text_of(about(library, tag, ref, reviewed=True).blocks)


def test_this_alone_is_nothing_to_keep(library: Library) -> None:
    """The sentence makes no page that a person would keep in their chat."""
    assert about(library, "hi", "about.first", reviewed=False).keep is None
