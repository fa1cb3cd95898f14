"""The form of each screen where buttons are few, measured part by part, whatever chose it."""

from collections import Counter
from collections.abc import Iterator
from typing import assert_never

from bot.channels.forms import OTHERS, Buttons, Form, Numbered, Openers, Row, Rows, form, numbered, others
from bot.channels.limits import Menus
from bot.core.events import Command
from bot.talk.codes import CODES
from bot.talk.ports import Offer, Screen


def form_over(page: Screen, menus: Menus, openers: Openers) -> Iterator[str]:
    """Tell what of a page's form does not fit, or cannot be tapped: its choices, danger help, and the way to the controls."""
    found = form(page, menus, openers)
    if isinstance(found, Numbered):
        yield from _why(page, menus)
        return
    yield from _over(found, menus)
    choices = [offer.data for offer in page.offers]
    few = [page.token + CODES[Command.DANGER], page.token + OTHERS]
    if [row.data for row in _taps(found)] not in ([*choices, *few], [*choices, *(offer.data for offer in page.controls)]):
        yield "a choice, danger help or the other controls cannot be tapped."
    yield from _over(form(page, menus, openers, spelled=True), menus)
    yield from plain_over(page, menus)


def others_over(page: Screen, menus: Menus, openers: Openers) -> Iterator[str]:
    """Tell what does not fit of the list of all controls."""
    found = others(page, menus, openers)
    yield from _over(found, menus)
    if [row.data for row in _taps(found)][: len(page.controls)] != [offer.data for offer in page.controls]:
        yield "a control cannot be tapped."


def plain_over(page: Screen, menus: Menus) -> Iterator[str]:
    """Tell whether a page written as numbered text is too long, or lacks a choice."""
    found = numbered(page)
    yield from _over(found, menus)
    for offer in page.offers:
        if offer.shown not in found.text:
            yield f'the numbered text lacks "{offer.label}".'


def _over(found: Form, menus: Menus) -> Iterator[str]:
    for what, text, most in _parts(found, menus):
        length = menus.unit.measure(text)
        if length > most or not text:
            yield f'{what} "{text[:50]}" has {length} characters, {most} is the most, 1 the least.'
    if len(_taps(found)) > (menus.buttons if isinstance(found, Buttons) else menus.rows):
        yield f"{len(_taps(found))} things to tap are too many."


def _parts(found: Form, menus: Menus) -> Iterator[tuple[str, str, int]]:
    match found:
        case Buttons(text, buttons):
            yield "the text", text, menus.body
            yield from (("the button", row.title, menus.button) for row in buttons)
        case Rows(text, opener, sections):
            yield "the text", text, menus.body
            yield "the button that opens the list", opener, menus.opener
            yield from (("the section", section.title, menus.section) for section in sections)
            yield from (("the row", row.title, menus.title) for row in _taps(found))
            yield from (("the row", row.description, menus.description) for row in _taps(found) if row.description)
        case Numbered(text):
            yield "the message", text, menus.plain
        case _:
            assert_never(found)


def _taps(found: Form) -> tuple[Row, ...]:
    match found:
        case Buttons(_, buttons):
            return buttons
        case Rows(_, _, sections):
            return tuple(row for section in sections for row in section.rows)
        case Numbered():
            return ()
        case _:
            assert_never(found)


def _why(page: Screen, menus: Menus) -> Iterator[str]:
    """Say why nothing but typing would be left."""
    told = False
    for name, why in _faults((*page.offers, *page.controls), menus):
        told = True
        yield f'the short button "{name}" {why}'
    if not told:
        yield "it can neither be buttons nor a list. Shorten it, or split the step."


def _faults(offers: tuple[Offer, ...], menus: Menus) -> Iterator[tuple[str, str]]:
    names = [offer.label if menus.unit.measure(offer.label) <= menus.title else offer.short for offer in offers]
    for name, times in Counter(names).items():
        length = menus.unit.measure(name)
        if length > menus.title:
            yield name, f"has {length} characters, {menus.title} is the most. Shorten it."
        elif times > 1:
            yield name, "stands there twice. Say one of them otherwise."
