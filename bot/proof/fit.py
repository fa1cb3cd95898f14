"""Everything that is sent, in every language, on every channel, held against that channel's limits in that channel's unit."""

from collections.abc import Iterator
from typing import Final

from bot.channels.forms import Openers
from bot.channels.limits import ALL, Limits
from bot.content.phrases import Phrase
from bot.content.problems import Problem, Spot
from bot.core.session import Session
from bot.proof.findings import FIRST, Case
from bot.proof.form_fit import form_over, others_over
from bot.proof.handoff_fit import Handoff
from bot.proof.views import TOKEN, View
from bot.talk.plain import text_of
from bot.talk.ports import Offer, Screen, Unit
from bot.talk.screen import CONTROLS

MOST_WAYS: Final = 100  # a button's number has two digits
LINK: Final = f"https://t.me/{'A' * 32}?start={TOKEN}"  # the longest name of a bot, and a sealed page


class Fit:
    """Measures one library. What was measured once, a label or a phrase, is not measured again."""

    def __init__(self, case: Case) -> None:
        """Take what there is to measure."""
        self._case = case
        self._handoff = Handoff(case)
        self._labels: dict[tuple[str, str, int, int | None], tuple[str, ...]] = {}

    def screen(self, view: View) -> Iterator[Problem]:
        """Hold one screen against all channels."""
        spot, ref = self._case.spot(view.step.ref), view.step.ref
        if len(view.step.ways) > MOST_WAYS:
            yield Problem(spot, f'"{ref}" has {len(view.step.ways)} choices; {MOST_WAYS} is the most. Split the list.')
            return
        for limits in ALL:
            say = f'"{ref}" does not fit {limits.channel} in {view.screen.locale}: '
            try:
                yield from (Problem(spot, say + over) for over in self._pages(view, limits))
            except IndexError:  # a button has no letter for such a page
                yield Problem(spot, f"{say}it has too many pages. Split the step.")

    def beside(self, locale: str) -> Iterator[Problem]:
        """Hold all that is sent and is no screen of a step: the gate of a shared page, a farewell, a profile, our faults."""
        library, speech = self._case.library, self._case.views.drawer.speech(locale)
        gate = self._case.views.drawer.gate(Session.fresh(library.book, locale), TOKEN)
        for limits in ALL:
            if limits.frame.parted:
                yield from self._front(limits, locale)
            for phrase, most in limits.phrases.items():
                self._case.checks += 1
                text = speech.trouble() if phrase is Phrase.TROUBLE else speech.say(library.phrases[phrase])
                length = limits.unit.measure(text)
                if length > most:
                    yield self._phrase(limits, locale, phrase, f"it has {length} {limits.unit.value}, {most} is the most.")
            for phrase, length, most in self._handoff.notices(locale, limits):
                self._case.checks += 1
                if length > most:
                    say = f"above a screen it has {length} {limits.unit.value}, {most} is the most."
                    yield self._phrase(limits, locale, phrase, say)
            yield from (self._phrase(limits, locale, Phrase.PLAN_HERE, say) for say in self._over(gate, limits))
            for offer, (_, phrase) in zip(gate.controls, CONTROLS, strict=True):
                yield from (self._phrase(limits, locale, phrase, say) for say in self._offer(offer, limits, limits.half))
            if limits.menus is not None:
                over = others_over(gate, limits.menus, Openers.of(speech))
                yield from (self._phrase(limits, locale, Phrase.OTHERS, say) for say in over)

    def _front(self, limits: Limits, locale: str) -> Iterator[Problem]:
        """Hold the line before a further message: whoever sees its first words must see nothing else (R59)."""
        text = self._case.views.drawer.speech(locale).phrase(Phrase.NEXT_PART)
        self._case.checks += 1
        if len(text) < FIRST:
            yield self._phrase(limits, locale, Phrase.NEXT_PART, f"it has {len(text)} characters, {FIRST} is the least.")
        for word in self._case.library.lexicon.found("topic", text, locale):
            yield self._phrase(limits, locale, Phrase.NEXT_PART, f'it holds "{word}", which another may see.')

    def _phrase(self, limits: Limits, locale: str, phrase: Phrase, say: str) -> Problem:
        context = f"phrases.{phrase.value}"
        spots = (message.spot for message in self._case.library.messages if message.text.context == context)
        spot = next(spots, Spot("flows/phrases.yaml", 1))
        return Problem(spot, f'The phrase "{phrase.value}" does not fit {limits.channel} in {locale}: {say}')

    def _pages(self, view: View, limits: Limits) -> Iterator[str]:
        """Hold the pages of a screen against one channel, and the card that keeps one; without a frame it is one page."""
        framed = limits.frame.room or limits.frame.rows
        for page in self._case.views.pages(view, limits.frame) if framed else (view.screen,):
            yield from self._over(page, limits)
            yield from self._card(page, limits)

        for page in self._handoff.pages(view, limits.frame):
            yield from self._over(page, limits)

    def _over(self, page: Screen, limits: Limits) -> Iterator[str]:
        self._case.checks += 1
        length = limits.unit.measure(text_of(page.blocks, page.notice, page.footnote))
        if limits.text is not None and length > limits.text:
            yield f"the text has {length} {limits.unit.value}, {limits.text} is the most. Split the step."
        offers = (*page.offers, *filter(None, [page.keep]))
        if limits.buttons is not None and len(offers) + len(page.controls) > limits.buttons:
            yield f"{len(offers) + len(page.controls)} buttons, {limits.buttons} is the most."
        for offer in offers:
            yield from self._offer(offer, limits, limits.seen)
        if limits.menus is not None:
            yield from form_over(page, limits.menus, Openers.of(self._case.views.drawer.speech(page.locale)))

    def _offer(self, offer: Offer, limits: Limits, seen: int | None) -> Iterator[str]:
        key = (limits.channel, offer.label, offer.number, seen)
        if key not in self._labels:
            self._labels[key] = tuple(_label_over(offer, limits, seen))
        self._case.checks += 1
        yield from self._labels[key]
        if limits.data is not None and (len(offer.data) > limits.data or not offer.data.isascii()):
            yield f"a button carries {len(offer.data)} bytes, {limits.data} is the most."

    def _card(self, page: Screen, limits: Limits) -> Iterator[str]:
        """Hold a kept page, with the line that opens it again, against the channel that can keep one."""
        if page.keep is None or limits.text is None or limits.menus is not None:
            return
        self._case.checks += 1
        speech = self._case.views.drawer.speech(page.locale)
        last = speech.phrase(Phrase.PLAN_LINK, link=speech.apart(LINK))
        length = limits.unit.measure(text_of(page.blocks, None, "\n\n".join(filter(None, (page.footnote, last)))))
        if length > limits.text:
            yield f"kept as a card it has {length} {limits.unit.value}, {limits.text} is the most. Split the step."


def _label_over(offer: Offer, limits: Limits, seen: int | None) -> Iterator[str]:
    if limits.label is not None and limits.unit.measure(offer.label) > limits.label:
        yield f'the button "{offer.label}" has {len(offer.label)} characters, {limits.label} is the most.'
    length = Unit.GRAPHEMES.measure(offer.shown)
    if seen is not None and length > seen:
        yield f'the button "{offer.shown}" shows {length} {Unit.GRAPHEMES.value}, {seen} is the most. Shorten it.'
