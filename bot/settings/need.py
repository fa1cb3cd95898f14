"""A wrong setting, and how it is told."""

from collections.abc import Mapping
from typing import Final

PREFIX: Final = "DHAAL_"


class SettingError(Exception):
    """A setting is wrong; the message says which, and the remedy."""


def need(name: str, held: object, sentence: str) -> None:
    """Stop with a sentence that begins with the name of the setting and never shows its value."""
    if not held:
        message = f"{PREFIX}{name} {sentence}"
        raise SettingError(message)


def choice(values: Mapping[str, str], name: str, allowed: tuple[str, ...], usual: str = "") -> str:
    """Read one of a few words; the first is what is usual."""
    value = values.get(name, usual or allowed[0])
    need(name, value in allowed, f"should be one of: {', '.join(allowed)}.")
    return value
