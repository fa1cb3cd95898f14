"""Every distinct screen: a step, drawn for each combination of the facts its cards look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Final, assert_never

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.content.platforms import LINKS
from bot.core.book import UNKNOWN, Card, Contacts, Doors, Duties, Facts, Laws, Note, Ref, Reviewed, Route, Spoken
from bot.core.engine import PAGES
from bot.core.session import Session
from bot.proof.states import NONE, Bits, States
from bot.talk.plain import text_of
from bot.talk.ports import Card as Shown
from bot.talk.ports import Frame, Screen
from bot.talk.screen import Content, Drawer

TOKEN: Final = "A" * 62  # as long as a real one; the seal has its own tests
NIGHT: Final = time(3, 30)  # the hour at which most lines are closed, so that the longest form is measured


@dataclass(frozen=True, slots=True)
class View:
    """One screen, the step it belongs to, and all combinations of facts that show it. `facts` is what the screen depends on."""

    step: Spoken
    facts: Facts
    bits: Bits
    screen: Screen
    content: Content

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
        self._cells: dict[Ref, Sequence[tuple[Facts, Bits]]] = {}
        self._cards: dict[tuple[tuple[Card, ...], tuple[str, ...]], Content] = {}

    def of(self, locale: str) -> Iterator[View]:
        """Draw every screen in one language, unpaged."""
        self._cards.clear()
        for ref in self.states.spoken():
            step = self.states.book.spoken(ref)
            for facts, bits in self.cells(step):
                session = Session(ref, locale, facts)
                content = self._compose(locale, step, facts)
                yield View(step, facts, bits, self.drawer.lay(session, TOKEN, Frame(), content), content)

    def cells(self, step: Spoken) -> Sequence[tuple[Facts, Bits]]:
        """List what a step's screen can depend on, each time with the states that show it so: a cell a distinct screen."""
        if step.ref not in self._cells:
            self._cells[step.ref] = tuple(self._split(step))
        return self._cells[step.ref]

    def pages(self, view: View, frame: Frame) -> Iterator[Screen]:
        """Draw all pages of a view in a frame, under the longest notice there can be."""
        session = Session(view.step.ref, view.screen.locale, view.facts)
        told = self.drawer.longest(session.locale, session.at)
        more = self.drawer.speech(session.locale).phrase(Phrase.MORE)
        for page in range(PAGES):
            screen = self.drawer.lay(replace(session, page=page), TOKEN, frame, view.content, told)
            yield screen
            if not any(offer.number == 0 and offer.label == more for offer in screen.offers):
                return

    def _compose(self, locale: str, step: Spoken, facts: Facts) -> Content:
        """Say what stands on a screen. The same cards stand on many, so what they say is kept while a language lasts."""
        key = (step.show, tuple(f"{name}={value}" for name, value in facts.items()))
        if key not in self._cards:
            self._cards[key] = self.drawer.cards(locale, step.show, facts, self.now)
        return self.drawer.below(locale, step.ref, self._cards[key])

    def _split(self, step: Spoken) -> Iterator[tuple[Facts, Bits]]:
        """Join the combinations that show the same. Equal sets are one object, as there are many and each is large."""
        names, universe, reached = reads(step), self.states.universe, self.states.reached[step.ref]
        cut: dict[tuple[int, ...], Bits] = {}
        found: dict[tuple[tuple[str, str], ...], Bits] = {}
        for facts in universe.values(reached, names):
            known = {name: facts.get(name, UNKNOWN) for name in names}
            places = tuple(universe.axes[name].place(value) for name, value in known.items())
            if places not in cut:
                cut[places] = reached & universe.where(known)
            key = tuple(self._matters(step, facts).items())
            found[key] = found.get(key, NONE) | cut[places]
        once = {bits: bits for bits in found.values()}
        yield from ((dict(key), once[bits]) for key, bits in found.items())

    def _matters(self, step: Spoken, facts: Facts) -> Facts:
        """Leave out a country for which the platform has no page of its own, if the screen looks at it for that alone."""
        routes = [card for card in step.show if isinstance(card, Route)]
        if "country" not in facts or not routes or any("country" in _reads(card) for card in step.show if card not in routes):
            return facts
        pages = (link for card in routes for link in self.library.platform(facts, card.of).links)
        named = {link.country for link in pages}
        return facts if facts["country"] in named else {name: value for name, value in facts.items() if name != "country"}


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
        case Reviewed():
            return ()
        case Route(part, of):
            where = ("country",) if part == LINKS else ()
            return (*where, "minor") if of else (*where, "minor", "platform")
        case _:
            assert_never(card)
