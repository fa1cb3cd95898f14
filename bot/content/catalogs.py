"""What is said in which language: gettext catalogues, and English where one is silent."""

import gettext
import io
from collections.abc import Mapping
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.book import Text

DOMAIN = "dhaal"  # what people read
DOMAINS = (DOMAIN, "desk")  # and what helpers read
SOURCE = "en"


class Catalogs:
    """All languages, ready to speak."""

    def __init__(self, translations: Mapping[str, gettext.NullTranslations]) -> None:
        """Take a catalogue for each language but English."""
        self._translations = translations

    def say(self, text: Text, locale: str) -> str:
        """Say a text in a language; in English where there is no translation yet (`dhaal check` counts these)."""
        translations = self._translations.get(locale)
        return (translations and translations.pgettext(text.context, text.english)) or text.english

    def has(self, text: Text, locale: str) -> bool:
        """Tell whether a text is translated."""
        translations = self._translations.get(locale)
        return locale == SOURCE or bool(translations and translations.pgettext(text.context, text.english))


def po_file(locales: Path, locale: str, domain: str = DOMAIN) -> Path:
    """Give the place of a language's catalogue."""
    return locales / locale.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"


def load(locales: Path, tags: tuple[str, ...]) -> Catalogs:
    """Load the catalogues of these languages; a missing one leaves its language English."""
    return Catalogs({tag: _chain(locales, tag) for tag in tags if tag != SOURCE})


class Silence(gettext.NullTranslations):
    """Answers a missing message with nothing, so that a gap can be told from a translation."""

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - gettext's own signature
        """Say nothing."""
        return ""


def _chain(locales: Path, tag: str) -> gettext.NullTranslations:
    """Ask one catalogue of a language after the other; no context stands in two of them."""
    chain = gettext.NullTranslations()
    for po in (po_file(locales, tag, domain) for domain in DOMAINS):
        if po.exists():
            chain.add_fallback(_load(po))
    chain.add_fallback(Silence())
    return chain


def _load(po: Path) -> gettext.NullTranslations:
    """Take the compiled catalogue if it is as new as its source, else compile in memory."""
    mo = po.with_suffix(".mo")
    fresh = mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime
    return gettext.GNUTranslations(io.BytesIO(mo.read_bytes() if fresh else compiled(po)))


def compiled(po: Path) -> bytes:
    """Compile a catalogue."""
    binary = io.BytesIO()
    with po.open("rb") as file:
        write_mo(binary, read_po(file))
    return binary.getvalue()
