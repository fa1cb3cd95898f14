"""The languages offered: tag, name in itself, direction, and whether a native speaker has read it."""

from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from bot.content.form import Form
from bot.content.reader import Desk, Map


@dataclass(frozen=True, slots=True)
class Language:
    """One language; `tag` is BCP 47, `locale` Babel's, `rtl` whether it is written from right to left."""

    tag: str
    locale: Locale
    name: str
    reviewed: bool
    rtl: bool


def read_languages(desk: Desk, page: Map) -> dict[str, Language]:
    """Read languages.yaml; the order is the order in which they are offered."""
    found: dict[str, Language] = {}
    form = Form(desk, page)
    for entry in form.forms("languages", needed=True):
        tag, name = entry.scalar("tag"), entry.scalar("name", needed=False)
        reviewed = entry.word("reviewed", ("yes", "no"), needed=False)
        entry.done(lambda: ("tag", "name", "reviewed"))
        if tag is None:
            continue
        try:
            locale = Locale.parse(tag.value, sep="-")
        except (UnknownLocaleError, ValueError):
            desk.wrong(tag.spot, f'"{tag.value}" is no language tag that CLDR knows. Write it like hi, ur or hi-Latn.')
            continue
        own = name.value if name else (locale.display_name or tag.value)
        found[tag.value] = Language(
            tag.value, locale, own[0].upper() + own[1:], reviewed == "yes", locale.text_direction == "rtl"
        )
    form.done(lambda: ("languages",))
    return found
