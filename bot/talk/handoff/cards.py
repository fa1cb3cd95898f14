"""The guide's own cards, for a helper to send: only those that the guide itself could show to somebody like this person."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from bot.content.library import Library
from bot.core.book import RETURN, UNKNOWN, Ask, Book, Branch, Contacts, Doors, End, Facts, Ref, Step, Tell, Way, holds, journey
from bot.core.session import Session
from bot.talk.handoff.back import LONGEST
from bot.talk.plain import block_text
from bot.talk.screen import Drawer

APART: Final = ("who", "minor", "safe", "near", "what")  # the facts that decide what may be said to whom
STEERS: Final = frozenset({"start", "language", "menu", "leave", "about", "plan"})  # journeys that only lead through the guide
NEXT: Final = "plan.next"  # where the guide decides what is still needed
GAP: Final = "\n\n"
TITLE: Final = 70  # characters of a card's first words

Known: TypeAlias = tuple[str | None, ...]  # what is known of those facts
Lines: TypeAlias = tuple[tuple[int, str | None], ...]  # which of those facts is what
Place: TypeAlias = tuple[
    Ref, str | None, str | None
]  # a step, who may come there, and whether under 18; None if not known then


@dataclass(frozen=True, slots=True)
class Move:
    """Where a step leads, if something is known, and what it teaches. After a `sure` one no other is possible."""

    to: Ref
    asks: Lines = ()
    teaches: Lines = ()
    sure: bool = False


class Cards:
    """Finds cards, and says them in any language for what is known of a person."""

    def __init__(self, library: Library, drawer: Drawer, now: Callable[[], datetime]) -> None:
        """Take the content, what draws it, and the time, as hours and records depend on it."""
        self._library = library
        self._drawer = drawer
        self._now = now
        self._places = reached(library.book)

    def fit(self, facts: Facts) -> list[Ref]:
        """List the cards for somebody of whom this is known: what is right at any age, and what is right at theirs, if told."""
        who, minor = facts.get("who"), facts.get("minor")
        found = {ref for ref, of, age in self._places if age in {None, minor} and who in {None, of}}
        return [ref for ref in self._library.book.steps if ref in found and self.sent(ref)]

    def suggested(self, facts: Facts) -> list[Ref]:
        """Suggest what the guide would say to them: the first answer to what happened, then what it finds needed next."""
        book, fit = self._library.book, set(self.fit(facts))
        first = [way.to for way in _teaching(book, "what", facts.get("what", ""))]
        wanted = [*first, *([NEXT] if NEXT in book.steps else [])]
        return [ref for ref in dict.fromkeys(_settle(book, ref, facts) for ref in wanted) if ref in fit]

    def title(self, ref: Ref, locale: str) -> str:
        """Give the first words of a card."""
        words = self._drawer.speech(locale).say(self._library.book.spoken(ref).text).partition("\n")[0]
        return words if len(words) <= TITLE else words[:TITLE].rpartition(" ")[0] + " …"

    def say(self, ref: Ref, locale: str, facts: Facts) -> list[str]:
        """Say a card, in as many messages as it needs: nothing is cut."""
        content = self._drawer.compose(Session(ref, locale, facts), self._now())
        return _parted([*map(block_text, content.blocks), *filter(None, (content.footnote,))])

    def sent(self, ref: Ref) -> bool:
        """Tell whether a step makes sense as a message: it tells something, or shows who helps."""
        step = self._library.book.steps[ref]
        tells = isinstance(step, Tell | End) or (
            isinstance(step, Ask) and any(isinstance(card, Contacts | Doors) for card in step.show)
        )
        return tells and journey(ref) not in STEERS


def reached(book: Book) -> frozenset[Place]:
    """Find which steps can be reached by whom."""
    moves = {ref: tuple(_moves(step)) for ref, step in book.steps.items()}
    doors = (*book.doors.values(), *book.named.values())
    start: tuple[Ref, Known] = (book.start, (None,) * len(APART))
    seen, todo, met = {start}, deque([start]), set[Known]()
    while todo:
        ref, known = todo.popleft()
        from_anywhere = ((door, known) for door in doors) if known not in met else ()
        met.add(known)
        fresh = {*_onward(moves[ref], known), *from_anywhere} - seen
        seen |= fresh
        todo.extend(fresh)
    return frozenset((ref, known[0], known[1]) for ref, known in seen)


def _moves(step: Step) -> Iterator[Move]:
    """Lay out where a step leads. What else a branch asks may be so or not."""
    if isinstance(step, Branch):
        for case in step.cases:
            asks = _ours(case.when)
            yield Move(case.to, asks, sure=len(asks) == len(case.when))
        return
    for way in step.ways:
        if way.to != RETURN:
            yield Move(way.to, teaches=_ours(way.learns))


def _ours(facts: Facts) -> Lines:
    return tuple((APART.index(name), None if value == UNKNOWN else value) for name, value in facts.items() if name in APART)


def _onward(moves: Sequence[Move], known: Known) -> Iterator[tuple[Ref, Known]]:
    for move in moves:
        if all(known[at] == value for at, value in move.asks):
            after = list(known)
            for at, value in move.teaches:
                after[at] = value
            yield move.to, tuple(after)
            if move.sure:
                return


def _teaching(book: Book, fact: str, value: str) -> Iterator[Way]:
    """Find the buttons that teach a value."""
    for step in book.steps.values():
        if not isinstance(step, Branch):
            yield from (way for way in step.ways if way.learns.get(fact) == value and way.to != RETURN)


def _settle(book: Book, ref: Ref, facts: Facts) -> Ref:
    step = book.steps[ref]
    while isinstance(step, Branch):
        ref = next(case.to for case in step.cases if holds(facts, case.when))
        step = book.steps[ref]
    return ref


def _parted(blocks: Sequence[str]) -> list[str]:
    """Put blocks into messages that are short enough."""
    parts = [""]
    for block in blocks:
        joined = GAP.join(filter(None, (parts[-1], block)))
        if len(joined) <= LONGEST:
            parts[-1] = joined
        else:
            parts.append(block)
    return [part for part in parts if part]
