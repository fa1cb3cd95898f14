"""What lies ahead of a person: where the buttons of the screens lead, and from where a screen can be reached."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.core.book import RETURN, UNKNOWN, Book, Branch, Facts, Ref, Spoken
from bot.core.events import Command
from bot.proof.states import NONE, Bits, Edge, States, Universe

Where: TypeAlias = dict[Ref, Bits]  # screens, each with the facts that can stand there
Edges: TypeAlias = Callable[[Spoken], Iterable[Edge]]

BUTTONS: Final = (Command.DANGER, Command.PERSON, Command.MENU, Command.LANGUAGE)  # the doors that stand on every screen


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice that teaches a fact, the screens that follow at once, and with which facts."""

    value: str
    at: Ref
    after: tuple[tuple[Ref, Bits], ...]


def ways(step: Spoken) -> list[Edge]:
    """List the choices of a screen, without those that end a side journey."""
    return [Edge(way.to, way.learns, way.label.english if way.label else way.id) for way in step.ways if way.to != RETURN]


def taps(book: Book) -> Edges:
    """Give what can be tapped on a screen: its choices, and the fixed buttons that lead somewhere."""
    doors = [Edge(book.doors[command.value], {}, f"[{command.value}]") for command in BUTTONS]
    return lambda step: [*ways(step), *doors]


def answers(states: States, fact: str, where: Facts) -> Iterator[Answer]:
    """List the choices that teach a fact to people of whom `where` is true, and what they see next."""
    held = states.universe.where(where)
    for ref in states.spoken():
        for way in states.book.spoken(ref).ways:
            if way.learns.get(fact, UNKNOWN) != UNKNOWN and way.to != RETURN:
                after = states.universe.learn(states.reached[ref] & held, way.learns) & held
                yield Answer(way.learns[fact], ref, tuple(states.settle(way.to, after)) if after else ())


class Ahead:
    """All that follows from some states by the choices alone, in layers, a tap each; it goes on from no screen that `stops`."""

    def __init__(
        self, states: States, start: Iterable[tuple[Ref, Bits]], stops: Callable[[Spoken], bool] = lambda _: False
    ) -> None:
        """Walk on until nothing is new."""
        self.book: Book = states.book
        self.universe: Universe = states.universe
        self.settle = states.settle
        self._stops = stops
        self.reached: Where = {}
        self.layers: list[Where] = []
        layer: Where = {}
        for ref, bits in start:
            layer[ref] = layer.get(ref, NONE) | bits
        while layer:
            self.layers.append(layer)
            for ref, bits in layer.items():
                self.reached[ref] = self.reached.get(ref, NONE) | bits
            layer = self._after(layer)

    def edges(self, step: Spoken) -> list[Edge]:
        """List where a screen leads."""
        return [] if self._stops(step) else ways(step)

    def _after(self, layer: Where) -> Where:
        new: Where = {}
        for ref, bits in layer.items():
            for edge in self.edges(self.book.spoken(ref)):
                for to, moved in self.settle(edge.to, self.universe.learn(bits, edge.lesson)):
                    fresh = moved & ~self.reached.get(to, NONE)
                    if fresh:
                        new[to] = new.get(to, NONE) | fresh
        return new


class Behind:
    """The states from which a goal can be reached; it grows by a tap at a time."""

    def __init__(self, states: States, goal: Where, edges: Edges) -> None:
        """Start with the goal itself."""
        self._states = states
        self._edges = {ref: list(edges(states.book.spoken(ref))) for ref in states.spoken()}
        self.known: Where = {ref: goal.get(ref, NONE) & states.reached[ref] for ref in states.spoken()}

    def tap(self) -> None:
        """Add the states from which one tap leads into what is known."""
        into = self._memory(dict(self.known))
        self.known = {ref: bits | self._before(ref, into) for ref, bits in self.known.items()}

    def all(self) -> None:
        """Add states until none is left to add."""
        grows = True
        while grows:
            grows, into = False, self._memory(self.known)
            for ref in reversed(tuple(self.known)):
                more = self._before(ref, into) & ~self.known[ref] if self.missing(ref) else NONE
                grows |= bool(more)
                self.known[ref] |= more

    def missing(self, ref: Ref) -> Bits:
        """Give the states of a screen from which the goal cannot be reached."""
        return self._states.reached[ref] & ~self.known[ref]

    def _before(self, ref: Ref, into: Callable[[Ref], Bits]) -> Bits:
        universe, bits = self._states.universe, NONE
        for edge in self._edges[ref]:
            bits |= universe.smear(into(edge.to) & universe.where(edge.lesson), tuple(edge.lesson))
        return bits & self._states.reached[ref]

    def _memory(self, known: Mapping[Ref, Bits]) -> Callable[[Ref], Bits]:
        """Give the facts with which a step, be it a branch, comes out at something known."""
        found: Where = {}

        def into(ref: Ref) -> Bits:
            if ref in known:
                return known[ref]
            if ref not in found:
                found[ref] = NONE  # a circle comes out nowhere
                found[ref] = self._through(ref, into)
            return found[ref]

        return into

    def _through(self, ref: Ref, into: Callable[[Ref], Bits]) -> Bits:
        step, universe = self._states.book.steps[ref], self._states.universe
        rest, bits = universe.full, NONE
        for case in step.cases if isinstance(step, Branch) else ():
            chosen = rest & universe.where(case.when)
            rest &= ~chosen
            bits |= chosen & into(case.to)
        return bits
