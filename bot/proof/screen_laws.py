"""The laws of safety that every screen is held against, in every language, each with its source."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from bot.content.problems import Problem
from bot.core.book import UNKNOWN, Contacts, Pick, journey
from bot.proof.findings import Case, ScreenLaw
from bot.proof.views import View
from bot.talk.codes import CODES, LENGTH
from bot.talk.screen import CONTROLS

YOUNG: Final = ({"minor": "yes"}, {"minor": UNKNOWN})
CAUGHT_UP: Final = ("me", "beside", "saw", "shared", UNKNOWN)  # journalists only report on it
FIRST: Final = 60  # characters of a notification (R59)
FIRST_SCREENS: Final = ("start.language", "start.moment")
FEWEST_LINES: Final = 2


def controls_everywhere(case: Case, view: View) -> Iterator[Problem]:
    """Back, Leave, a person, danger, menu and language are on every screen (R06, R30)."""
    codes = [offer.data[-LENGTH:] for offer in view.screen.controls]
    if codes != [CODES[command] for command, _ in CONTROLS]:
        yield case.broken(view.step.ref, "A control is missing on this screen.", view.facts)


def minors_are_safe(case: Case, view: View) -> Iterator[Problem]:
    """Where the person in the picture may be under 18: nothing on keeping the image (R24), no 18+ service (R23)."""
    if not _young(case, view):
        return
    lexicon, facts = case.library.lexicon, {**view.facts, "minor": "yes" if case.can(view.bits, YOUNG[0]) else UNKNOWN}
    for word in lexicon.found("media", view.text, view.screen.locale):
        yield case.broken(view.step.ref, f'"{word}" must not stand where the person may be under 18.', facts)
    for link in view.links:
        host = urlsplit(link).hostname or ""
        if any(host == bad or host.endswith(f".{bad}") for bad in lexicon.adult_hosts):
            yield case.broken(view.step.ref, f"{host} is only for adults and must not stand here.", facts)


def _young(case: Case, view: View) -> bool:
    """Leave out those who only report on it: no image of theirs is at stake."""
    return case.can(view.bits, *({**young, "who": who} for young in YOUNG for who in CAUGHT_UP))


def neutral_surface(case: Case, view: View) -> Iterator[Problem]:
    """The first 60 characters of a message and every button hold no topic word; screens 1 and 2 hold none at all (R02, R59)."""
    start = view.text if view.step.ref in FIRST_SCREENS else view.text[:FIRST]
    labels = [] if isinstance(view.step, Pick) else [offer.label for offer in (*view.screen.offers, *view.screen.controls)]
    for what, text in (("The first words", start), *(("A button", label) for label in labels)):
        case.checks += 1
        for word in case.library.lexicon.found("topic", text, view.screen.locale):
            yield case.broken(view.step.ref, f'{what} of "{view.step.ref}" hold "{word}", which another may see.', view.facts)


def danger_has_lines(case: Case, view: View) -> Iterator[Problem]:
    """Danger help shows at least two ways to reach someone, wherever the person is (R29, R30)."""
    if journey(view.step.ref) == "danger" and Contacts("crisis") in view.step.show:
        case.checks += 1
        if sum(link.startswith(("tel:", "sms:", "https:")) for link in view.links) < FEWEST_LINES:
            yield case.broken(view.step.ref, "This danger screen has fewer than two ways to reach someone.", view.facts)


SCREEN_LAWS: Final[dict[str, ScreenLaw]] = {
    law.__name__: law for law in (controls_everywhere, minors_are_safe, neutral_surface, danger_has_lines)
}
