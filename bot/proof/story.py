"""A counterexample as a tap-by-tap story: a shortest way for a person to come to a state."""

from collections.abc import Iterator
from typing import TypeAlias

from bot.core.book import Ref
from bot.proof.states import Bits, Edge, States

Told: TypeAlias = list[tuple[Ref, str]]  # a screen and the tap made there; the last without a tap


def story(states: States, ref: Ref, bits: Bits) -> Told:
    """Find a shortest story that ends at the screen `ref` with one of these combinations; empty if there is none."""
    for taps, layer in enumerate(states.layers):
        found = layer.get(ref, 0) & bits
        if found:
            return _back(states, taps, ref, found & -found)
    return []


def sentence(told: Told) -> str:
    """Write a story in one line."""
    return " > ".join(f'{ref}: "{tap}"' if tap else ref for ref, tap in told)


def _back(states: States, taps: int, ref: Ref, bit: Bits) -> Told:
    """Walk from a state back to the start, one layer at a time."""
    told: Told = [(ref, "")]
    for layer in reversed(states.layers[:taps]):
        before, edge, came = next(_sources(states, layer, ref, bit))
        told.append((before, edge.tap))
        ref, bit = before, came
    return told[::-1]


def _sources(states: States, layer: dict[Ref, Bits], ref: Ref, bit: Bits) -> Iterator[tuple[Ref, Edge, Bits]]:
    """List the states of a layer from which one tap leads to a state; real taps before typed words."""
    typed = []
    for before, bits in layer.items():
        for edge in states.edges(states.book.spoken(before)):
            came = (
                bits & states.universe.smear(bit, tuple(edge.lesson)) if states.universe.learn(bit, edge.lesson) == bit else 0
            )
            if came and (ref, bit) in states.settle(edge.to, bit):
                if not edge.tap.startswith("types "):
                    yield before, edge, came & -came
                else:
                    typed.append((before, edge, came & -came))
    yield from typed
