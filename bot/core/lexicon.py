"""What can be understood at every step: phrases of danger, commands, names of countries and platforms."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from bot.core.events import Command, Named
from bot.core.spelling import Ear, run, sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Phrase: TypeAlias = tuple[tuple[str, ...], ...]  # a slot a word, each with the words that may fill it

DANGERS = (Command.SELF_HARM, Command.IN_DANGER)  # of phrases as long as each other, the first wins
_IN_DANGER, _IN_COMMAND, IN_NAME = 6, 6, 7  # letters from which a word forgives one slip


@dataclass(frozen=True, slots=True)
class Known:
    """One value of a fact (a country, a platform) and what people call it; no ISO codes, which may be words."""

    fact: str
    value: str
    names: tuple[str, ...]


def _slots(phrase: str) -> Phrase:
    return tuple(tuple(map(_listed, slot.split("/"))) for slot in phrase.split())


def _listed(word: str) -> str:
    return sound(run(word), 0) + "*" if word.endswith("*") else run(word)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What can be understood at every step, compiled once per language by `Lexicon.of`."""

    filler: frozenset[str]
    dangers: Mapping[str, Sequence[tuple[Command, Phrase]]]  # under the longest words, seldom met by chance
    commands: Mapping[str, Command]
    names: Mapping[str, Sequence[Named]]
    danger_ear: Ear
    command_ear: Ear
    name_ear: Ear

    @classmethod
    def of(cls, phrases: Mapping[Command, Sequence[str]], filler: Iterable[str], known: Iterable[Known]) -> Lexicon:
        """Compile the phrases and the filler of flows/words/*.yaml, languages merged, and every known name."""
        spare = frozenset(map(run, filler))
        dangers: dict[str, list[tuple[Command, Phrase]]] = {}
        commands: dict[str, Command] = {}
        names: dict[str, list[Named]] = {}
        heard: set[str] = set()
        for command, phrase in ((each, _slots(listed)) for each in phrases for listed in phrases[each]):
            if command not in DANGERS:
                commands |= dict.fromkeys(_whole(phrase, spare), command)
                continue
            heard.update(*phrase)
            for word in max(phrase, key=lambda slot: min(map(len, slot))):
                dangers.setdefault(word, []).append((command, phrase))
        for key, named in ((run(name), Named(one.fact, one.value)) for one in known for name in one.names):
            names.setdefault(key, []).append(named)
        ears = Ear.of(heard, _IN_DANGER), Ear.of(commands, _IN_COMMAND), Ear.of(names, IN_NAME)
        return cls(spare, dangers, commands, names, *ears)


def _whole(phrase: Phrase, filler: frozenset[str]) -> Iterator[str]:
    """Give every way to write a phrase that is a whole text, with its filler and without."""
    for words in product(*phrase):
        yield "".join(words)
        yield "".join(word for word in words if word not in filler) or "".join(words)
