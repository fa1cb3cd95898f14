"""Where a screen has pages, they are the same whatever stands above them: nothing is lost, nothing shown twice."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import ALL, WHATSAPP
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.engine import PAGES, Engine
from bot.core.events import Hint
from bot.core.session import Session
from bot.core.space import Space
from bot.talk.plain import text_of
from bot.talk.ports import Block, Frame, Screen
from bot.talk.screen import Drawer, Told
from tests.conftest import NOON
from tests.strategies import sessions

TOKEN: Final = "A" * 62
FRAMES: Final = [*dict.fromkeys(limits.frame for limits in ALL), Frame(room=500, rows=4, parted=True)]


@pytest.fixture(scope="module")
def drawer(library: Library) -> Drawer:
    """Draw the real guide."""
    return Drawer(library)


@pytest.fixture(scope="module")
def engine(library: Library, space: Space) -> Engine:
    """Think."""
    return Engine(library.book, space.depth)


def told() -> st.SearchStrategy[Told | None]:
    """Give any notice, or none."""
    guesses = st.lists(st.integers(0, 8), max_size=3).map(tuple)
    return st.none() | st.builds(Told, st.none() | st.sampled_from(Hint), guesses)


def turned(drawer: Drawer, session: Session, frame: Frame, notices: list[Told | None]) -> list[Screen]:
    """Turn all pages, each under another notice."""
    pages: list[Screen] = []
    more = drawer.speech(session.locale).phrase(Phrase.MORE)
    for page in range(PAGES):
        notice = notices[page % len(notices)]
        pages.append(drawer.draw(replace(session, page=page), TOKEN, frame, NOON, notice))
        if not any(offer.label == more and offer.number == 0 for offer in pages[-1].offers):
            break
    return pages


@pytest.mark.parametrize("frame", FRAMES, ids=str)
@given(data=st.data())
def test_a_notice_that_comes_and_goes_moves_nothing(
    frame: Frame, data: st.DataObject, library: Library, drawer: Drawer, engine: Engine
) -> None:
    """Whatever hints come while pages turn, together they hold each paragraph, card and choice once and in its order."""
    session = data.draw(sessions(library.book, engine))
    whole = drawer.draw(replace(session, page=0), TOKEN, Frame(), NOON)
    pages = turned(drawer, session, frame, data.draw(st.lists(told(), min_size=1, max_size=4)))
    shown: list[Block] = []
    for page in pages:  # below the last page of text the choices may need pages of their own
        if [*page.blocks] != shown[-len(page.blocks) :]:
            shown += page.blocks
    assert tuple(shown) == whole.blocks
    assert [offer for page in pages for offer in page.offers if offer.number] == [*whole.offers]
    for page in pages:
        length = frame.unit.measure(text_of(page.blocks, page.notice, page.footnote))
        assert frame.room is None or length <= frame.room or len(page.blocks) == 1
        assert frame.rows is None or len(page.offers) <= frame.rows


@pytest.mark.parametrize("frame", FRAMES, ids=str)
@given(data=st.data())
def test_a_page_is_the_same_under_any_notice(
    frame: Frame, data: st.DataObject, library: Library, drawer: Drawer, engine: Engine
) -> None:
    """A hint adds a line above and changes nothing else."""
    session = replace(data.draw(sessions(library.book, engine)), page=data.draw(st.integers(0, 3)))
    bare, below = (drawer.draw(session, TOKEN, frame, NOON, one) for one in (None, data.draw(told())))
    assert replace(below, notice=bare.notice) == bare
    if bare.notice and below.notice:
        assert below.notice.startswith(bare.notice)


@pytest.mark.parametrize("tag", ["en", "hi", "hi-Latn", "ur", "es"])
def test_each_further_message_begins_with_neutral_words(drawer: Drawer, tag: str) -> None:
    """Where each page is a message of its own, the second begins with words that another may see; a hint comes after them."""
    session = Session("danger.open", tag, {"country": "IN"})
    front = drawer.speech(tag).phrase(Phrase.NEXT_PART)
    lost = drawer.speech(tag).phrase(Phrase.HINT_SHARED)
    small, edited = replace(WHATSAPP.frame, room=600), replace(WHATSAPP.frame, room=600, parted=False)
    first, second = (replace(session, page=page) for page in (0, 1))
    shared = Told(Hint.SHARED)
    assert drawer.draw(first, TOKEN, small, NOON).notice is None
    assert drawer.draw(second, TOKEN, small, NOON).notice == front
    assert drawer.draw(second, TOKEN, small, NOON, shared).notice == f"{front}\n\n{lost}"
    assert drawer.draw(second, TOKEN, edited, NOON).notice is None
    assert drawer.draw(second, TOKEN, edited, NOON, shared).notice == lost
    assert drawer.draw(second, TOKEN, edited, NOON).blocks == drawer.draw(second, TOKEN, small, NOON).blocks
