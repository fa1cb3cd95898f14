"""A counterexample as a tap-by-tap story: a shortest way for a person to come to a state."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from bot.core.book import Book, Facts, Ref, Spoken
from bot.proof.states import Bits, Edge, Universe

Told: TypeAlias = list[tuple[Ref, str]]  # a screen and the tap made there; the last without a tap
Place: TypeAlias = tuple[Ref, Bits]


class Visited(Protocol):
    """States visited in layers, a tap each."""

    @property
    def book(self) -> Book:
        """Give the book that was walked."""

    @property
    def universe(self) -> Universe:
        """Give the facts as bits."""

    @property
    def layers(self) -> Sequence[Mapping[Ref, Bits]]:
        """Give the states that take so many taps and no fewer."""

    def edges(self, step: Spoken) -> Iterable[Edge]:
        """List what can happen on a screen."""

    def settle(self, ref: Ref, bits: Bits) -> Iterable[Place]:
        """Walk through branches to screens."""


def story(visited: Visited, ref: Ref, bits: Bits, facts: Facts | None = None) -> Told:
    """Find a shortest story that ends at the screen `ref` with one of these combinations; empty if there is none.

    Values that behave alike share a bit: `facts` says which of them is meant, so that the story names it.
    """
    for taps, layer in enumerate(visited.layers):
        found = layer.get(ref, 0) & bits
        if found:
            return _back(visited, taps, (ref, found & -found), facts or {})
    return []


def sentence(told: Told) -> str:
    """Write a story in one line."""
    return " > ".join(f'{ref}: "{tap}"' if tap else ref for ref, tap in told)


def _back(visited: Visited, taps: int, place: Place, facts: Facts) -> Told:
    """Walk from a state back to the start, one layer at a time."""
    told: Told = [(place[0], "")]
    for layer in reversed(visited.layers[:taps]):
        sources = list(_sources(visited, layer, place))
        before, edge, came = min(sources, key=lambda source: _oddness(source[1], facts))
        told.append((before, edge.tap))
        place = (before, came)
    return told[::-1]


def _oddness(edge: Edge, facts: Facts) -> tuple[bool, bool]:
    """Prefer what teaches the value that is meant, and real taps before typed words."""
    return any(facts.get(fact, value) != value for fact, value in edge.lesson.items()), edge.tap.startswith("types ")


def _sources(visited: Visited, layer: Mapping[Ref, Bits], place: Place) -> Iterator[tuple[Ref, Edge, Bits]]:
    """List the states of a layer from which one tap leads to a state."""
    _, bit = place
    for before, bits in layer.items():
        for edge in visited.edges(visited.book.spoken(before)):
            if visited.universe.learn(bit, edge.lesson) == bit:
                came = bits & visited.universe.smear(bit, tuple(edge.lesson))
                if came and place in visited.settle(edge.to, bit):
                    yield before, edge, came & -came
