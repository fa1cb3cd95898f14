"""Every screen, in every language, on every channel, held against that channel's limits in that channel's unit."""

from collections.abc import Iterator

from bot.channels.limits import ALL, Limits
from bot.content.problems import Problem
from bot.proof.findings import Case
from bot.proof.views import View
from bot.talk.plain import text_of
from bot.talk.ports import Offer, Screen


def fits(case: Case, view: View) -> Iterator[Problem]:
    """Hold one screen against all channels."""
    for limits in ALL:
        for page in case.views.pages(view, limits.frame) if limits.frame.room or limits.frame.rows else (view.screen,):
            yield from (_problem(case, view, limits, say) for say in _over(case, page, limits))


def _problem(case: Case, view: View, limits: Limits, say: str) -> Problem:
    return Problem(case.spot(view.step.ref), f'"{view.step.ref}" does not fit {limits.channel} in {view.screen.locale}: {say}')


def _over(case: Case, page: Screen, limits: Limits) -> Iterator[str]:
    case.checks += 1
    length = limits.unit.measure(text_of(page.blocks, page.notice, page.footnote))
    if limits.text is not None and length > limits.text:
        yield f"the text has {length} {limits.unit.value}, {limits.text} is the most. Split the step."
    if limits.rows is not None and len(page.offers) > limits.rows:
        yield f"{len(page.offers)} buttons, {limits.rows} is the most."
    for offer in page.offers:
        yield from _offer_over(case, offer, limits)


def _offer_over(case: Case, offer: Offer, limits: Limits) -> Iterator[str]:
    case.checks += 1
    if limits.label is not None and len(offer.label) > limits.label:
        yield f'the button "{offer.label}" has {len(offer.label)} characters, {limits.label} is the most.'
    if limits.short is not None and len(offer.short) > limits.short:
        yield f'the short button "{offer.short}" has {len(offer.short)} characters, {limits.short} is the most. Shorten it.'
    if limits.data is not None and (len(offer.data) > limits.data or not offer.data.isascii()):
        yield f"a button carries {len(offer.data)} bytes, {limits.data} is the most."
