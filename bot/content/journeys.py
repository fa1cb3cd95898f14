"""Journeys: from an editor's file to the steps of the book."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.content.directory import TOPICS
from bot.content.form import Form
from bot.content.platforms import LINKS, PARTS
from bot.content.problems import Spot, meant
from bot.content.reader import Desk, Map, Scalar, Value
from bot.core.book import (
    LANGUAGE,
    OTHER,
    RETURN,
    UNKNOWN,
    Ask,
    Branch,
    Card,
    Case,
    Contacts,
    Doors,
    Duties,
    End,
    Facts,
    Laws,
    Note,
    Person,
    Pick,
    Ref,
    Reviewed,
    Route,
    Step,
    Tell,
    Text,
    Way,
)

KINDS: Final = ("tell", "ask", "pick", "branch", "person", "end")
HOLDS: Final = (
    "validation", "action", "safety", "no_pay", "evidence", "deletion", "removal", "police", "legal", "people", "warning",
)  # fmt: skip
LONGEST_TEXT: Final = 600  # R72
LONGEST_LABEL: Final = 48
LONGEST_SHORT: Final = 24  # a WhatsApp list row (LIMITS.md)


@dataclass(frozen=True, slots=True)
class Known:
    """What a journey may refer to, read before it."""

    facts: Mapping[str, tuple[str, ...]]
    listed: frozenset[str]  # facts that are picked from files: country, platform
    locales: tuple[str, ...]
    selections: Sequence[str]
    platforms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Target:
    """A reference to another step, to be checked when all steps are known."""

    ref: Ref
    spot: Spot


@dataclass(slots=True)
class Journeys:
    """All journeys being read."""

    desk: Desk
    known: Known
    next: Text
    steps: dict[Ref, Step]
    spots: dict[Ref, Spot]
    targets: list[Target]

    def read(self, page: Map) -> None:
        """Read one file."""
        form = Form(self.desk, page)
        name = form.scalar("journey")
        steps = form.form("steps")
        form.done(lambda: ("journey", "steps"))
        if name is None or steps is None:
            return
        for key, value in steps.pairs():
            ref = f"{name.value}.{key}"
            if ref in self.steps:
                self.desk.wrong(steps.at(key), f'There is already a step "{ref}". Give this one another name.')
            elif isinstance(value, Map):
                self._step(ref, Form(self.desk, value), steps.at(key))
            else:
                self.desk.wrong(steps.at(key), f'The step "{key}" should be `key: value` lines. See docs/content.md.')

    def settle(self) -> None:
        """Check every target once all steps are known."""
        for target in self.targets:
            if target.ref not in self.spots and target.ref != RETURN:
                self.desk.wrong(target.spot, f'There is no step "{target.ref}". {meant(target.ref, self.steps)}')

    def _step(self, ref: Ref, form: Form, spot: Spot) -> None:
        kinds = [kind for kind in KINDS if kind in form.left]
        self.spots[ref] = spot
        if len(kinds) != 1:
            said = f"It has {' and '.join(kinds)}." if kinds else "It has none of them."
            self.desk.wrong(spot, f"A step is exactly one of {', '.join(KINDS)}. {said}")
            return
        note = form.scalar("note", needed=False)
        step = getattr(self, f"_{kinds[0]}")(ref, form, note.value if note else "")
        form.done(lambda: ("note", "show", "holds", "to", "choices", "text", "otherwise", *KINDS))
        if step is not None:
            self.steps[ref] = step

    def _tell(self, ref: Ref, form: Form, note: str) -> Step:
        text, to = self._text(ref, form, "tell", note), self._to(ref, form, "to")
        ways = (Way("next", to, label=self.next),) if to else ()
        return Tell(ref, text, ways, self._show(form), self._holds(form))

    def _ask(self, ref: Ref, form: Form, note: str) -> Step:
        text, ways = self._text(ref, form, "ask", note), tuple(self._choices(ref, form))
        if not ways:
            self.desk.wrong(form.spot, "This question has no choices. Add at least one under `choices:`.")
        return Ask(ref, text, ways, self._show(form), self._holds(form))

    def _pick(self, ref: Ref, form: Form, note: str) -> Step | None:
        among = form.word("pick", (*sorted(self.known.listed), LANGUAGE))
        text, to = self._text(ref, form, "text", note), self._to(ref, form, "to")
        if among is None or to is None:
            return None
        return Pick(ref, text, among, tuple(self._list(among, to)), self._show(form), self._holds(form))

    def _person(self, ref: Ref, form: Form, note: str) -> Step:
        text, to = self._text(ref, form, "person", note), self._to(ref, form, "otherwise")
        ways = (Way("next", to, label=self.next),) if to else ()
        return Person(ref, text, ways, self._show(form), self._holds(form))

    def _end(self, ref: Ref, form: Form, note: str) -> Step:
        return End(ref, self._text(ref, form, "end", note), self._show(form), self._holds(form))

    def _branch(self, ref: Ref, form: Form, note: str) -> Step | None:  # noqa: ARG002 - shows nothing
        cases = tuple(self._cases(ref, form))
        if not cases or cases[-1].when:
            self.desk.wrong(form.spot, "A branch must end with a line without `when`, for all that is left. Add `- {to: ...}`.")
            return None
        return Branch(ref, cases)

    def _cases(self, ref: Ref, form: Form) -> Iterator[Case]:
        for entry in form.forms("branch"):
            when, to = self._facts(entry, "when", (UNKNOWN,)), self._to(ref, entry, "to")
            entry.done(lambda: ("when", "to"))
            if to:
                yield Case(when, to)

    def _choices(self, ref: Ref, form: Form) -> Iterator[Way]:
        choices = form.form("choices")
        for key, value in choices.pairs() if choices else ():
            if not isinstance(value, Map):
                self.desk.wrong(value.spot, f'The choice "{key}" should hold a label and a target: {{label: ..., to: ...}}.')
                continue
            entry = Form(self.desk, value)
            label, short = self._label(entry, f"{ref}.{key}")
            to, learns = self._to(ref, entry, "to"), self._facts(entry, "learns", (UNKNOWN,))
            entry.done(lambda: ("label", "short", "to", "learns"))
            if to and label:
                yield Way(key, to, learns, label, short)

    def _label(self, form: Form, context: str) -> tuple[Text | None, Text | None]:
        label, short = form.scalar("label"), form.scalar("short", needed=False)
        if label is None:
            return None, None
        if len(label.value) > LONGEST_SHORT and short is None:
            self.desk.wrong(
                label.spot,
                f"This label has {len(label.value)} characters. Add `short:` with at most {LONGEST_SHORT}, for small lists.",
            )
        text = self.desk.text(context, label, "a button", LONGEST_LABEL)
        brief = self.desk.text(f"{context}.short", short, "a small button", LONGEST_SHORT) if short else None
        return text, brief

    def _list(self, among: str, to: Ref) -> Iterator[Way]:
        if among == LANGUAGE:
            yield from (Way(tag, to, speaks=tag) for tag in self.known.locales)
            return
        yield from (Way(value, to, {among: value}) for value in self.known.facts[among] if value != OTHER)
        yield Way(OTHER, to, {among: OTHER})

    def _text(self, ref: Ref, form: Form, key: str, note: str) -> Text:
        scalar = form.scalar(key)
        return self.desk.text(ref, scalar, note, LONGEST_TEXT) if scalar else Text(ref, "?")

    def _to(self, ref: Ref, form: Form, key: str) -> Ref | None:
        scalar = form.scalar(key)
        if scalar is None:
            return None
        full = scalar.value if "." in scalar.value or scalar.value == RETURN else f"{ref.partition('.')[0]}.{scalar.value}"
        self.targets.append(Target(full, scalar.spot))
        return full

    def _facts(self, form: Form, key: str, also: Sequence[str] = ()) -> Facts:
        entry = form.form(key, needed=False)
        found: dict[str, str] = {}
        for name, value in entry.pairs() if entry else ():
            scalar = self.desk.scalar(value)
            if name not in self.known.facts:
                self.desk.wrong(scalar.spot, f'There is no fact "{name}". {meant(name, self.known.facts)}')
            elif scalar.value not in (*self.known.facts[name], *also):
                self.desk.wrong(
                    scalar.spot,
                    f'The fact {name} is never "{scalar.value}". {meant(scalar.value, self.known.facts[name])}',
                )
            else:
                found[name] = scalar.value
        return found

    def _holds(self, form: Form) -> frozenset[str]:
        return frozenset(form.words("holds", HOLDS))

    def _show(self, form: Form) -> tuple[Card, ...]:
        return tuple(filter(None, map(self._card, form.rows("show"))))

    def _card(self, value: Value) -> Card | None:
        plain: dict[str, Card] = {"doors": Doors(), "laws": Laws(), "duties": Duties(), "reviewed": Reviewed()}
        if isinstance(value, Scalar):
            if value.value not in plain:
                self.desk.wrong(
                    value.spot,
                    f'"{value.value}" is no card. {meant(value.value, (*plain, "contacts", "note", "route"))}',
                )
            return plain.get(value.value)
        if not isinstance(value, Map):
            self.desk.wrong(value.spot, "A card is a word or one pair in braces: {contacts: people}. Take the brackets out.")
            return None
        form = Form(self.desk, value)
        card = self._written(form)
        form.done(lambda: ("contacts", "note", "route", "of"))
        return card

    def _written(self, form: Form) -> Card | None:
        if "contacts" in form.left:
            selection = form.word("contacts", self.known.selections)
            return Contacts(selection) if selection else None
        if "note" in form.left:
            topic = form.word("note", TOPICS)
            return Note(topic) if topic else None
        part = form.word("route", (*PARTS, LINKS))
        of = form.word("of", self.known.platforms, needed=False)
        return Route(part, of) if part else None
