"""One open page of a helper: its seat, and what stands on it. Words pass through; some wait seconds for a broken line."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from json import dumps
from typing import Final, TypeAlias

from bot.core.private import Private
from bot.desks.web_desk.drawing import Drawing
from bot.desks.web_desk.logins import Login
from bot.talk.handoff.back import Arrived, Change, Closed, Colleague, Listed, Seat, Seen, Words

AGAIN: Final = 20.0  # seconds that what was sent is held for a line that breaks, and that a seat outlives its line
SHOWN: Final = 200  # pieces held at most

View: TypeAlias = tuple[bool, tuple[str, ...], int]  # of a talk on the page: the helper's own? who reads along, the number


@dataclass(frozen=True, slots=True)
class Piece:
    """Something for the page: its number, the case it is of, when it was made, and what is written on the line."""

    number: int
    case: str
    made: float
    written: Private[bytes]


@dataclass(eq=False, slots=True)
class Tab:
    """One page."""

    login: Login
    seat: Seat
    drawing: Drawing
    left: float | None = 0.0  # since when nobody listens; None while somebody does
    open: bool = True
    fresh: bool = True  # the page has just been opened
    _views: dict[str, View] = field(default_factory=dict)
    _queue: str = ""
    _sent: deque[Piece] = field(default_factory=lambda: deque(maxlen=SHOWN))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def again(self, after: int, now: float) -> list[Piece]:
        """Give what was sent after a number and may not have come through."""
        self.forget(now)
        return [piece for piece in self._sent if piece.number > after]

    def forget(self, now: float) -> None:
        """Let go of what is older than a broken line lasts."""
        while self._sent and now - self._sent[0].made > AGAIN:
            self._sent.popleft()

    def wipe(self) -> None:
        """Let go of everything."""
        self._sent.clear()
        self._views.clear()

    def take(self, change: Change, now: float) -> list[Piece]:
        """Write down a change for the page."""
        draw = self.drawing
        match change:
            case Words(case, ident, words):
                return self._told("words", case, now, id=ident, html=draw.words(self.login, "them", ident, words))
            case Colleague(case, words):
                return self._told("words", case, now, id="", html=draw.words(self.login, "colleague", "", words))
            case Arrived(case, ident):
                return self._told("arrived", case, now, id=ident)
            case Closed(case, why):
                return [*self._gone(case, now, why.name.lower()), *self.look(now)]
            case Listed():
                return self.look(now)

    def look(self, now: float) -> list[Piece]:
        """Write down what is different in the list and among the talks since the last look."""
        listed, name = self.seat.cases, self.login.name
        views = {
            seen.case: (seen.agent == name, seen.readers, seen.number) for seen in listed if name in {seen.agent, *seen.readers}
        }
        pieces = self.say("begin", now) if self.fresh else []
        for case in [case for case in self._views if case not in views]:
            pieces += self._gone(case, now, "passed")
        for seen in listed:
            if seen.case in views and self._views.get(seen.case) != views[seen.case]:
                pieces += self._view(seen, now)
        self._views, self.fresh = views, False
        queue = self.drawing.queue(self.login, listed)
        if queue != self._queue:
            self._queue = queue
            pieces += self._piece("queue", "", now, html=queue, **self.drawing.waiting(self.login, listed))
        return pieces

    def say(self, event: str, now: float) -> list[Piece]:
        """Write down an event that is all there is to say."""
        return self._piece(event, "", now)

    def _view(self, seen: Seen, now: float) -> list[Piece]:
        """Show a new talk, or who reads along in one that is there; a talk that changes hands is a new one."""
        mine, old = seen.agent == self.login.name, self._views.get(seen.case)
        if old is not None and old[0] == mine:
            return self._piece("facts", seen.case, now, html=self.drawing.facts(self.login, seen))
        html = self.drawing.case(self.login, seen, fresh=self.fresh)
        return self._piece("case", seen.case, now, html=html)

    def _told(self, event: str, case: str, now: float, **values: object) -> list[Piece]:
        """Write down what was said, below the talk it is of."""
        before = [] if case in self._views else self.look(now)
        return [*before, *self._piece(event, case, now, **values)] if case in self._views else before

    def _gone(self, case: str, now: float, why: str) -> list[Piece]:
        """Take a talk away that is over here, with what was written of it."""
        view = self._views.pop(case, None)
        if view is None:
            return []
        kept = [piece for piece in self._sent if piece.case != case]
        self._sent.clear()
        self._sent.extend(kept)
        return self._piece("gone", case, now, html=self.drawing.gone(self.login, case, view[2], why))

    def _piece(self, event: str, case: str, now: float, **values: object) -> list[Piece]:
        number = next(self._numbers)
        line = dumps({"case": case, **values})
        piece = Piece(number, case, now, Private(f"id: {number}\nevent: {event}\ndata: {line}\n\n".encode()))
        self.forget(now)
        self._sent.append(piece)
        return [piece]
