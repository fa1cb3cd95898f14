"""What the desk says, in each language of the guide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time

from bot.content.desk_phrases import DeskPhrase
from bot.content.library import Library

JOURNEY: Final = "journey_"
JOURNEYS: Final = {  # the journeys that a helper chooses cards from, in this order
    phrase.removeprefix(JOURNEY): phrase for phrase in DeskPhrase if phrase.startswith(JOURNEY)
}


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language: its tag, the direction of its writing, and all sentences, by their keys."""

    tag: str
    locale: Locale
    direction: str
    words: Mapping[str, str]

    def say(self, phrase: DeskPhrase, **values: object) -> str:
        """Say a sentence with its values filled in."""
        return self.words[phrase].format(**values)

    def day(self, written: str) -> str:
        """Write a date that is kept as YYYY-MM-DD."""
        return str(format_date(date.fromisoformat(written), "medium", locale=self.locale))

    def moment(self, written: str) -> str:
        """Write a date and a time of day that are kept as YYYY-MM-DD HH:MM."""
        when = datetime.fromisoformat(written)
        return f"{format_date(when, 'medium', locale=self.locale)} {format_time(when, 'HH:mm', locale=self.locale)}"


class Tongues:
    """All of them."""

    def __init__(self, library: Library) -> None:
        """Say every sentence once in each language; the first language is for who speaks none of them."""
        self._all = {tag: _tongue(library, tag) for tag in library.languages}

    def of(self, tag: str) -> Tongue:
        """Give a language."""
        return self._all[tag]

    def best(self, wanted: Iterable[str]) -> Tongue:
        """Give the first language of a browser's list that there is."""
        known = {tag.lower(): tongue for tag, tongue in self._all.items()}
        return next((known[tag.lower()] for tag in wanted if tag.lower() in known), next(iter(known.values())))


def _tongue(library: Library, tag: str) -> Tongue:
    language = library.languages[tag]
    said = {phrase.value: library.catalogs.say(text, tag) for phrase, text in library.desk.items()}
    return Tongue(tag, language.locale, "rtl" if language.rtl else "ltr", said)
