"""Stories of tests/walks/, tables that an editor can read and write, and how one is played.

A story is a YAML file: `walk` (what it is about, one sentence) and `steps`, a list of

- `see: step.ref`: the words of this step of the library are on the screen, in any language (`farewell` after leaving);
- `press:` a choice by its label, its id in the journey's file or its number, or a control by its label or its name
  (back, menu, person, danger, language, leave);
- `type:` words;
- `text:` words that must be on the screen; `absent:` words that must not be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.channels.limits import ALL
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.book import Branch, Text
from bot.talk.screen import CONTROLS

from .player import Player, one_line

ACTS: Final = ("see", "press", "type", "text", "absent")
FAREWELL: Final = "farewell"
LAST: Final = {limits.channel: limits.frame.farewell for limits in ALL}  # what each channel says when somebody leaves


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a story."""

    kind: str
    what: str | int


@dataclass(frozen=True, slots=True)
class Story:
    """One walk."""

    name: str
    about: str
    acts: tuple[Act, ...]

    @classmethod
    def read(cls, path: Path) -> "Story":
        """Read a file.

        Raises:
            ValueError: with a sentence, if a line is not one of the five kinds.
        """
        page = yaml.safe_load(path.read_text("utf-8"))
        if set(page) != {"walk", "steps"}:
            message = f"{path.name}: a story has `walk` and `steps`, and nothing else."
            raise ValueError(message)
        return cls(path.stem, page["walk"], tuple(_act(path, line) for line in page["steps"]))


def _act(path: Path, line: object) -> Act:
    if isinstance(line, dict) and len(line) == 1:
        [(kind, what)] = line.items()
        if kind in ACTS and isinstance(what, str | int) and not isinstance(what, bool):
            return Act(kind, what)
    message = f'{path.name}: "{line}" is no line of a story. These are: {", ".join(ACTS)}. Put yes, no and numbers in quotes.'
    raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was on one screen: the steps that say this (mostly one), and all that a person could read and press there."""

    refs: frozenset[str]
    text: str
    choices: tuple[str, ...]
    controls: tuple[str, ...]


class Map:
    """Finds steps by their words."""

    def __init__(self, library: Library) -> None:
        """Take every step's words in every language, the longest first."""
        self.library = library
        self._refs: dict[str, set[str]] = {}
        texts = [(ref, step.text) for ref, step in library.book.steps.items() if not isinstance(step, Branch)]
        for ref, text in texts:
            for locale in library.languages:
                self._refs.setdefault(one_line(library.catalogs.say(text, locale)), set()).add(ref)
        self._texts = sorted(self._refs, key=len, reverse=True)

    def where(self, text: str, channel: str) -> frozenset[str]:
        """Name the steps whose words are on a screen; those with the same words are several.

        Raises:
            LookupError: if no step says this.
        """
        if text in self._phrases(LAST[channel]):
            return frozenset({FAREWELL})
        found = next((words for words in self._texts if words in text), None)
        if found is None:
            message = f"No step says: {text}"
            raise LookupError(message)
        return frozenset(self._refs[found])

    def whole(self, refs: frozenset[str], labels: tuple[str, ...]) -> tuple[str, ...]:
        """Give the labels of choices, the whole one where a channel had room for the short one alone."""
        names: dict[str, str] = {}
        for way in (way for ref in refs - {FAREWELL} for way in self.library.book.spoken(ref).ways):
            if way.label and way.short:
                names |= dict(zip(self._said(way.short), self._said(way.label), strict=True))
        return tuple(names.get(label, label) for label in labels)

    def label(self, refs: frozenset[str], labels: tuple[str, ...], what: str | int) -> str | int:
        """Find the label that a story means by an id of the step or by the name of a control."""
        if isinstance(what, int) or what in labels or FAREWELL in refs:
            return what
        for ways in (self.library.book.spoken(ref).ways for ref in sorted(refs)):
            if what in (ids := [way.id for way in ways]):
                return ids.index(what) + 1
        names = {command.value: phrase for command, phrase in CONTROLS} | {"language": Phrase.LANGUAGE}
        meant = self._phrases(names[what]) & {*labels} if what in names else set()
        return min(meant, default=what)

    def _phrases(self, phrase: Phrase) -> set[str]:
        """Say a phrase in every language."""
        return {*self._said(self.library.phrases[phrase])}

    def _said(self, text: Text) -> list[str]:
        """Say a text in every language."""
        return [one_line(self.library.catalogs.say(text, locale)) for locale in self.library.languages]


async def play(story: Story, player: Player, known: Map) -> list[Seen]:
    """Play a story on a channel, check what it says must be seen, and give every screen on the way."""
    await player.open()
    screens = [_look(player, known)]
    try:
        for number, act in enumerate(story.acts, start=1):
            place = f"{story.name}, line {number} ({act.kind}: {act.what}) on {player.channel}, at {sorted(screens[-1].refs)}"
            if act.kind in {"press", "type"}:
                await do(act, player, known)
                screens.append(_look(player, known))
            else:
                assert _holds(act, screens[-1], player), f"{place}: {player.text}"
    finally:
        await player.close()
    return screens


async def do(act: Act, player: Player, known: Map) -> None:
    """Press or type what a line of a story says."""
    if act.kind == "type":
        await player.type(str(act.what))
        return
    refs = known.where(player.text, player.channel)
    choices = known.whole(refs, player.choices)
    meant = known.label(refs, (*choices, *player.controls), act.what)
    await player.press(choices.index(meant) + 1 if isinstance(meant, str) and meant in choices else meant)


def _look(player: Player, known: Map) -> Seen:
    refs = known.where(player.text, player.channel)
    return Seen(refs, "" if FAREWELL in refs else player.text, known.whole(refs, player.choices), player.controls)


def _holds(act: Act, seen: Seen, player: Player) -> bool:
    whole = one_line(" ".join((player.text, *seen.choices)))
    match act.kind:
        case "see":
            return act.what in seen.refs
        case "text":
            return one_line(str(act.what)) in whole
        case _:
            return one_line(str(act.what)).casefold() not in whole.casefold()


def stories(folder: Path) -> Iterator[Story]:
    """Read every story below a folder."""
    return map(Story.read, sorted(folder.rglob("*.yaml")))
