"""The pure heart: a book, a session and an event give a turn. Same input, same output, always."""

from dataclasses import replace
from typing import Final, assert_never

from bot.core.book import RETURN, UNKNOWN, Book, Facts, Ref, journey, learn
from bot.core.events import Asked, Command, Event, Hint, Kept, Lost, Named, Pressed, Shared, Turn, Turned, Unclear
from bot.core.machine import Walker
from bot.core.session import Past, Session

PAGES: Final = 16  # the most pages a list can have


class Engine:
    """Advances sessions through one book."""

    def __init__(self, book: Book, depth: int) -> None:
        """Take a book without problems, and how many screens the trail remembers."""
        self.book = book
        self._walker = Walker(book)
        self._depth = depth

    def advance(self, session: Session, event: Event) -> Turn:  # noqa: PLR0911 - one answer for each kind of event
        """Take one event. Never fails: what cannot be done shows the same screen with a hint."""
        match event:
            case Pressed(number):
                return self._press(session, number)
            case Named(fact, value):
                return self._name(session, fact, value)
            case Asked(command):
                return self._command(session, command)
            case Turned(page):
                return Turn(session.turned(page % PAGES))
            case Unclear(guesses):
                return Turn(session, Hint.GUESS if guesses else Hint.UNCLEAR, guesses)
            case Shared(lost):
                return Turn(session, Hint.UNREAD if lost else Hint.SHARED)
            case Kept():
                return Turn(session, Hint.KEPT)
            case Lost():
                return Turn(self._jump(session, self.book.doors[Command.MENU.value]), Hint.LOST)
            case _:
                assert_never(event)

    def _press(self, session: Session, number: int) -> Turn:
        ways = self.book.spoken(session.at).ways
        if not 0 <= number < len(ways):
            return Turn(session, Hint.UNCLEAR)
        chosen = ways[number]
        session = replace(session, locale=chosen.speaks or session.locale)
        if chosen.to == RETURN:
            return Turn(self.returned(session))
        target = self._walker.press(session.at, number, learn(session.facts, chosen.learns))
        return Turn(self._move(session, target, chosen.learns))

    def _name(self, session: Session, fact: str, value: str) -> Turn:
        if value not in self.book.facts.get(fact, ()) or fact not in self.book.named:
            return Turn(session, Hint.UNCLEAR)
        lesson = {fact: value}
        target = self._walker.settle(self.book.leads(session.at, fact), learn(session.facts, lesson))
        return Turn(self._move(session, target, lesson), Hint.NOTED if target == session.at else None)

    def _command(self, session: Session, command: Command) -> Turn:
        match command:
            case Command.LEAVE:
                return Turn(None)
            case Command.BACK:
                return Turn(self._back(session))
            case _:
                return Turn(self._jump(session, self.book.doors[command.value]))

    def _jump(self, session: Session, door: Ref) -> Session:
        """Go through a fixed door. Inside the side journey already: back to its first screen, losing no place."""
        target = self._walker.settle(door, session.facts)
        here = journey(session.at)
        if here != journey(target):
            return self._move(session, target, {})
        while session.at != target and session.trail and journey(session.trail[-1].at) == here:
            session = self._back(session)
        return session if session.at == target else self._move(session, target, {})

    def returned(self, session: Session) -> Session:
        """End a side journey: back to the screen from which it was entered, with what was told on the way (a country)."""
        here, facts = journey(session.at), session.facts
        while session.trail and journey(session.trail[-1].at) == here:
            session = self._back(session)
        return replace(self._back(session), facts=facts)

    def _back(self, session: Session) -> Session:
        """Return to the screen before and undo what its answer taught; without one, to the menu."""
        if not session.trail:
            door = self.book.start if session.at == self.book.start else self.book.doors[Command.MENU.value]
            return replace(session, at=self._walker.settle(door, session.facts), page=0)
        *earlier, last = session.trail
        return replace(session, at=last.at, facts=learn(session.facts, last.undo), page=0, trail=tuple(earlier))

    def _move(self, session: Session, target: Ref, lesson: Facts) -> Session:
        facts = learn(session.facts, lesson)
        if target == session.at and facts == session.facts:
            return replace(session, page=0)
        undo = {name: session.facts.get(name, UNKNOWN) for name in lesson}
        trail = (*session.trail, Past(session.at, undo))[-self._depth :]
        return replace(session, at=target, facts=facts, page=0, trail=trail)
