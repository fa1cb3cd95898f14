"""Every reachable state, exactly: for each step, the set of all fact combinations it can be reached with.

A set is one integer: bit i stands for the combination with mixed-radix number i. Learning a fact is a shift,
a condition is a mask, a union is `|`, so millions of states cost microseconds each move and nothing is sampled.

Values that no branch and no choice tells apart (most countries, most platforms) behave alike; they share a bit,
and are counted and drawn one by one all the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final, TypeAlias

from bot.core.book import RETURN, UNKNOWN, Book, Branch, Facts, Ref, Spoken

Bits: TypeAlias = int
NONE: Final = 0


@dataclass(frozen=True, slots=True)
class Axis:
    """One fact: its classes of values (the first is `unknown`), and how far apart their bits lie."""

    fact: str
    classes: tuple[tuple[str, ...], ...]
    stride: int

    def place(self, value: str) -> int:
        """Find the class of a value."""
        return next(place for place, values in enumerate(self.classes) if value in values)


class Universe:
    """All combinations of facts, as bits."""

    def __init__(self, book: Book) -> None:
        """Lay out the axes."""
        self.axes: dict[str, Axis] = {}
        stride = 1
        for fact, values in book.facts.items():
            classes = _classes(fact, values, book)
            self.axes[fact] = Axis(fact, classes, stride)
            stride *= len(classes)
        self.size = stride
        self.full: Bits = (1 << stride) - 1
        self._masks = {
            (fact, place): self._mask(axis, place) for fact, axis in self.axes.items() for place in range(len(axis.classes))
        }

    def mask(self, fact: str, value: str) -> Bits:
        """Give all combinations in which `fact` is `value` (or `unknown`)."""
        return self._masks[fact, self.axes[fact].place(value)]

    def where(self, facts: Facts) -> Bits:
        """Give all combinations that agree with `facts`."""
        bits = self.full
        for fact, value in facts.items():
            bits &= self.mask(fact, value)
        return bits

    def learn(self, bits: Bits, lesson: Facts) -> Bits:
        """Teach every combination of a set the same lesson."""
        for fact, value in lesson.items():
            axis = self.axes[fact]
            bits = self._move(bits, axis, axis.place(value))
        return bits

    def count(self, bits: Bits) -> int:
        """Count the combinations, every value of a class for itself."""
        groups = [axis for axis in self.axes.values() if any(len(values) > 1 for values in axis.classes)]
        return sum(weight * (bits & mask).bit_count() for mask, weight in self._weights(groups))

    def values(self, bits: Bits, facts: Sequence[str]) -> Iterator[Facts]:
        """List how these facts can stand in a set: each combination once, `unknown` left out."""
        if bits and not facts:
            yield {}
        elif bits:
            axis = self.axes[facts[0]]
            for place, values in enumerate(axis.classes):
                for rest in self.values(bits & self._masks[axis.fact, place], facts[1:]):
                    yield from ({**({} if value == UNKNOWN else {axis.fact: value}), **rest} for value in values)

    def _weights(self, groups: Sequence[Axis]) -> Iterator[tuple[Bits, int]]:
        if not groups:
            yield self.full, 1
            return
        for mask, weight in self._weights(groups[1:]):
            for place, values in enumerate(groups[0].classes):
                yield mask & self._masks[groups[0].fact, place], weight * len(values)

    def _mask(self, axis: Axis, place: int) -> Bits:
        period = axis.stride * len(axis.classes)
        unit = ((1 << axis.stride) - 1) << (place * axis.stride)
        return unit * (self.full // ((1 << period) - 1))

    def _move(self, bits: Bits, axis: Axis, to: int) -> Bits:
        moved = NONE
        for place in range(len(axis.classes)):
            part = bits & self._masks[axis.fact, place]
            distance = (to - place) * axis.stride
            moved |= part << distance if distance >= 0 else part >> -distance
        return moved


@dataclass(frozen=True, slots=True)
class Edge:
    """One move a person or a branch can make: if `when`, learn `lesson`, go `to`. `tap` says it in words."""

    to: Ref
    lesson: Facts
    tap: str


class States:
    """The reachable states of a book."""

    def __init__(self, book: Book) -> None:
        """Visit them all."""
        self.book = book
        self.universe = Universe(book)
        self.reached: dict[Ref, Bits] = dict.fromkeys(book.steps, NONE)
        self._visit()

    def count(self) -> int:
        """Count the states: steps with a screen, times the facts they can be reached with."""
        return sum(self.universe.count(self.reached[ref]) for ref in self.spoken())

    def spoken(self) -> Iterator[Ref]:
        """List the steps that have a screen."""
        return (ref for ref, step in self.book.steps.items() if not isinstance(step, Branch))

    def _visit(self) -> None:
        new: dict[Ref, Bits] = {self.book.start: self.universe.where(dict.fromkeys(self.book.facts, UNKNOWN))}
        while new:
            ref, bits = new.popitem()
            self.reached[ref] |= bits
            for to, moved in self._moves(ref, bits):
                fresh = moved & ~self.reached[to]
                if fresh:
                    new[to] = new.get(to, NONE) | fresh

    def _moves(self, ref: Ref, bits: Bits) -> Iterator[tuple[Ref, Bits]]:
        step = self.book.steps[ref]
        if not isinstance(step, Branch):
            yield from ((edge.to, self.universe.learn(bits, edge.lesson)) for edge in self._distinct(step))
            return
        for case in step.cases:
            chosen = bits & self.universe.where(case.when)
            yield case.to, chosen
            bits &= ~chosen

    def _distinct(self, step: Spoken) -> Iterator[Edge]:
        """Give a step's moves, values of one class once."""
        seen = set()
        for edge in edges(self.book, step):
            places = tuple((fact, self.universe.axes[fact].place(value)) for fact, value in edge.lesson.items())
            if (edge.to, places) not in seen:
                seen.add((edge.to, places))
                yield edge


def edges(book: Book, step: Spoken) -> Iterator[Edge]:
    """List what can happen on a step's screen, in the order a person sees it.

    Back and the end of a side journey are left out: they restore a state that was already visited.
    """
    for number, way in enumerate(step.ways):
        if way.to != RETURN:
            yield Edge(way.to, way.learns, way.label.english if way.label else f"{way.id} ({number + 1})")
    for name, ref in book.doors.items():
        yield Edge(ref, {}, f"[{name}]")
    for fact, ref in book.named.items():
        yield from (Edge(ref, {fact: value}, f'types "{value}"') for value in book.facts[fact])


def _classes(fact: str, values: Sequence[str], book: Book) -> tuple[tuple[str, ...], ...]:
    told_apart = set(_mentioned(fact, book))
    alike = tuple(value for value in values if value not in told_apart)
    apart = tuple((value,) for value in values if value in told_apart)
    return ((UNKNOWN,), *apart, *([alike] if alike else []))


def _mentioned(fact: str, book: Book) -> Iterator[str]:
    """List the values of a fact that a branch, or a choice written by hand, tells apart."""
    for step in book.steps.values():
        if isinstance(step, Branch):
            yield from (case.when[fact] for case in step.cases if fact in case.when)
        elif not _lists(fact, step):
            yield from (way.learns[fact] for way in step.ways if fact in way.learns)


def _lists(fact: str, step: Spoken) -> bool:
    return getattr(step, "among", None) == fact


def combinations(book: Book) -> int:
    """Say how many combinations of facts there are at all."""
    return prod(len(values) + 1 for values in book.facts.values())


def knows(facts: Facts, when: Mapping[str, str]) -> bool:
    """Tell whether facts agree with `when`, `unknown` included."""
    return all(facts.get(fact, UNKNOWN) == value for fact, value in when.items())
