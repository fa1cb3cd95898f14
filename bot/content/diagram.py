"""Pictures of journeys, drawn by the same library that steps them."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from transitions.extensions import GraphMachine

from bot.core.book import RETURN, Book, Branch, Pick, Ref, Step, journey

FORMATS: Final = ("mermaid", "dot", "svg")
MOST: Final = 2  # labels on one arrow; more would make a picture nobody can read


class Marker:
    """The one model a diagram needs; it goes nowhere."""

    state: Ref


class Arrow(NamedTuple):
    """One arrow: from a step to another, with what is said on it."""

    at: Ref
    to: Ref
    label: str


def journeys(book: Book) -> list[str]:
    """List the journeys' names."""
    return sorted({journey(ref) for ref in book.steps})


def draw(book: Book, name: str | None, form: str) -> str:
    """Draw one journey, or (without a name) how the journeys hang together.

    Raises:
        ImportError: for `dot` and `svg`, if the Python package graphviz is missing.
        RuntimeError: for `svg`, if the program `dot` is missing.
    """
    arrows = list(_inside(book, name) if name else _between(book))
    first = [] if name else [journey(book.start)]
    states = list(dict.fromkeys([*first, *(ref for arrow in arrows for ref in (arrow.at, arrow.to))]))
    machine = GraphMachine(
        model=Marker(), states=states, initial=states[0], auto_transitions=False,
        graph_engine="mermaid" if form == "mermaid" else "graphviz", title=name or "The journeys",
    )  # fmt: skip
    for arrow in arrows:
        machine.add_transition(arrow.label, arrow.at, arrow.to)
    graph: Any = machine.get_combined_graph(force_new=True)
    if form == "mermaid":
        return str(graph.draw(None))
    return str(graph.source if form == "dot" else graph.pipe(format="svg", encoding="utf-8"))


def _inside(book: Book, name: str) -> Iterator[Arrow]:
    """List a journey's arrows; what leads from one step to the same other step stands on one arrow."""
    for ref, step in book.steps.items():
        if journey(ref) == name:
            labels: dict[Ref, list[str]] = {}
            for to, label in _arrows(step):
                labels.setdefault(to, []).append(label)
            yield from (Arrow(ref, to, "; ".join(said[:MOST]) + " …" * (len(said) > MOST)) for to, said in labels.items())


def _arrows(step: Step) -> Iterator[tuple[Ref, str]]:
    if isinstance(step, Branch):
        for case in step.cases:
            yield case.to, ", ".join(f"{fact} = {value}" for fact, value in case.when.items()) or "else"
    elif isinstance(step, Pick):
        yield step.ways[0].to, f"any {step.among}"
    else:
        yield from ((way.to, way.label.english if way.label else way.id) for way in step.ways)


def _between(book: Book) -> Iterator[Arrow]:
    seen = set()
    for ref, step in book.steps.items():
        for to, _ in _arrows(step):
            pair = (journey(ref), journey(to))
            if to != RETURN and pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                yield Arrow(*pair, "")
