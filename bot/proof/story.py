"""A counterexample as a tap-by-tap story: the shortest way a person can come to a state."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeAlias

from bot.core.book import Book, Branch, Facts, Ref, holds, learn
from bot.proof.states import Edge, edges

State: TypeAlias = tuple[Ref, tuple[tuple[str, str], ...]]
Wanted: TypeAlias = Callable[[Ref, Facts], bool]


def story(book: Book, wanted: Wanted, about: frozenset[str]) -> list[tuple[Ref, str]]:
    """Find the shortest story to a wanted state: pairs of a screen and the tap made there, the last without a tap.

    Only the facts of `about` and those that branches ask for are followed; the others change nothing on the way.
    Gives an empty list if there is no such state.
    """
    kept = about | _asked(book)
    first: State = (book.start, ())
    came: dict[State, tuple[State, str] | None] = {first: None}
    queue = deque([first])
    while queue:
        state = queue.popleft()
        if wanted(state[0], dict(state[1])):
            return _told(state, came)
        for edge in edges(book, book.spoken(state[0])):
            after = _after(book, state, edge, kept)
            if after not in came:
                came[after] = (state, edge.tap)
                queue.append(after)
    return []


def sentence(told: list[tuple[Ref, str]]) -> str:
    """Write a story in one line."""
    return " > ".join(f'{ref}: "{tap}"' if tap else ref for ref, tap in told)


def settle(book: Book, ref: Ref, facts: Facts) -> Ref:
    """Walk through branches to a screen."""
    step = book.steps[ref]
    while isinstance(step, Branch):
        ref = next(case.to for case in step.cases if holds(facts, case.when))
        step = book.steps[ref]
    return ref


def _after(book: Book, state: State, edge: Edge, kept: frozenset[str]) -> State:
    facts = learn(dict(state[1]), edge.lesson)
    ref = settle(book, edge.to, facts)
    return ref, tuple(sorted((fact, value) for fact, value in facts.items() if fact in kept))


def _asked(book: Book) -> frozenset[str]:
    return frozenset(
        fact for step in book.steps.values() if isinstance(step, Branch) for case in step.cases for fact in case.when
    )


def _told(state: State, came: dict[State, tuple[State, str] | None]) -> list[tuple[Ref, str]]:
    def backwards() -> Iterator[tuple[Ref, str]]:
        here, tap = state, ""
        while True:
            yield here[0], tap
            before = came[here]
            if before is None:
                return
            here, tap = before

    return list(backwards())[::-1]
