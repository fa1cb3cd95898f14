"""The laws on what comes before what, for each kind of person and story, over all reachable states."""

from collections.abc import Iterator
from typing import Final

from bot.content.problems import Problem
from bot.core.book import UNKNOWN, Card, Contacts, Doors, Duties, End, Laws, Note, Ref, Route, Spoken, journey
from bot.proof.ahead import Ahead, answers
from bot.proof.book_laws import SIDE
from bot.proof.findings import Case, Law
from bot.proof.landmarks import OWN, THREATS

FAR: Final = "stranger"  # the only answer to who did this that needs no safety plan
LURED: Final = ("posted", "threatened", "paid", "fake")  # whom false helpers write to
MONEY: Final = Note("money")
LIMITS: Final = Note("confidentiality")
NEEDS: Final = (("a route", "removal", Route), ("notes", "evidence", None), ("people", "people", Contacts))  # R04
SOON: Final = 3  # taps until the bank is named


def safety_before_police(case: Case) -> Iterator[Problem]:
    """Nobody is sent to the police before being asked whether they are in danger (R13, E)."""
    yield from _only_when(case, "police", "safe", "Police stands here before safety was asked (`safe`).")


def evidence_before_deletion(case: Case) -> Iterator[Problem]:
    """Nothing says delete, unsend or block before the details were noted, for proof can be lost with it (R20)."""
    yield from _only_when(case, "deletion", "kept", "Deleting stands here before the details were noted (`kept`).")


def home_before_report(case: Case) -> Iterator[Problem]:
    """Who did this is asked before reports and blocks: somebody who lives with them notices, and may get angry (R11)."""
    for ref in _holding(case, "removal"):
        unsafe = {"who": "me", "near": UNKNOWN, "minor": "no"}
        if case.can(case.states.reached[ref], unsafe):
            yield case.broken(ref, "Reporting stands here before it was asked who did this (`near`).", unsafe)


def _only_when(case: Case, tag: str, fact: str, say: str) -> Iterator[Problem]:
    for ref in _holding(case, tag):
        for who in OWN:
            unsafe = {"who": who, fact: UNKNOWN}
            if case.can(case.states.reached[ref], unsafe):
                yield case.broken(ref, say, unsafe)


def _holding(case: Case, tag: str) -> Iterator[Ref]:
    for ref in case.states.spoken():
        if tag in case.library.book.spoken(ref).holds and journey(ref) not in SIDE:
            yield ref


def safety_contact_first(case: Case) -> Iterator[Problem]:
    """Who says that a partner, somebody at home or somebody known did it sees people who plan for safety at once (R11)."""
    for who in OWN:
        for answer in answers(case.states, "near", {"who": who}):
            for target, bits in answer.after if answer.value != FAR else ():
                step = case.library.book.spoken(target)
                case.checks += 1
                if not {"safety", "people"} <= step.holds or not _shows(step, Contacts):
                    must = "must show who helps with safety (`holds: [safety, people]`)."
                    say = f'"{target}" follows on "{answer.value}" and {must}'
                    yield case.broken(target, say, {"who": who}, bits)


def _shows(step: Spoken, *kinds: type[Card]) -> bool:
    return any(isinstance(card, kinds) for card in step.show)


def no_payment_first(case: Case) -> Iterator[Problem]:
    """Who says that they are threatened, or have paid, meets "do not pay" before anything else (R20, R21)."""
    for answer in answers(case.states, "what", {}):
        for target, _ in answer.after if answer.value in THREATS else ():
            case.checks += 1
            if "no_pay" not in case.library.book.spoken(target).holds:
                say = f'"{target}" must say "do not pay" first. Add it, and `holds: [no_pay]`.'
                yield Problem(case.spot(target), say)


def a_payment_is_stopped(case: Case) -> Iterator[Problem]:
    """Who has paid sees within three taps whom to call about the payment: the first hours count (R21)."""
    for who in OWN:
        paid = [
            place for answer in answers(case.states, "what", {"who": who}) if answer.value == "paid" for place in answer.after
        ]
        ahead = Ahead(case.states, paid)
        case.checks += len(ahead.layers)
        if paid and not any(MONEY in case.library.book.spoken(ref).show for layer in ahead.layers[:SOON] for ref in layer):
            say = f"After this it takes more than {SOON} taps until the payment is spoken of (`show: [{{note: money}}]`)."
            yield case.broken(paid[0][0], say, {"who": who, "what": "paid"})


def belief_comes_first(case: Case) -> Iterator[Problem]:
    """The answer to somebody who tells what was done, or that they were under 18, says it is not their fault (R07, R25)."""
    for ref in sorted(case.marks.believed):
        case.checks += 1
        if "validation" not in case.library.book.spoken(ref).holds:
            say = f'"{ref}" answers somebody who just told, and must say that it is not their fault (`holds: [validation]`).'
            yield case.broken(ref, say, {"who": "me"})


def limits_are_said_first(case: Case) -> Iterator[Problem]:
    """A person under 18, or who helps one, reads what helpers must pass on before they are shown any (R26)."""
    for who in OWN:
        told = [it for answer in answers(case.states, "minor", {"who": who}) if answer.value == "yes" for it in answer.after]
        ahead = Ahead(case.states, told, lambda step: LIMITS in step.show)
        for ref, bits in ahead.reached.items():
            step = case.library.book.spoken(ref)
            case.checks += 1
            if LIMITS not in step.show and any(_helpers(case, card) for card in step.show):
                say = "Helpers stand here before it was said what they must pass on (`show: [{note: confidentiality}]`)."
                yield case.astray(ahead, ref, say, bits)


def _helpers(case: Case, card: Card) -> bool:
    """Tell whether a card shows helpers who may ask for a name; the emergency number never waits."""
    return isinstance(card, Contacts) and case.library.vocabulary.selections[card.selection].kinds != ("emergency",)


def warned_before_the_end(case: Case) -> Iterator[Problem]:
    """No way through a threat, a payment, a post or a fake ends without a warning of those who sell removal (R18, R22)."""
    told = [it for answer in answers(case.states, "what", {"who": "me"}) if answer.value in LURED for it in answer.after]
    ahead = Ahead(case.states, told, lambda step: "warning" in step.holds)
    for ref, bits in ahead.reached.items():
        case.checks += 1
        step = case.library.book.spoken(ref)
        if isinstance(step, End) and "warning" not in step.holds:
            yield case.astray(
                ahead, ref, "This path ends without a warning of tricks and paid helpers (`holds: [warning]`).", bits
            )


def every_story_gets_all_help(case: Case) -> Iterator[Problem]:
    """Whatever happened, the choices lead to a route for removal, to what to note, and to people (R04)."""
    ahead = _stories(case)
    met = [(case.library.book.spoken(ref), bits) for ref, bits in ahead.reached.items()]
    for answer in answers(case.states, "what", {"who": "me"}):
        mine = case.states.universe.where({"who": "me", "minor": "no", "what": answer.value})
        for need, tag, kind in NEEDS:
            case.checks += 1
            if not any(bits & mine and tag in step.holds and (kind is None or _shows(step, kind)) for step, bits in met):
                say = f'Whoever chooses "{answer.value}" never comes to {need} (`holds: [{tag}]`).'
                yield Problem(case.spot(answer.at), say)


def _stories(case: Case) -> Ahead:
    """Follow every story from the answer to what happened."""
    return Ahead(
        case.states, [it for who in OWN for answer in answers(case.states, "what", {"who": who}) for it in answer.after]
    )


def fakes_go_the_same_way(case: Case) -> Iterator[Problem]:
    """A fake reaches every route, right and helper that a real picture reaches: it is no lesser harm (R28)."""
    if "fake" not in case.library.book.facts.get("what", ()):
        return
    ahead = _stories(case)
    for ref, bits in ahead.reached.items():
        step = case.library.book.spoken(ref)
        for who in OWN if _shows(step, Route, Contacts, Laws, Duties, Doors) else ():
            real, fake = ({"who": who, "what": what} for what in ("posted", "fake"))
            if case.can(bits, real) and not case.can(bits, fake):
                yield case.broken(ref, f'"{ref}" is for real pictures only. Lead fakes here too.', real)


def tags_are_honest(case: Case) -> Iterator[Problem]:
    """A step that shows police contacts or says delete carries the tag, so that the laws on order can see it (R13, R20)."""
    for ref in case.states.spoken():
        step = case.library.book.spoken(ref)
        case.checks += 1
        if Contacts("police") in step.show and "police" not in step.holds:
            yield Problem(case.spot(ref), f'"{ref}" shows police contacts. Add `holds: [police]`.')
        words = list(case.library.lexicon.found("delete", step.text.english, "en", denied=False))
        if words and "deletion" not in step.holds:
            yield Problem(case.spot(ref), f'"{ref}" says "{words[0]}". Add `holds: [deletion]`, or say it otherwise.')


ORDER_LAWS: Final[dict[str, Law]] = {
    law.__name__: law
    for law in (
        safety_before_police, evidence_before_deletion, home_before_report, safety_contact_first, no_payment_first,
        a_payment_is_stopped, belief_comes_first, limits_are_said_first, warned_before_the_end, every_story_gets_all_help,
        fakes_go_the_same_way, tags_are_honest,
    )
}  # fmt: skip
