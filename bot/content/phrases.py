"""The small words of buttons and cards: which there must be, and what they hold."""

from collections.abc import Mapping
from enum import Enum
from string import Formatter
from typing import Final, TypeVar

from bot.content.reader import Desk, Map, Scalar
from bot.core.book import Text

Key = TypeVar("Key", bound=Enum)


class Phrase(Enum):
    """One entry of flows/phrases.yaml; the value is its key."""

    TITLE = "title"
    NEXT = "next"
    BACK = "back"
    LEAVE = "leave"
    PERSON = "person"
    DANGER = "danger"
    MENU = "menu"
    LANGUAGE = "language"
    MORE = "more"
    EARLIER = "earlier"
    OTHER_COUNTRY = "other_country"
    OTHER_PLATFORM = "other_platform"
    TYPE_HERE = "type_here"
    SEND = "send"
    HINT_UNCLEAR = "hint_unclear"
    HINT_GUESS = "hint_guess"
    HINT_SHARED = "hint_shared"
    HINT_UNREAD = "hint_unread"
    HINT_LOST = "hint_lost"
    HINT_TEXT_ONLY = "hint_text_only"
    HINT_NOTED = "hint_noted"
    HINT_KEPT = "hint_kept"
    KEEP = "keep"
    PLAN_LINK = "plan_link"
    PLAN_HERE = "plan_here"
    PLAN_OPEN = "plan_open"
    CALL = "call"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    EMAIL = "email"
    WEB = "web"
    OPEN_ALWAYS = "open_always"
    OPEN_NOW = "open_now"
    OPENS = "opens"
    HOURS_UNKNOWN = "hours_unknown"
    FREE = "free"
    STANDARD = "standard"
    SPEAKS = "speaks"
    FOR_WOMEN = "for_women"
    FOR_ADULTS = "for_adults"
    FOR_MINORS = "for_minors"
    ONLY_IN = "only_in"
    CHECK_FIRST = "check_first"
    CHECKED = "checked"
    DOES = "does"
    EMERGENCY = "emergency"
    EMERGENCY_UNKNOWN = "emergency_unknown"
    NONE_KNOWN = "none_known"
    DOOR_NONE = "door_none"
    LAW = "law"
    LAW_WOMEN = "law_women"
    LAW_MINORS = "law_minors"
    LAW_NONE = "law_none"
    DUTY_NONE = "duty_none"
    DUTY_INCLUDE = "duty_include"
    DUTY_ANNOUNCED = "duty_announced"
    NOTE_NONE = "note_none"
    ROUTE_NONE = "route_none"
    LINK = "link"
    UNREVIEWED = "unreviewed"
    NOTHING_HERE = "nothing_here"
    FAREWELL_WEB = "farewell_web"
    FAREWELL_CONSOLE = "farewell_console"
    FAREWELL_TELEGRAM = "farewell_telegram"
    FAREWELL_WHATSAPP = "farewell_whatsapp"
    TROUBLE = "trouble"
    HANDOFF_NONE = "handoff_none"
    HANDOFF_CLOSED = "handoff_closed"
    HANDOFF_OPEN = "handoff_open"
    HANDOFF_LINES = "handoff_lines"
    HANDOFF_UNSEEN = "handoff_unseen"
    HANDOFF_KEEPS = "handoff_keeps"
    HANDOFF_KEEPS_TELEGRAM = "handoff_keeps_telegram"
    HANDOFF_ASK = "handoff_ask"
    HANDOFF_NO = "handoff_no"
    HANDOFF_WITHOUT = "handoff_without"
    HANDOFF_WITH = "handoff_with"
    HANDOFF_LINE = "handoff_line"
    BRIEF_LANGUAGE = "brief_language"
    BRIEF_COUNTRY = "brief_country"
    BRIEF_SITUATION = "brief_situation"
    BRIEF_PLACE = "brief_place"
    BRIEF_URGENCY = "brief_urgency"
    BRIEF_YES = "brief_yes"
    BRIEF_NO = "brief_no"
    HANDOFF_WAITING = "handoff_waiting"
    HANDOFF_TALKING = "handoff_talking"
    HANDOFF_READER = "handoff_reader"
    HANDOFF_UNHEARD = "handoff_unheard"
    HANDOFF_LOOK = "handoff_look"
    HANDOFF_STOP = "handoff_stop"
    HANDOFF_HELPER = "handoff_helper"
    HANDOFF_YOU = "handoff_you"
    HANDOFF_ENDED = "handoff_ended"
    HANDOFF_STOPPED = "handoff_stopped"
    HANDOFF_NOBODY = "handoff_nobody"
    HANDOFF_BROKEN = "handoff_broken"
    HANDOFF_SILENT = "handoff_silent"
    HANDOFF_BLOCKED = "handoff_blocked"
    GROUP = "group"
    START = "start"
    BOT_SHORT = "bot_short"
    BOT_ABOUT = "bot_about"
    CHOOSE = "choose"
    OTHERS = "others"
    NEXT_PART = "next_part"
    PLAN_SHARE = "plan_share"


FIELDS: Final = {
    Phrase.HINT_GUESS: {"guesses"},
    Phrase.CALL: {"number"},
    Phrase.WHATSAPP: {"number"},
    Phrase.SMS: {"word", "number"},
    Phrase.EMAIL: {"address"},
    Phrase.WEB: {"address"},
    Phrase.OPENS: {"when", "zone"},
    Phrase.SPEAKS: {"languages"},
    Phrase.ONLY_IN: {"region"},
    Phrase.CHECKED: {"date"},
    Phrase.DOES: {"kind", "what"},
    Phrase.EMERGENCY: {"number"},
    Phrase.DOOR_NONE: {"door"},
    Phrase.LAW: {"says", "name", "section"},
    Phrase.LAW_WOMEN: {"says", "name", "section"},
    Phrase.LAW_MINORS: {"says", "name", "section"},
    Phrase.LINK: {"says", "address"},
    Phrase.PLAN_LINK: {"link"},
    Phrase.HANDOFF_WITHOUT: {"part"},
    Phrase.HANDOFF_WITH: {"part"},
    Phrase.HANDOFF_LINE: {"part", "value"},
    Phrase.HANDOFF_WAITING: {"place", "minutes"},
    Phrase.HANDOFF_HELPER: {"words"},
    Phrase.HANDOFF_YOU: {"words"},
    Phrase.TROUBLE: {"number"},
}


def fields(text: str) -> set[str]:
    """List the `{placeholders}` of a text.

    Raises:
        ValueError: if a brace is left open.
    """
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def same_fields(translation: str, english: str) -> bool:
    """Tell whether a translation has the placeholders of its source."""
    try:
        return translation == english or fields(translation) == fields(english)
    except ValueError:
        return False


def read_phrases(desk: Desk, page: Map) -> dict[Phrase, Text]:
    """Read phrases.yaml; each key once, none missing, placeholders as the program fills them."""
    return read_keyed(desk, page, Phrase, FIELDS, "phrases")


def read_keyed(desk: Desk, page: Map, keys: type[Key], holds: Mapping[Key, set[str]], context: str) -> dict[Key, Text]:
    """Read a file of phrases whose keys the program knows."""
    known = {str(key.value): key for key in keys}
    found: dict[Key, Text] = {}
    for name, value in page.items.items():
        if name not in known or not isinstance(value, Scalar):
            desk.wrong(page.keys[name], f'"{name}" is no phrase the guide uses. Take it out, or correct the key.')
            continue
        found[known[name]] = desk.text(f"{context}.{name}", value, most=400)
        _check_fields(desk, name, value, holds.get(known[name], set()))
    for key in known.values() - found.keys():
        desk.wrong(page.spot, f'The phrase "{key.value}" is missing. Add it to this file.')
    return found


def _check_fields(desk: Desk, name: str, value: Scalar, wanted: set[str]) -> None:
    try:
        found = fields(value.value)
    except ValueError:
        found = {"{"}
    if found != wanted:
        names = ", ".join(f"{{{field}}}" for field in sorted(wanted)) or "no {braces}"
        desk.wrong(value.spot, f'The phrase "{name}" must hold {names}, exactly.')
