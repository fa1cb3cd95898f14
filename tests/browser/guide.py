"""The real guide on a fixed day, and a way to any of its screens."""

from collections.abc import Callable, Iterator

from bot.content.library import Library
from bot.core.book import Ask, Contacts, End, Person, Pick, Route, Spoken
from bot.core.private import Private
from bot.core.session import Session
from bot.core.space import Space
from bot.talk.codes import page_code
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.seal import Seal
from tests.conftest import NOON

SECRET = Private(b"only for the tests of this page!")
CHAT = "A" * 22
FACTS = {"country": "IN", "platform": "instagram", "who": "me", "minor": "no", "what": "posted"}


def conversation(library: Library, kind: type[Conversation] = Conversation) -> Conversation:
    """Build a talk."""
    return kind(library, Keys(SECRET), lambda: NOON)


def at(library: Library, ref: str) -> str:
    """Give what a button must carry to show a step to somebody in India whose picture is on Instagram."""
    session = Session(ref, library.book.locales[0], FACTS)
    token = Seal(Keys(SECRET), Space(library.book)).close(session, Address("web", "web", Private(CHAT)), NOON)
    return token + page_code(0)


def kinds(library: Library) -> Iterator[tuple[str, str]]:
    """Find one screen of every kind: its name, and what a button carries to show it."""
    spoken = [library.book.spoken(ref) for ref in Space(library.book)._steps]  # noqa: SLF001 - all steps with a screen
    wanted: dict[str, Callable[[Spoken], bool]] = {
        "ask": lambda step: isinstance(step, Ask) and not step.show,
        "contacts": lambda step: any(isinstance(card, Contacts) for card in step.show),
        "pick": lambda step: isinstance(step, Pick) and step.among == "country",
        "route": lambda step: any(card == Route("steps") for card in step.show),
        "links": lambda step: any(card == Route("links") for card in step.show),
        "person": lambda step: isinstance(step, Person),
        "end": lambda step: isinstance(step, End),
    }
    for name, fits in wanted.items():
        yield name, at(library, next(step.ref for step in spoken if fits(step)))
    yield "danger", at(library, library.book.start)[:-2] + "da"
    yield "lost", "x" * 64
    yield "farewell", at(library, library.book.start)[:-2] + "lv"
