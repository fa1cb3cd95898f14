"""Every distinct screen: a step, drawn for each combination of the facts its cards look at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Final, assert_never

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.book import Card, Contacts, Doors, Duties, Facts, Laws, Note, Route, Spoken
from bot.core.engine import PAGES
from bot.core.events import Hint
from bot.core.session import Session
from bot.proof.states import Bits, States
from bot.talk.plain import text_of
from bot.talk.ports import Card as Shown
from bot.talk.ports import Frame, Screen
from bot.talk.screen import Drawer, Told

TOKEN: Final = "A" * 62  # as long as a real one; the seal has its own tests
MOST_GUESSES: Final = 3
NIGHT: Final = time(3, 30)  # the hour at which most lines are closed, so that the longest form is measured


@dataclass(frozen=True, slots=True)
class View:
    """One screen, the step it belongs to, and all combinations of facts that show it."""

    step: Spoken
    facts: Facts
    bits: Bits
    screen: Screen

    @property
    def text(self) -> str:
        """Give what is said, without the buttons."""
        return text_of(self.screen.blocks, self.screen.notice, self.screen.footnote)

    @property
    def links(self) -> tuple[str, ...]:
        """Give every address on the screen."""
        cards = (block for block in self.screen.blocks if isinstance(block, Shown))
        return tuple(line.href for card in cards for line in card.lines if line.href)


class Views:
    """Draws all screens of a library, on one day."""

    def __init__(self, library: Library, states: States, as_of: datetime) -> None:
        """Take the content, its reachable states, and the day to draw for."""
        self.library = library
        self.states = states
        self.now = datetime.combine(as_of.date(), NIGHT, UTC)
        self.drawer = Drawer(library)

    def of(self, locale: str) -> Iterator[View]:
        """Draw every screen in one language, unpaged."""
        for ref in self.states.spoken():
            step = self.states.book.spoken(ref)
            bits = self.states.reached[ref]
            for facts in self.states.universe.values(bits, reads(step)):
                where = bits & self._where(facts, reads(step))
                session = Session(ref, locale, facts)
                yield View(step, facts, where, self.drawer.draw(session, TOKEN, Frame(), self.now))

    def pages(self, view: View, frame: Frame) -> Iterator[Screen]:
        """Draw all pages of a view in a frame, under the longest notice there can be."""
        session = Session(view.step.ref, view.screen.locale, view.facts)
        labels = {number: offer.label for number, offer in enumerate(view.screen.offers)}
        longest = sorted(labels, key=lambda number: -len(labels[number]))[:MOST_GUESSES]
        told = Told(Hint.GUESS, tuple(longest))
        for page in range(PAGES):
            screen = self.drawer.draw(replace(session, page=page), TOKEN, frame, self.now, told)
            yield screen
            if not any(offer.number == 0 and offer.label == self._more(screen) for offer in screen.offers):
                return

    def _more(self, screen: Screen) -> str:
        return self.drawer.speech(screen.locale).phrase(Phrase.MORE)

    def _where(self, facts: Facts, names: tuple[str, ...]) -> Bits:
        return self.states.universe.where({name: facts.get(name, "unknown") for name in names})


def reads(step: Spoken) -> tuple[str, ...]:
    """List the facts that a step's screen depends on."""
    return tuple(sorted({fact for card in step.show for fact in _reads(card)}))


def _reads(card: Card) -> tuple[str, ...]:
    match card:
        case Contacts() | Doors():
            return ("country", "minor")
        case Note() | Duties():
            return ("country",)
        case Laws():
            return ("country", "minor", "what")
        case Route(_, of):
            return ("country", "minor") if of else ("country", "minor", "platform")
        case _:
            assert_never(card)
