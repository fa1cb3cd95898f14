"""The two letters behind a sealed state: which way, which command, which page."""

from typing import Final

from bot.core.events import Asked, Command, Event, Kept, Lost, Pressed, Turned

LENGTH: Final = 2
COMMANDS: Final = {
    "bk": Command.BACK,
    "lv": Command.LEAVE,
    "pe": Command.PERSON,
    "da": Command.DANGER,
    "me": Command.MENU,
    "la": Command.LANGUAGE,
}
CODES: Final = {command: code for code, command in COMMANDS.items()}
KEEP: Final = "kp"
PAGES: Final = "ghijklmnopqrstuv"  # the first letter of a page code is "p", the second its place here


def number_code(number: int) -> str:
    """Write a way's number, 0 to 99."""
    return f"{number:02d}"


def page_code(page: int) -> str:
    """Write a page, 0 to 15."""
    return f"p{PAGES[page]}"


def read_code(code: str) -> Event:
    """Read a code; anything else is a lost button."""
    if code in COMMANDS:
        return Asked(COMMANDS[code])
    if code == KEEP:
        return Kept()
    if code.isascii() and code.isdecimal() and len(code) == LENGTH:
        return Pressed(int(code))
    if len(code) == LENGTH and code[0] == "p" and code[1] in PAGES:
        return Turned(PAGES.index(code[1]))
    return Lost()
