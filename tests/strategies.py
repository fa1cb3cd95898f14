"""Any event, any reachable session: what hypothesis plays with."""

from hypothesis import strategies as st

from bot.core.book import Book
from bot.core.engine import Engine
from bot.core.events import Asked, Command, Event, Lost, Named, Pressed, Shared, Turned, Unclear
from bot.core.session import Session


def events(book: Book) -> st.SearchStrategy[Event]:
    """Any event at all, sensible or not."""
    named = [(fact, value) for fact in book.facts for value in (*book.facts[fact], "nowhere")]
    return st.one_of(
        st.builds(Pressed, st.integers(-2, 60)),
        st.builds(Pressed, st.integers(0, 7)),
        st.builds(Asked, st.sampled_from(Command)),
        st.builds(Named, st.sampled_from(sorted(book.facts)), st.just("?")),
        st.sampled_from(named).map(lambda pair: Named(*pair)),
        st.builds(Turned, st.integers(0, 40)),
        st.builds(Unclear, st.lists(st.integers(0, 5), max_size=3).map(tuple)),
        st.just(Shared()),
        st.just(Lost()),
    )


@st.composite
def sessions(draw: st.DrawFn, book: Book, engine: Engine) -> Session:
    """Any session that a person can come to in up to twenty-five moves."""
    session = Session.fresh(book, draw(st.sampled_from(book.locales)))
    for event in draw(st.lists(events(book), max_size=25)):
        session = engine.advance(session, event).session or Session.fresh(book, session.locale)
    return session
