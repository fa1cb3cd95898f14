"""The laws of safety that every screen is held against, in every language, each with its reason and source."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from bot.content.problems import Problem
from bot.core.book import Doors, End, Pick, Ref
from bot.proof.findings import FIRST, Case, ScreenLaw
from bot.proof.views import View
from bot.talk.codes import CODES, LENGTH
from bot.talk.ports import Card
from bot.talk.screen import CONTROLS

FOUR: Final = ("removal", "people", "police", "legal")  # R12


def controls_everywhere(case: Case, view: View) -> Iterator[Problem]:
    """Back, Leave, a person, danger, menu and language are on every screen, one tap away (R06, R30, R58)."""
    codes = [offer.data[-LENGTH:] for offer in view.screen.controls]
    if codes != [CODES[command] for command, _ in CONTROLS]:
        yield case.broken(view.step.ref, "A control is missing on this screen.", view.facts)


def all_by_buttons(case: Case, view: View) -> Iterator[Problem]:
    """Every way on has a button with words of its own and a number, so nobody has to type (R05, R73, R74)."""
    case.checks += 1
    offers = view.screen.offers
    numbered = [offer.number for offer in offers] == list(range(1, len(view.step.ways) + 1))
    for labels in ([offer.label for offer in offers], [offer.short for offer in offers]):
        if not numbered or not all(label.strip() for label in labels) or len(set(labels)) < len(labels):
            yield case.broken(view.step.ref, "Two choices here look alike, or one has no button.", view.facts, view.bits)


def minors_are_safe(case: Case, view: View) -> Iterator[Problem]:
    """Where the person in the picture may be under 18: nothing on keeping the image, nothing for adults alone (R23, R24).

    Whoever they are: if "under 18" is among the facts at all, no 18+ service or line, no StopNCII, no copyright notice,
    no save, copy, capture or screenshot, in text, on a button or in a link.
    """
    case.checks += 1
    if not view.bits & case.marks.young:
        return
    bits = view.bits & (case.marks.sure if view.bits & case.marks.sure else case.marks.young)
    names = [] if isinstance(view.step, Pick) else [offer.label for offer in view.screen.offers]  # of a place, not of a deed
    for purpose in ("media", "adult"):
        for word in case.library.lexicon.found(purpose, "\n".join((view.text, *names)), view.screen.locale):
            say = f'"{word}" must not stand where the person may be under 18.'
            yield case.broken(view.step.ref, say, view.facts, bits)
    for link in filter(lambda link: _grown(case, link, sure=not view.bits & ~case.marks.sure), view.links):
        say = f"{urlsplit(link).hostname or link} is only for adults and must not stand here."
        yield case.broken(view.step.ref, say, view.facts, bits)


def _grown(case: Case, link: str, *, sure: bool) -> bool:
    """Tell whether a link is for adults alone; as long as age is not known, a line may stand there with its label."""
    host = urlsplit(link).hostname or ""
    return (sure and link in case.marks.adult) or any(
        host == bad or host.endswith(f".{bad}") for bad in case.library.lexicon.adult_hosts
    )


def neutral_surface(case: Case, view: View) -> Iterator[Problem]:
    """The first 60 characters of a message and every button hold no topic word; screens 1 and 2 hold none at all (R02, R59)."""
    start = view.text if view.step.ref in case.marks.opening else view.text[:FIRST]
    labels = [] if isinstance(view.step, Pick) else [offer.label for offer in (*view.screen.offers, *view.screen.controls)]
    for what, text in (("The first words", start), *(("A button", label) for label in labels)):
        case.checks += 1
        for word in case.library.lexicon.found("topic", text, view.screen.locale):
            say = f'{what} of "{view.step.ref}" hold "{word}", which another may see.'
            yield case.broken(view.step.ref, say, view.facts, view.bits)


def first_words_are_said(case: Case, view: View) -> Iterator[Problem]:
    """What a first answer must say is really said, in every language: "do not pay", "it is not your fault" (R07, R20, R25)."""
    yield from _said(case, view, case.marks.threatened, "no_pay")
    yield from _said(case, view, case.marks.believed, "believe")


def _said(case: Case, view: View, where: frozenset[Ref], purpose: str) -> Iterator[Problem]:
    if view.step.ref in where:
        case.checks += 1
        if not any(case.library.lexicon.found(purpose, view.text, view.screen.locale)):
            say = f'"{view.step.ref}" does not say it in {view.screen.locale}: one of the words "{purpose}" of laws.yaml.'
            yield case.broken(view.step.ref, say, view.facts, view.bits)


def ends_open_four_doors(case: Case, view: View) -> Iterator[Problem]:
    """Every end names removal, a person, police and legal help, or says which of them is not known (R12).

    Where danger was not asked yet, an end may show people alone: police waits for that question (R13).
    """
    if not isinstance(view.step, End):
        return
    case.checks += 1
    missing = [door for door in FOUR if door not in case.library.vocabulary.doors]
    drawn = [len(block.lines) for block in view.screen.blocks if isinstance(block, Card) and not block.heading]
    if Doors() not in view.step.show:
        asked = view.bits & case.marks.asked
        if asked:
            yield case.broken(view.step.ref, "This end must open all doors. Add `show: [doors]`.", {}, asked)
    elif missing or max(drawn, default=0) < len(FOUR):
        say = f"The doors of this end leave out {', '.join(missing) or 'one of four'}. Add it in vocabulary.yaml."
        yield case.broken(view.step.ref, say, view.facts, view.bits)


def the_same_in_every_language(case: Case, view: View) -> Iterator[Problem]:
    """A language changes words alone: the same choices, numbers, links and helpers on every screen (own judgement)."""
    case.checks += 1
    screen = view.screen
    drawn = (
        [(offer.data, offer.number) for offer in (*screen.offers, *screen.controls)],
        view.links,
        [block.heading for block in screen.blocks if isinstance(block, Card)],
        screen.urgent,
    )
    if case.drawn.setdefault((view.step.ref, tuple(view.facts.items())), drawn) != drawn:
        say = f"In {screen.locale} this screen shows other choices, links or helpers."
        yield case.broken(view.step.ref, say, view.facts, view.bits)


SCREEN_LAWS: Final[dict[str, ScreenLaw]] = {
    law.__name__: law
    for law in (
        controls_everywhere, all_by_buttons, minors_are_safe, neutral_surface, first_words_are_said, ends_open_four_doors,
        the_same_in_every_language,
    )
}  # fmt: skip
