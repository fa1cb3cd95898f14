"""The book as one `transitions` machine, stepped without registering a model per person.

Steps are states, ways are triggers, facts are conditions. A registered model would cost 59-175 kB and a
millisecond; a cursor that is thrown away costs 7 µs a step (docs/decisions/0002).
"""

from dataclasses import dataclass
from typing import Any, Final

from transitions import EventData, Machine

from bot.core.book import Book, Branch, Case, Facts, Ref, holds

GO: Final = "go"  # the trigger of a branch


@dataclass(slots=True)
class Cursor:
    """A position to be moved and thrown away."""

    state: Ref
    facts: Facts


def way(number: int) -> str:
    """Name the trigger of a numbered way."""
    return f"way_{number}"


def condition(case: Case) -> Any:  # noqa: ANN401 - transitions takes any callable
    """Make the condition of one line of a branch."""

    def agrees(event: EventData) -> bool:
        return isinstance(event.model, Cursor) and holds(event.model.facts, case.when)

    return agrees


def compile_book(book: Book) -> Machine:
    """Compile the journeys into one machine. The book must have no problems: every target exists."""
    machine = Machine(model=None, states=list(book.steps), initial=book.start, auto_transitions=False, send_event=True)
    for ref, step in book.steps.items():
        if isinstance(step, Branch):
            for case in step.cases:
                machine.add_transition(GO, ref, case.to, conditions=condition(case))
            continue
        for number, onward in enumerate(step.ways):
            if onward.to in book.steps:
                machine.add_transition(way(number), ref, onward.to)
    return machine


class Walker:
    """Steps the machine for one move at a time; holds no person."""

    def __init__(self, book: Book) -> None:
        """Compile once, step for ever."""
        self._machine = compile_book(book)
        self._branches = frozenset(ref for ref, step in book.steps.items() if isinstance(step, Branch))

    def press(self, at: Ref, number: int, facts: Facts) -> Ref:
        """Take the numbered way from `at`, knowing `facts` (the way's own lesson included), to the next screen."""
        return self._fire(way(number), Cursor(at, facts))

    def settle(self, at: Ref, facts: Facts) -> Ref:
        """Walk through branches from `at` until a step with a screen is reached."""
        cursor = Cursor(at, facts)
        while cursor.state in self._branches:
            self._machine.events[GO].trigger(cursor)
        return cursor.state

    def _fire(self, trigger: str, cursor: Cursor) -> Ref:
        self._machine.events[trigger].trigger(cursor)
        return self.settle(cursor.state, cursor.facts)
