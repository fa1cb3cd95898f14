"""The shared vocabulary: what contacts can be and do, and how cards choose among them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.content.directory import Selection
from bot.content.form import Form
from bot.content.reader import Desk, Map, Scalar
from bot.core.book import Text


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words translated once, and the selections of cards."""

    kinds: Mapping[str, Text]
    does: Mapping[str, Text]
    selections: Mapping[str, Selection]
    doors: Mapping[str, Selection]
    door_labels: Mapping[str, Text]


def read_vocabulary(desk: Desk, page: Map) -> Vocabulary:
    """Read vocabulary.yaml."""
    form = Form(desk, page)
    kinds, does = _words(desk, form.form("kinds"), "kind"), _words(desk, form.form("does"), "does")
    selections, doors = form.form("selections"), form.form("doors")
    found = {key: _selection(Form(desk, value), kinds, does) for key, value in _maps(selections)}
    door_forms = {key: Form(desk, value) for key, value in _maps(doors)}
    labels = {}
    for key, entry in door_forms.items():
        label = entry.scalar("label")
        if label:
            labels[key] = desk.text(f"door.{key}", label, most=40)
    chosen = {key: _selection(entry, kinds, does) for key, entry in door_forms.items()}
    form.done(lambda: ("kinds", "does", "selections", "doors"))
    return Vocabulary(kinds, does, found, chosen, labels)


def _words(desk: Desk, form: Form | None, context: str) -> dict[str, Text]:
    pairs = form.pairs() if form else ()
    return {key: desk.text(f"{context}.{key}", value, most=48) for key, value in pairs if isinstance(value, Scalar)}


def _maps(form: Form | None) -> list[tuple[str, Map]]:
    return [(key, value) for key, value in (form.pairs() if form else ()) if isinstance(value, Map)]


def _selection(form: Form, kinds: Mapping[str, Text], does: Mapping[str, Text]) -> Selection:
    names, actions = form.words("kinds", kinds), form.words("does", does)
    most, least = form.scalar("most", needed=False), form.scalar("at_least", needed=False)
    both, first = (form.word(key, ("yes", "no"), needed=False) == "yes" for key in ("both_ages", "everybody_first"))
    form.done(lambda: ("kinds", "does", "most", "at_least", "both_ages", "everybody_first"))
    return Selection(names, actions, _count(form, most, 1), _count(form, least, 0), both, first)


def _count(form: Form, scalar: Scalar | None, otherwise: int) -> int:
    if scalar is not None and not scalar.value.isdecimal():
        form.desk.wrong(scalar.spot, f'"{scalar.value}" is no number. Write a whole number.')
        return otherwise
    return int(scalar.value) if scalar else otherwise
