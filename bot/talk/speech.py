"""Says things in one language: texts, names from CLDR, days and times, numbers that survive right-to-left."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from babel.core import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.lists import format_list

from bot.content.languages import Language
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.book import Text

FIRST_STRONG, POP = "\u2068", "\u2069"  # isolate what keeps its own direction (R75)
APART: Final = re.compile(  # an address, or a number of three digits or several groups; shorter ones read the same either way
    r"(?<![A-Za-z0-9\u2068])(?:"
    r"(?:https?://|[A-Za-z0-9._%+-]+@)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?:/[!-~]*[A-Za-z0-9/])?"
    r"|\+?\d+(?:(?:[./:-]|[ ()-]{1,2})\d+)+|\+?\d{3,}"
    r")"
)


@dataclass(frozen=True, slots=True)
class Speech:
    """One language of one library."""

    library: Library
    language: Language

    @property
    def locale(self) -> Locale:
        """Give CLDR's locale."""
        return self.language.locale

    def say(self, text: Text) -> str:
        """Say a text; from right to left, the numbers and addresses in it stand apart."""
        said = self.library.catalogs.say(text, self.language.tag)
        return APART.sub(rf"{FIRST_STRONG}\g<0>{POP}", said) if self.language.rtl else said

    def phrase(self, phrase: Phrase, **values: str) -> str:
        """Say a phrase with its values filled in."""
        return self.say(self.library.phrases[phrase]).format(**values)

    def apart(self, value: str) -> str:
        """Keep a number or address readable in the middle of right-to-left text; nothing to do elsewhere."""
        return f"{FIRST_STRONG}{value}{POP}" if self.language.rtl else value

    def territory(self, code: str) -> str:
        """Name a country."""
        return str(self.locale.territories.get(code, code))

    def row(self, items: Sequence[str]) -> str:
        """Put things in a row, with the commas and the "and" of the language."""
        return format_list(list(items), locale=self.locale)

    def beside(self, items: Sequence[str]) -> str:
        """Put things beside each other, with the commas of the language alone."""
        comma = str(self.locale.list_patterns["standard"]["middle"]).format("", "")
        return comma.join(items)

    def tongues(self, tags: Sequence[str]) -> str:
        """List languages by name."""
        return self.row([self.locale.languages.get(tag, tag) for tag in tags])

    def moment(self, when: datetime) -> str:
        """Name a weekday and time."""
        return f"{format_date(when, 'EEEE', locale=self.locale)} {self.apart(format_time(when, 'short', locale=self.locale))}"

    def city(self, when: datetime) -> str:
        """Name the place whose clock is meant."""
        return str(get_timezone_location(when.tzinfo, locale=self.locale, return_city=True))

    def trouble(self) -> str:
        """Say what to do when we fail: no country is known then, so every emergency number we have checked is named."""
        numbers = [
            f"{self.apart(country.emergency)} ({self.territory(country.code)})"
            for country in self.library.countries.values()
            if country.emergency
        ]
        return self.phrase(Phrase.TROUBLE, number=format_list(numbers, "or", self.locale))

    def day(self, when: date) -> str:
        """Write a date."""
        return self.apart(format_date(when, "medium", locale=self.locale))
