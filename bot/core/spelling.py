"""Spell typed words so that those which sound or look alike agree, and hear slips."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TELLING = 4  # letters from which a word tells a label apart, or forgives two swapped letters
_LONGEST_WORD = 80  # letters; nothing listed is longer
_SAME = str.maketrans("ىيكھہۃةەीूईऊष", "ییکههههہिुइउश")
_QUOTES, _ACCENTS = "'`\u2018\u2019\u02bc", "\u0300-\u036f\u064b-\u065f\u0670\u20d0-\u20f0\ufe00-\ufe0f\u0640"
_NASALS, _NUKTAS = "\u0900-\u0903", "\u093c\u09bc\u0a3c\u0abc\u0b3c"
_MUTE = re.compile(f"[{_QUOTES}{_ACCENTS}{_NASALS}{_NUKTAS}]")
_HINDI = ((re.compile("[नम]्(?=[क-ह])"), ""), (re.compile("यि"), "इ"), (re.compile("ये"), "ए"))
_VOWELS = str.maketrans("eowzq", "iuvjk")
_DIGITS = str.maketrans("013457", "oieast")  # d1e, k1ll
_TWICE = re.compile(r"([^\W\d_])\1+")
_BREATH = re.compile(r"(?<=[bcdfgjklmnprstv])h|(?<=.)h$")


class _Signs:
    """How a character is compared: letters and marks stay, digits of any script become ASCII, the rest parts words."""

    def __getitem__(self, code: int) -> str | int:
        kind = unicodedata.category(chr(code))
        if kind == "Cf":
            return ""
        return code if kind[0] in "LM" else str(unicodedata.digit(chr(code), " "))


def sound(token: str, short: int = 3) -> str:
    """Spell as it sounds, so that jeena and jina, wapas and vapas, pleeease and please agree; spare short words."""
    once = _TWICE.sub(r"\1", token if token.isdecimal() else token.translate(_DIGITS))
    if len(once) <= short or not token.isascii():
        return once
    return _TWICE.sub(r"\1", _BREATH.sub("", once.translate(_VOWELS).replace("ph", "f")))


def spell(words: str) -> tuple[str, ...]:
    """Part words as they are compared: without case, accents, emoji, joiners and variants of a letter."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", words).casefold())
    plain = _MUTE.sub("", plain).translate(_SAME).translate(_Signs())
    for pattern, instead in _HINDI:
        plain = pattern.sub(instead, plain)
    return tuple(map(sound, plain.split()))


@lru_cache(maxsize=8192)
def run(name: str) -> str:
    """Run a name together ("main menu", "mainmenu") and remember it: for our own pages, never for typed words."""
    return "".join(spell(name))


def distance(left: str, right: str) -> int:
    """Count the letters missed, added, changed or swapped with a neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left):
        last, before, row = before, row, [i + 1]
        for j, b in enumerate(right):
            cost = min(before[j] + (a != b), before[j + 1] + 1, row[j] + 1)
            swapped = i and j and a == right[j - 1] and b == left[i - 1]
            row.append(min(cost, last[j - 1] + 1) if swapped else cost)
    return row[-1]


def _shorter(word: str) -> set[str]:
    """Give the word, and the word without any one letter but the first."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))}


@dataclass(frozen=True, slots=True)
class Ear:
    """Words to listen for (`stem*` for any ending); those of at least `least` letters may hold one slip."""

    words: frozenset[str]
    least: int
    slips: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, words: Iterable[str], least: int) -> Ear:
        """Listen for these; a word of at least `least` letters may hold one slip."""
        listed = frozenset(words)
        slips: dict[str, tuple[str, ...]] = {}
        for word in sorted(word for word in listed if len(word) >= TELLING and word[-1] != "*"):
            for slip in _shorter(word):
                slips[slip] = (*slips.get(slip, ()), word)
        return cls(listed, least, slips)

    def hear(self, token: str) -> set[str]:
        """Find the words that a token is, or else may be misspelt from."""
        if len(token) > _LONGEST_WORD:
            return set()
        sure = {token, *(token[:end] + "*" for end in range(1, len(token) + 1))} & self.words
        near = () if sure else (word for slip in _shorter(token) for word in self.slips.get(slip, ()))
        return sure or {word for word in near if self._slipped(word, token)}

    def _slipped(self, word: str, token: str) -> bool:
        enough = len(word) >= self.least or sorted(word) == sorted(token)
        return enough and word[0] == token[0] and distance(word, token) == 1
