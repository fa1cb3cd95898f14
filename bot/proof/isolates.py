"""The law of right-to-left screens: what keeps its own direction stands apart (R75)."""

import re
from collections.abc import Iterator
from typing import Final, assert_never

from bot.content.problems import Problem
from bot.proof.findings import Case
from bot.proof.views import View
from bot.talk.ports import Block, Card, Points, Say

ISOLATE: Final = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
MARK: Final = re.compile("[\u2066-\u2069\u202a-\u202e]")
BARE: Final = re.compile(
    r"[!-~]*(?:://|[A-Za-z0-9]@[A-Za-z]|[A-Za-z0-9]\.[A-Za-z]{2})[!-~]*"  # an address
    r"|\+\d[\d ]*|\d{3,}|\d+(?:[./:-]|[ ()-]{1,2})\d[\d ()./:-]*"  # a number of more than two digits, or in groups
)


def isolated(case: Case, view: View) -> Iterator[Problem]:
    """From right to left, numbers and addresses stand between U+2068 and U+2069; no text brings such marks itself (R75)."""
    for text in _texts(view):
        case.checks += 1
        rest = ISOLATE.sub("", text) if view.screen.rtl else text
        mark, bare = MARK.search(rest), BARE.search(rest) if view.screen.rtl else None
        if mark:
            say = "A text brings an invisible mark of direction (U+2066 to U+2069). Take it out; the guide sets them."
            yield case.broken(view.step.ref, say, view.facts)
        elif bare:
            yield case.broken(view.step.ref, f'"{bare.group()}" does not stand apart in {view.screen.locale}.', view.facts)


def _texts(view: View) -> Iterator[str]:
    """List the sentences of a screen; a heading is a name alone on its line."""
    screen = view.screen
    yield from filter(None, (screen.notice, screen.footnote))
    yield from (offer.label for offer in (*screen.offers, *screen.controls))
    for block in screen.blocks:
        yield from _said(block)


def _said(block: Block) -> Iterator[str]:
    match block:
        case Say(text):
            yield text
        case Points(items):
            yield from items
        case Card(_, lines):
            yield from (line.text for line in lines)
        case _:
            assert_never(block)
