"""What a person sees of a handoff: whether helpers are there, what they would see, the queue, the talk, its end. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.book import Branch, Contacts, Person, Spoken, Way, journey
from bot.core.engine import PAGES
from bot.core.session import Session
from bot.talk.codes import LENGTH
from bot.talk.handoff.brief import Brief, Part, brief, letter, parts
from bot.talk.handoff.front import Over, State
from bot.talk.ports import Block, Frame, Offer, Points, Say, Screen
from bot.talk.screen import Content, Drawer, Told
from bot.talk.seal import LENGTH as SEAL
from bot.talk.speech import Speech

REF: Final = "handoff"  # of a screen that stands for no step: waiting, or talking
CONSENT, ASK, STOP, LOOK = "h", "y", "ex", "wx"  # codes of buttons; the first two with a letter that says what is left out
PLAIN: Final = {"yes": Phrase.BRIEF_YES, "no": Phrase.BRIEF_NO}


class Access(Enum):
    """Whether a helper can be asked; the values are keys of flows/phrases.yaml."""

    NONE = "handoff_none"
    CLOSED = "handoff_closed"
    OPEN = "handoff_open"


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation says of its desk: how long somebody waits at most, and what its desks keep."""

    wait: float = 120.0
    telegram: bool = False  # helpers may answer from a group on Telegram


@dataclass(frozen=True, slots=True)
class Sight:
    """What a screen is drawn from: a session, its sealed form, the frame, the moment, and a hint to say above it."""

    session: Session
    token: str
    frame: Frame
    now: datetime
    told: Told | None = None


class Counter:
    """Draws the screens around a handoff."""

    def __init__(self, library: Library, drawer: Drawer, rules: Rules) -> None:
        """Take the content, what draws its steps, and the rules of the desk."""
        self._library = library
        self._drawer = drawer
        self._rules = rules
        self._labels = _labels(library)

    def draw(self, sight: Sight, access: Access) -> Screen | None:
        """Draw a step at which a helper can be asked, or that leads there; None for any other."""
        step = self._library.book.spoken(sight.session.at)
        if isinstance(step, Person):
            return self.consent(sight) if access is Access.OPEN else self._shut(sight, access)
        hidden = {number for number, way in enumerate(step.ways) if self.asks(way.to)}
        if not hidden:
            return None
        screen = self._under(sight, access)
        offers = tuple(offer for offer in screen.offers if access is Access.OPEN or offer.number - 1 not in hidden)
        return replace(screen, offers=offers)

    def consent(self, sight: Sight, left_out: frozenset[Part] = frozenset()) -> Screen:
        """Show, line by line, what a helper would see; each line can be left out (R66). The limits stand above (R26)."""
        session, speech = sight.session, self._drawer.speech(sight.session.locale)
        step = self._library.book.spoken(session.at)
        cards = tuple(card for card in step.show if not isinstance(card, Contacts))
        above = self._drawer.cards(session.locale, cards, session.facts, sight.now)
        content = self._drawer.below(session.locale, session.at, above)
        lines, shown = self.lines(speech, session, left_out)
        keeps = [Phrase.HANDOFF_UNSEEN, Phrase.HANDOFF_KEEPS, *([Phrase.HANDOFF_KEEPS_TELEGRAM] * self._rules.telegram)]
        below = (
            Say(speech.phrase(Phrase.HANDOFF_LINES)), Points(tuple(lines)), Say(" ".join(speech.phrase(one) for one in keeps)),
        )  # fmt: skip
        turned = replace(sight, session=session.turned(PAGES - 1)) if left_out else sight
        last = self._lay(turned, replace(content, blocks=(*content.blocks, *below)))
        if not any(offer.number for offer in last.offers):
            return last
        turning = tuple(offer for offer in last.offers if not offer.number)
        return replace(last, offers=(*self._choices(speech, sight.token, shown, left_out), *turning), keep=None)

    def lines(self, speech: Speech, session: Session, left_out: frozenset[Part]) -> tuple[list[str], list[Part]]:
        """Write what a helper would see, and list the parts that can be left out."""
        whole, some = brief(session), brief(session, left_out)
        said, kept = dict(self.said(speech, whole)), dict(self.said(speech, some))
        line = Phrase.HANDOFF_LINE
        return [speech.phrase(line, part=_name(speech, part), value=value) for part, value in kept.items()], list(said)

    def said(self, speech: Speech, shown: Brief) -> list[tuple[Part, str]]:
        """Say a brief in words, part by part; what is not known has no line."""
        found = {name: self._value(speech, shown, name, value) for name, value in shown.facts.items()}
        situation = speech.beside(list(filter(None, (found.get(name) for name in ("who", "what", "minor")))))
        tongue = self._library.languages[shown.locale].name if shown.locale else ""
        urgent = "" if shown.urgent is None else speech.phrase(PLAIN["yes" if shown.urgent else "no"])
        values = {
            Part.LANGUAGE: tongue, Part.COUNTRY: found.get("country", ""), Part.SITUATION: situation,
            Part.PLACE: found.get("platform", ""), Part.URGENCY: urgent,
        }  # fmt: skip
        return [(part, value) for part, value in values.items() if value]

    def stand(self, sight: Sight, state: State) -> Screen:
        """Show where a person stands: in the queue, or with a helper."""
        speech = self._drawer.speech(sight.session.locale)
        minutes = str(round(self._rules.wait / 60) or 1)
        waiting = speech.phrase(Phrase.HANDOFF_WAITING, place=str(state.place), minutes=minutes)
        said = [speech.phrase(Phrase.HANDOFF_TALKING)] if state.talks else [waiting]
        said += [speech.phrase(Phrase.HANDOFF_READER)] * bool(state.readers)
        plain = self._lay(replace(sight, session=sight.session.turned(0), frame=Frame(), told=None), Content((), None))
        notice = speech.phrase(Phrase.HANDOFF_UNHEARD) if state.unheard else None
        offers = self.ways(speech, sight.token)
        return replace(
            plain, ref=REF, notice=notice, blocks=tuple(map(Say, said)), offers=offers, keep=None, footnote=None, urgent=True
        )

    def ways(self, speech: Speech, token: str) -> tuple[Offer, ...]:
        """Give the buttons below where a person stands."""
        return (
            _offer(token + LOOK, speech.phrase(Phrase.HANDOFF_LOOK)),
            _offer(token + STOP, speech.phrase(Phrase.HANDOFF_STOP)),
        )

    def over(self, screen: Screen, why: Over) -> Screen:
        """Say on a screen of the guide why it is over. That a helper is here would be odd to hear just then."""
        here = Say(self._drawer.speech(screen.locale).phrase(Phrase.HANDOFF_OPEN))
        blocks = tuple(block for block in screen.blocks if block != here)
        return self.noted(replace(screen, blocks=blocks), Phrase(why.value))

    def noted(self, screen: Screen, phrase: Phrase) -> Screen:
        """Put a line above a screen."""
        line = self._drawer.speech(screen.locale).phrase(phrase)
        return replace(screen, notice="\n\n".join(filter(None, (line, screen.notice))))

    def _shut(self, sight: Sight, access: Access) -> Screen:
        """Say that nobody is there now, and show those who can be called instead."""
        return self.noted(self._plain(sight), Phrase(access.value))

    def _plain(self, sight: Sight) -> Screen:
        """Draw the contacts of the step at which a helper could have been asked, without the words that ask."""
        session, step = sight.session, self._library.book.spoken(sight.session.at)
        cards = tuple(card for card in step.show if isinstance(card, Contacts))
        return self._lay(sight, self._drawer.cards(session.locale, cards, session.facts, sight.now))

    def _under(self, sight: Sight, access: Access) -> Screen:
        """Draw a step with a line above it that says whether a helper is there."""
        content = self._drawer.compose(sight.session, sight.now)
        line: Block = Say(self._drawer.speech(sight.session.locale).phrase(Phrase(access.value)))
        return self._lay(sight, replace(content, blocks=(line, *content.blocks)))

    def _lay(self, sight: Sight, content: Content) -> Screen:
        return self._drawer.lay(sight.session, sight.token, sight.frame, content, sight.told)

    def asks(self, ref: str) -> bool:
        """Tell whether a helper is asked for at a step."""
        return isinstance(self._library.book.steps.get(ref), Person)

    def _choices(self, speech: Speech, token: str, shown: Sequence[Part], left_out: frozenset[Part]) -> tuple[Offer, ...]:
        ask = _offer(token + ASK + letter(left_out), speech.phrase(Phrase.HANDOFF_ASK))
        rest = [
            _offer(
                token + CONSENT + letter(left_out ^ {part}),
                speech.phrase(Phrase.HANDOFF_WITH if part in left_out else Phrase.HANDOFF_WITHOUT, part=_name(speech, part)),
            )
            for part in shown
        ]
        on = _offer(token + "00", speech.phrase(Phrase.HANDOFF_NO))
        return (ask, *rest, on)

    def _value(self, speech: Speech, shown: Brief, name: str, value: str) -> str:
        """Name a fact's value as the guide's own buttons do, those of the person's own story before all."""
        if name in {"country", "platform"}:
            return self._drawer.name(speech, name, value)
        if name == "minor":
            return speech.phrase(Phrase.FOR_MINORS)
        stories = set(self._library.book.facts.get("who", ())) - {shown.facts.get("who")}  # of others, who say "they"
        buttons = sorted(self._labels.get((name, value), ()), key=lambda it: journey(it[0].ref) in stories)
        return self._drawer.label(speech, *buttons[0])[0] if buttons else ""


def read(code: str) -> tuple[str, frozenset[Part]] | None:
    """Read the code of a button of a handoff: which it is, and what is left out; None for any other."""
    if code in {STOP, LOOK}:
        return code, frozenset()
    found = parts(code[1:]) if len(code) == LENGTH and code[0] in {CONSENT, ASK} else None
    return (code[0], found) if found is not None else None


def under(screen: Screen) -> str:
    """Give what is to be known when somebody types below a screen: the code of its first button, if it is of a handoff."""
    code = screen.offers[0].data[SEAL:] if screen.offers else ""
    return code if read(code) else ""


def _labels(library: Library) -> Mapping[tuple[str, str], Sequence[tuple[Spoken, Way]]]:
    """Find, for each value of a fact, the buttons that teach it."""
    found: dict[tuple[str, str], list[tuple[Spoken, Way]]] = {}
    for step in (step for step in library.book.steps.values() if not isinstance(step, Branch)):
        for way in step.ways:
            for name, value in way.learns.items():
                if way.label is not None:
                    found.setdefault((name, value), []).append((step, way))
    return found


def _name(speech: Speech, part: Part) -> str:
    return speech.phrase(Phrase(part.value))


def _offer(data: str, label: str) -> Offer:
    return Offer(data, label, label)
