"""What is said in which language: gettext catalogues, and English where one is silent."""

import gettext
import io
from collections.abc import Mapping
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.book import Text

DOMAIN = "dhaal"
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


def po_file(locales: Path, locale: str) -> Path:
    """Give the place of a language's catalogue."""
    return locales / locale.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def load(locales: Path, tags: tuple[str, ...]) -> Catalogs:
    """Load the catalogues of these languages; a missing one leaves its language English."""
    return Catalogs({tag: _load(po_file(locales, tag)) for tag in tags if tag != SOURCE})


class Silence(gettext.NullTranslations):
    """Answers a missing message with nothing, so that a gap can be told from a translation."""

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - gettext's own signature
        """Say nothing."""
        return ""


def _load(po: Path) -> gettext.NullTranslations:
    """Take the compiled catalogue if it is as new as its source, else compile in memory."""
    mo = po.with_suffix(".mo")
    if not po.exists():
        return Silence()
    fresh = mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime
    translations = gettext.GNUTranslations(io.BytesIO(mo.read_bytes() if fresh else compiled(po)))
    translations.add_fallback(Silence())
    return translations


def compiled(po: Path) -> bytes:
    """Compile a catalogue."""
    binary = io.BytesIO()
    with po.open("rb") as file:
        write_mo(binary, read_po(file))
    return binary.getvalue()
