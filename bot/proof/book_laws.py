"""The laws of safety over all reachable states and all texts, each a function, each with its source.

A law yields a problem for every step that breaks it; the problem tells the shortest story to it.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.content.problems import Problem
from bot.content.records import EXPIRED_DAYS
from bot.core.book import RETURN, UNKNOWN, Branch, Contacts, Doors, End, Ref, journey
from bot.proof.findings import Case, Law

OWN: Final = ("me", "beside")
SIDE: Final = ("danger", "person", "language")
TAPS: Final = 5  # R01
WORDS: Final = 20  # in a sentence (R72)
PERSONAS: Final = ("me", "beside", "saw", "shared", "press")


def every_step_is_reachable(case: Case) -> Iterator[Problem]:
    """A step nobody can come to is a mistake or a leftover (DESIGN §1)."""
    for ref, bits in case.states.reached.items():
        case.checks += 1
        if not bits:
            yield Problem(case.spot(ref), f'Nobody can come to "{ref}". Lead a choice here, or take the step out.')


def no_dead_end(case: Case) -> Iterator[Problem]:
    """Every screen but an end has a way on (R06)."""
    for ref in case.states.spoken():
        case.checks += 1
        step = case.library.book.spoken(ref)
        if not step.ways and not isinstance(step, End):
            yield case.broken(ref, f'"{ref}" leads nowhere. Give it a choice, a `to`, or make it an `end`.', {})


def no_loop_without_a_person(case: Case) -> Iterator[Problem]:
    """Branches alone never run in a circle: between two screens there is an end to deciding."""
    book = case.library.book
    for ref, step in book.steps.items():
        case.checks += 1
        if isinstance(step, Branch) and ref in _reachable_branches(case, ref):
            yield Problem(case.spot(ref), f'The branch "{ref}" can lead back to itself without a screen. Break the circle.')


def _reachable_branches(case: Case, start: Ref) -> set[Ref]:
    """Follow branches by the facts that can really stand there."""
    universe, steps = case.states.universe, case.library.book.steps
    seen: set[Ref] = set()
    queue = [(start, case.states.reached[start])]
    while queue:
        ref, bits = queue.pop()
        step = steps[ref]
        for line in step.cases if isinstance(step, Branch) else ():
            chosen = bits & universe.where(line.when)
            bits &= ~chosen
            if chosen and line.to not in seen and isinstance(steps[line.to], Branch):
                seen.add(line.to)
                queue.append((line.to, chosen))
    return seen


def ends_help(case: Case) -> Iterator[Problem]:
    """Every end holds an action and contacts, or says that none is known (R12)."""
    for ref in case.states.spoken():
        step = case.library.book.spoken(ref)
        case.checks += 1
        if not isinstance(step, End):
            continue
        if "action" not in step.holds or not any(isinstance(card, Doors | Contacts) for card in step.show):
            say = f'The end "{ref}" leaves a person alone. Add `holds: [action]` and `show: [doors]`.'
            yield case.broken(ref, say, {})


def help_within_five_taps(case: Case) -> Iterator[Problem]:
    """Everyone sees a first useful step within five taps of the start (R01)."""
    states = case.states
    helpful = [ref for ref in states.spoken() if "action" in case.library.book.spoken(ref).holds and journey(ref) not in SIDE]
    for who in PERSONAS:
        case.checks += 1
        where = states.universe.where({"who": who})
        if not any(layer.get(ref, 0) & where for layer in states.layers[: TAPS + 1] for ref in helpful):
            say = f'It takes more than {TAPS} taps until "{who}" sees a useful step (`holds: [action]`).'
            yield Problem(case.spot(case.library.book.start), say)


def safety_before_police(case: Case) -> Iterator[Problem]:
    """Nobody is sent to the police before being asked whether they are in danger (R13, issue order)."""
    yield from _only_when(case, "police", "safe", "Police stands here before safety was asked (`safe`).")


def evidence_before_deletion(case: Case) -> Iterator[Problem]:
    """Nothing says delete, unsend or block before the details were noted (R20)."""
    yield from _only_when(case, "deletion", "kept", "Deleting stands here before the details were noted (`kept`).")


def home_before_report(case: Case) -> Iterator[Problem]:
    """If the person who did this lives with them or is known, a safety contact comes before reports and blocks (R11)."""
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


def tags_are_honest(case: Case) -> Iterator[Problem]:
    """A step that shows police contacts or says delete carries the tag, so that the laws above can see it."""
    for ref in case.states.spoken():
        step = case.library.book.spoken(ref)
        case.checks += 1
        if Contacts("police") in step.show and "police" not in step.holds:
            yield Problem(case.spot(ref), f'"{ref}" shows police contacts. Add `holds: [police]`.')
        words = list(case.library.lexicon.found("delete", step.text.english, "en", denied=False))
        if words and "deletion" not in step.holds:
            yield Problem(case.spot(ref), f'"{ref}" says "{words[0]}". Add `holds: [deletion]`, or say it otherwise.')


def no_payment_first(case: Case) -> Iterator[Problem]:
    """Who says that they are threatened, or have paid, meets "do not pay" before anything else (R20, R21)."""
    for ref in case.states.spoken():
        for way in case.library.book.spoken(ref).ways:
            case.checks += 1
            if way.learns.get("what") in {"threatened", "paid"}:
                after = case.states.universe.learn(case.states.reached[ref], way.learns)
                for target, _ in case.states.settle(way.to, after):
                    if "no_pay" not in case.library.book.spoken(target).holds:
                        say = f'"{target}" must say "do not pay" first. Add it, and `holds: [no_pay]`.'
                        yield Problem(case.spot(target), say)


def words_we_never_say(case: Case) -> Iterator[Problem]:
    """No blame, no promise of outcomes, no asking for names, links or images, in any language (R07, R08, R15)."""
    for message in case.library.messages:
        for locale in case.library.languages:
            text = case.library.catalogs.say(message.text, locale)
            for purpose, denied in (("avoid", True), ("promise", False), ("ask", False)):
                case.checks += 1
                for word in case.library.lexicon.found(purpose, text, locale, denied=denied):
                    yield Problem(message.spot, f'"{word}" is never said ({purpose}, {locale}). Say it otherwise.')


def short_sentences(case: Case) -> Iterator[Problem]:
    """No English sentence has more than 20 words (R72)."""
    for message in case.library.messages:
        for sentence in re.split(r"(?<=[.!?:])[”\u2019\"]?\s+|\n", message.text.english):
            case.checks += 1
            words = len(sentence.removeprefix("- ").split())
            if words > WORDS:
                yield Problem(message.spot, f"This sentence has {words} words; {WORDS} is the most: {sentence[:50]}…")


def contacts_are_fresh(case: Case) -> Iterator[Problem]:
    """A record nobody checked for 180 days is not shown as true (R16)."""
    for name, proof in case.library.proofs():
        case.checks += 1
        age = (case.as_of.date() - proof.checked).days
        if age > EXPIRED_DAYS and proof.shown(case.as_of.date()):
            say = f'"{name}" was last checked {age} days ago. Check it at its source and write the new date, or take it out.'
            yield Problem(proof.spot, say)
        if age < -1:
            yield Problem(proof.spot, f'"{name}" is checked on {proof.checked}, which has not come yet. Correct the date.')


def returns_belong_to_side_journeys(case: Case) -> Iterator[Problem]:
    """A return leads somewhere: side journeys are left by `return`, and nothing else ends in one (R29)."""
    book = case.library.book
    for ref in case.states.spoken():
        case.checks += 1
        if journey(ref) not in SIDE and any(way.to == RETURN for way in book.spoken(ref).ways):
            yield Problem(case.spot(ref), "`to: return` only belongs in the journeys danger, person and language.")


BOOK_LAWS: Final[dict[str, Law]] = {
    law.__name__: law
    for law in (
        every_step_is_reachable, no_dead_end, no_loop_without_a_person, ends_help, help_within_five_taps,
        safety_before_police, evidence_before_deletion, home_before_report, tags_are_honest, no_payment_first,
        words_we_never_say, short_sentences, contacts_are_fresh, returns_belong_to_side_journeys,
    )
}  # fmt: skip
