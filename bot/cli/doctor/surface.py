"""What others see of a bot in their list of chats: no word of it may tell what the guide is about (R59)."""

from collections.abc import Iterable
from typing import Final

from bot.content.library import Library

APART: Final = str.maketrans("_-./@", "     ")  # what stands between words in names and addresses


def topics(texts: Iterable[tuple[str, str]], library: Library) -> list[tuple[str, str]]:
    """List the words of the topic, in any language, each with where it stands."""
    found = {
        (where, word.lower())
        for where, text in texts
        for locale in library.languages
        for read in (text, text.translate(APART))
        for word in library.lexicon.found("topic", read, locale)
    }
    return sorted(found)
