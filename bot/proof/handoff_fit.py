"""The screens around a talk with a helper, which no step of the book draws: each of them, for every channel that has them."""

from collections.abc import Iterator
from dataclasses import replace

from bot.channels.limits import Limits
from bot.content.phrases import Phrase
from bot.core.book import Person
from bot.core.engine import PAGES
from bot.core.events import Hint
from bot.core.session import Session
from bot.proof.findings import Case
from bot.proof.views import TOKEN, View
from bot.talk.handoff.brief import Part
from bot.talk.handoff.counter import Access, Counter, Rules, Sight
from bot.talk.handoff.front import Over, State
from bot.talk.ports import Frame, Screen

QUEUE = 99  # the longest place in a queue that is measured
KNOWN = {"who": "me", "minor": "yes", "what": "impersonation", "platform": "facebook", "safe": "no"}  # long names


class Handoff:
    """Draws what a person can see around a handoff: what a helper would see, the queue, the talk, its end."""

    def __init__(self, case: Case) -> None:
        """Take what there is to draw."""
        self._case = case
        self._counter = Counter(case.library, case.views.drawer, Rules(3600.0, telegram=True))
        self._known = {name: value for name, value in KNOWN.items() if value in case.library.book.facts.get(name, ())}

    def pages(self, view: View, frame: Frame) -> Iterator[Screen]:
        """Draw all there is for one step; nothing for most."""
        if not frame.desk or not (isinstance(view.step, Person) or any(self._counter.asks(way.to) for way in view.step.ways)):
            return
        session = Session(view.step.ref, view.screen.locale, {**self._known, **view.facts})
        sight = Sight(session, TOKEN, frame, self._case.views.now)
        for access in Access:
            yield from self._drawn(sight, access)
        if isinstance(view.step, Person):
            yield self._counter.consent(sight, frozenset(Part))
            states = (State(QUEUE), State(0, readers=1, unheard=True))
            yield from (self._counter.stand(sight, state) for state in states)
            yield self._counter.noted(self._counter.stand(sight, State(0, readers=1)), Phrase.HINT_TEXT_ONLY)

    def notices(self, locale: str, limits: Limits) -> Iterator[tuple[Phrase, int, int]]:
        """List the lines that a handoff puts above any screen: how long each is, and the room that pages keep for a hint."""
        if not limits.frame.desk or limits.frame.room is None:
            return
        speech = self._case.views.drawer.speech(locale)
        room = max(limits.unit.measure(speech.phrase(Phrase(hint.value))) for hint in Hint if hint is not Hint.GUESS)
        first = room + limits.unit.measure(speech.phrase(Phrase.NEXT_PART) + "\n\n")  # no front stands on a first page
        rooms = {Phrase.HANDOFF_TALKING: room} | {Phrase(why.value): first for why in Over}
        yield from ((phrase, limits.unit.measure(speech.phrase(phrase)), most) for phrase, most in rooms.items())

    def _drawn(self, sight: Sight, access: Access) -> Iterator[Screen]:
        """Draw all pages of a step at which a helper can be asked, or that leads there."""
        before: Screen | None = None
        for page in range(PAGES):
            screen = self._counter.draw(replace(sight, session=sight.session.turned(page)), access)
            if screen is None or screen == before:
                return
            yield screen
            before = screen
