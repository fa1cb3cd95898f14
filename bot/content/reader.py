"""YAML as an editor wrote it: every scalar a string, every value with its line, every mistake collected."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bot.content.problems import Problem, Spot
from bot.core.book import Text

Value: TypeAlias = "Scalar | Rows | Map"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string and its place."""

    spot: Spot
    value: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A list and its place."""

    spot: Spot
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping, its place, and the place of each key."""

    spot: Spot
    items: dict[str, Value]
    keys: dict[str, Spot]


@dataclass(frozen=True, slots=True)
class Message:
    """A text to be translated: where it stands and what the editor told the translator."""

    text: Text
    spot: Spot
    note: str = ""


@dataclass(slots=True)
class Desk:
    """Where reading happens: problems and translatable messages pile up here."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def wrong(self, spot: Spot, say: str) -> None:
        """Note one mistake and go on reading."""
        self.problems.append(Problem(spot, say))

    def text(self, context: str, scalar: Scalar, note: str = "", most: int = 0) -> Text:
        """Take a text that a person will read; `most` is the greatest length in characters."""
        text = Text(context, tidy(scalar.value))
        if not text.english:
            self.wrong(scalar.spot, "This text is empty. Write it, or take the line out.")
        elif most and len(text.english) > most:
            self.wrong(
                scalar.spot,
                f"This text has {len(text.english)} characters; {most} is the most here. Split or shorten it.",
            )
        self.messages.append(Message(text, scalar.spot, note))
        return text

    def scalar(self, value: Value) -> Scalar:
        """Take an entry that must be one piece of text."""
        if isinstance(value, Scalar):
            return value
        self.wrong(value.spot, "This should be one piece of text. Put it in quotes if it holds a colon.")
        return Scalar(value.spot, "?")

    def open(self, path: Path) -> Map | None:
        """Read one file; None if it is no mapping, with the problem noted."""
        file = path.relative_to(self.root.parent).as_posix()
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            self.wrong(Spot(file, 1), "This file is not UTF-8. Save it again as UTF-8.")
            return None
        try:
            node: Any = _plain(yaml.compose(text, Loader=_LOADER))
        except yaml.MarkedYAMLError as error:
            self.wrong(Spot(file, _line(error)), _grammar(error))
            return None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            say = f"This is not YAML: the character U+{error.character:04X} must not stand here. Delete it."
            self.wrong(Spot(file, line), say)
            return None
        value = self._value(file, node) if node is not None else None
        if isinstance(value, Map):
            return value
        self.wrong(Spot(file, 1), "This file should be a list of `key: value` lines. See docs/content.md for its shape.")
        return None

    def _value(self, file: str, node: yaml.Node) -> Value:
        spot = Spot(file, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._map(file, spot, node)
        if isinstance(node, yaml.SequenceNode):
            return Rows(spot, tuple(self._value(file, item) for item in node.value))
        return Scalar(spot, str(node.value))

    def _map(self, file: str, spot: Spot, node: yaml.MappingNode) -> Map:
        items: dict[str, Value] = {}
        keys: dict[str, Spot] = {}
        for key_node, value_node in node.value:
            key, where = str(key_node.value), Spot(file, key_node.start_mark.line + 1)
            if key in items:
                self.wrong(where, f'"{key}" stands here twice (first in line {keys[key].line}). Take one out.')
                continue
            items[key], keys[key] = self._value(file, value_node), where
        return Map(spot, items, keys)


_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _plain(node: Any, above: tuple[int, ...] = ()) -> Any:  # noqa: ANN401 - PyYAML has no types
    """Refuse an alias that stands inside what it names.

    Raises:
        ComposerError: at such an alias.
    """
    if id(node) in above:
        raise yaml.composer.ComposerError(None, None, "an alias stands inside what it names", node.start_mark)
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in child if isinstance(child, tuple) else (child,):
            _plain(part, (*above, id(node)))
    return node


def _line(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _grammar(error: yaml.MarkedYAMLError) -> str:
    return (
        f"This is not YAML: {error.problem or 'it cannot be read'}. "
        "Check the spaces at the start of the line, and put text that holds a colon in quotes."
    )


def tidy(text: str) -> str:
    """Join the lines of a paragraph, keep blank lines and list lines apart."""
    paragraphs = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in (raw.strip() for raw in block.splitlines()):
            if lines and line and not is_point(line):
                lines[-1] += f" {line}"
            elif line:
                lines.append(line)
        paragraphs.append("\n".join(lines))
    return "\n\n".join(filter(None, paragraphs))


def is_point(line: str) -> bool:
    """Tell whether a line is one of a list: `- ` or `1. `."""
    number, dot, _ = line.partition(". ")
    return line.startswith("- ") or (bool(dot) and number.isdecimal())
