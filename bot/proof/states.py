"""Every reachable state, exactly: for each step, the set of all fact combinations it can be reached with.

A set is one integer: bit i stands for the combination with mixed-radix number i. Learning a fact is a shift,
a condition is a mask, a union is `|`, so millions of states cost microseconds each move and nothing is sampled.

Values that no branch and no choice tells apart (most countries, most platforms) behave alike; they share a bit,
and are counted and drawn one by one all the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.core.book import RETURN, UNKNOWN, Book, Branch, Facts, Ref, Spoken, journey

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

    def smear(self, bits: Bits, facts: Sequence[str]) -> Bits:
        """Forget facts: give every combination that differs from one of the set in these alone."""
        for fact in facts:
            axis = self.axes[fact]
            wide = NONE
            for place in range(len(axis.classes)):
                wide |= self._move(bits, axis, place)
            bits = wide
        return bits

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
    """The reachable states of a book, in layers: the states that take so many taps and no fewer."""

    def __init__(self, book: Book) -> None:
        """Visit them all."""
        self.book = book
        self.universe = Universe(book)
        self.reached: dict[Ref, Bits] = dict.fromkeys(book.steps, NONE)
        self.layers: list[dict[Ref, Bits]] = []
        self._aside = told_aside(book)
        self._visit()

    def count(self) -> int:
        """Count the states: steps with a screen, times the facts they can be reached with."""
        return sum(self.universe.count(self.reached[ref]) for ref in self.spoken())

    def spoken(self) -> Iterator[Ref]:
        """List the steps that have a screen."""
        return (ref for ref, step in self.book.steps.items() if not isinstance(step, Branch))

    def edges(self, step: Spoken) -> Iterator[Edge]:
        """List what can happen on a step's screen, in the order a person sees it.

        Back is left out: it restores a state that was already visited. The end of a side journey (danger, a person, the
        language) restores the screen it was entered from, with what was told on the way, so that stands here instead.
        """
        for number, way in enumerate(step.ways):
            if way.to != RETURN:
                yield Edge(way.to, way.learns, way.label.english if way.label else f"{way.id} ({number + 1})")
        for name, ref in self.book.doors.items():
            yield Edge(ref, {}, f"[{name}]")
        for lesson in self._aside:
            yield Edge(step.ref, lesson, f"[goes aside, tells {', '.join(lesson.values())}, comes back]")
        for fact in self.book.named:
            ref = self.book.leads(step.ref, fact)
            yield from (Edge(ref, {fact: value}, f'types "{value}"') for value in self.book.facts[fact])

    def settle(self, ref: Ref, bits: Bits, above: tuple[Ref, ...] = ()) -> Iterator[tuple[Ref, Bits]]:
        """Walk a set through branches to the screens it comes out at; a circle comes out nowhere (a law tells of it)."""
        if ref in above:
            return
        step = self.book.steps[ref]
        if not isinstance(step, Branch):
            yield ref, bits
            return
        for case in step.cases:
            chosen = bits & self.universe.where(case.when)
            bits &= ~chosen
            if chosen:
                yield from self.settle(case.to, chosen, (*above, ref))

    def _visit(self) -> None:
        layer: dict[Ref, Bits] = {self.book.start: self.universe.where(dict.fromkeys(self.book.facts, UNKNOWN))}
        while layer:
            self.layers.append(layer)
            for ref, bits in layer.items():
                self.reached[ref] |= bits
            layer = self._after(layer)
        self._mark_branches()

    def _after(self, layer: dict[Ref, Bits]) -> dict[Ref, Bits]:
        """Take every tap from a layer; what is new is the next. Taps that mean the same are taken together."""
        moves: dict[tuple[Ref, tuple[tuple[str, int], ...]], tuple[Facts, Bits]] = {}
        for ref, bits in layer.items():
            for edge in self.edges(self.book.spoken(ref)):
                key = (
                    edge.to,
                    tuple((fact, self.universe.axes[fact].place(value)) for fact, value in edge.lesson.items()),
                )
                moves[key] = (edge.lesson, moves.get(key, ({}, NONE))[1] | bits)
        new: dict[Ref, Bits] = {}
        for (to, _), (lesson, bits) in moves.items():
            for ref, moved in self.settle(to, self.universe.learn(bits, lesson)):
                fresh = moved & ~self.reached[ref]
                if fresh:
                    new[ref] = new.get(ref, NONE) | fresh
        return new

    def _mark_branches(self) -> None:
        """Note with which facts each branch is come to."""
        for ref in self.spoken():
            for edge in self.edges(self.book.spoken(ref)):
                self._mark(edge.to, self.universe.learn(self.reached[ref], edge.lesson))

    def _mark(self, ref: Ref, bits: Bits) -> None:
        step = self.book.steps[ref]
        fresh = bits & ~self.reached[ref]
        if not isinstance(step, Branch) or not fresh:
            return
        self.reached[ref] |= fresh
        for case in step.cases:
            chosen = fresh & self.universe.where(case.when)
            fresh &= ~chosen
            if chosen:
                self._mark(case.to, chosen)


def told_aside(book: Book) -> tuple[Facts, ...]:
    """List what can be told in a side journey: one that somewhere ends with `return`."""
    spoken = [step for step in book.steps.values() if not isinstance(step, Branch)]
    sides = {journey(step.ref) for step in spoken if any(way.to == RETURN for way in step.ways)}
    lessons = [way.learns for step in spoken if journey(step.ref) in sides for way in step.ways if way.learns]
    return tuple({tuple(lesson.items()): lesson for lesson in lessons}.values())


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
