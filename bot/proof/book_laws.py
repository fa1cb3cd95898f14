"""The laws on where the buttons lead, over all reachable states, each a function, each with its reason and source.

A law yields a problem for every step that breaks it; the problem tells the shortest story to it.
"""

from collections.abc import Iterator
from typing import Final

from bot.content.problems import Problem
from bot.core.book import RETURN, UNKNOWN, Branch, Contacts, Doors, End, Person, Ref, Spoken, Way, journey
from bot.core.engine import Engine
from bot.core.events import Asked, Command, Pressed
from bot.core.session import Session
from bot.core.space import SHALLOWEST
from bot.proof.ahead import Behind, Where, taps, ways
from bot.proof.findings import Case, Law
from bot.proof.states import Bits

SIDE: Final = ("danger", "person", "language")
ABOUT: Final = "about"
TAPS: Final = 5  # R01
NEAR: Final = 3  # taps to a human being
FORGET: Final = 2  # taps to a new beginning
PERSONAS: Final = ("me", "beside", "saw", "shared", "press")


def every_step_is_reachable(case: Case) -> Iterator[Problem]:
    """A step nobody can come to is a mistake or a leftover (DESIGN §1)."""
    for ref, bits in case.states.reached.items():
        case.checks += 1
        if not bits:
            yield Problem(case.spot(ref), f'Nobody can come to "{ref}". Lead a choice here, or take the step out.')


def no_dead_end(case: Case) -> Iterator[Problem]:
    """Every screen but an end has a way on, so that nobody has to type to go on (R05, R06)."""
    for ref in case.states.spoken():
        case.checks += 1
        step = case.library.book.spoken(ref)
        if not step.ways and not isinstance(step, End):
            yield case.broken(ref, f'"{ref}" leads nowhere. Give it a choice, a `to`, or make it an `end`.', {})


def no_loop_without_a_person(case: Case) -> Iterator[Problem]:
    """Branches alone never run in a circle: between two screens there is an end to deciding (DESIGN §1)."""
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


def an_end_is_ahead(case: Case) -> Iterator[Problem]:
    """From every state the choices on the screens lead to an end with help: nobody taps for ever (R03, R12)."""
    goal: Where = {}
    for ref in case.states.spoken():
        step = case.library.book.spoken(ref)
        if isinstance(step, End) or any(way.to == RETURN for way in step.ways):
            goal[ref] = case.states.reached[ref]
    behind = Behind(case.states, goal, ways)
    behind.all()
    say = "From here the choices lead to no end. Give one of them a way on."
    yield from _missing(case, behind, say)


def _missing(case: Case, behind: Behind, say: str) -> Iterator[Problem]:
    """Tell of the nearest state that misses the goal; the others are mended with it, or told of next."""
    for layer in case.states.layers:
        for ref, bits in layer.items():
            if case.can(bits & behind.missing(ref), {}):
                yield case.broken(ref, say, {}, bits & behind.missing(ref))
                return


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
    """Everyone sees a first useful step within five taps of the start (R01, R03)."""
    states = case.states
    helpful = [ref for ref in states.spoken() if "action" in case.library.book.spoken(ref).holds and journey(ref) not in SIDE]
    for who in PERSONAS:
        case.checks += 1
        where = states.universe.where({"who": who})
        if not any(layer.get(ref, 0) & where for layer in states.layers[: TAPS + 1] for ref in helpful):
            say = f'It takes more than {TAPS} taps until "{who}" sees a useful step (`holds: [action]`).'
            yield Problem(case.spot(case.library.book.start), say)


def a_human_is_near(case: Case) -> Iterator[Problem]:
    """From every state, so also from every threat, at most three taps show people to talk to (R06, R20, R26, R66)."""
    goal: Where = {}
    for ref in case.states.spoken():
        step = case.library.book.spoken(ref)
        if "people" in step.holds and any(_humans(case, card) for card in step.show):
            goal[ref] = case.states.reached[ref]
    behind = Behind(case.states, goal, taps(case.library.book))
    for _ in range(NEAR):
        behind.tap()
    yield from _missing(case, behind, f"From here it takes more than {NEAR} taps to people one can talk to.")


def _humans(case: Case, card: object) -> bool:
    """Tell whether a card shows people who always can be reached: a selection that never comes out empty."""
    return isinstance(card, Contacts) and case.library.vocabulary.selections[card.selection].at_least > 0


def waiting_is_never_silent(case: Case) -> Iterator[Problem]:
    """Where somebody is handed over to a helper, others who help stand on that very screen, should nobody answer (R68)."""
    for ref in case.states.spoken():
        step = case.library.book.spoken(ref)
        case.checks += 1
        if isinstance(step, Person) and not any(_humans(case, card) for card in step.show):
            say = "Nobody may answer here, and then nothing is shown. Add `show: [{contacts: ...}]` with `at_least`."
            yield case.broken(ref, say, {})


def what_this_is_is_near(case: Case) -> Iterator[Problem]:
    """What the guide is, can and cannot do stands one tap from the second screen, and in every menu (R09, R44)."""
    second = case.marks.opening - {case.library.book.start}
    for ref in sorted(second | _menus(case)):
        case.checks += 1
        if not any(journey(way.to) == ABOUT for way in case.library.book.spoken(ref).ways):
            say = f"From here one tap must lead to what this guide is (the journey `{ABOUT}`). Add a choice."
            yield case.broken(ref, say, {})


def _menus(case: Case) -> set[Ref]:
    door, full = case.library.book.doors[Command.MENU.value], case.states.universe.full
    return {ref for ref, bits in case.states.settle(door, full) if bits & case.states.reached[ref]}


def all_can_be_forgotten(case: Case) -> Iterator[Problem]:
    """From the menu, two taps forget all that was told of the story: a new beginning shows nothing of the old (R06, R69)."""
    for ref in sorted(_menus(case)):
        case.checks += 1
        if not _forgets(case, ref, case.states.reached[ref], FORGET):
            yield case.broken(ref, "From this menu two taps must forget every answer. Add a choice that `learns` unknown.", {})


def _forgets(case: Case, ref: Ref, bits: Bits, taps_left: int) -> bool:
    """Tell whether so many taps can leave nothing known but what can be typed anywhere: a country, a platform."""
    states, book = case.states, case.library.book
    fresh = states.universe.where({fact: UNKNOWN for fact in book.facts if fact not in book.named})
    if not bits & ~fresh:
        return True
    onward = [list(states.settle(edge.to, states.universe.learn(bits, edge.lesson))) for edge in ways(book.spoken(ref))]
    return taps_left > 0 and any(all(_forgets(case, to, moved, taps_left - 1) for to, moved in places) for places in onward)


def back_returns(case: Case) -> Iterator[Problem]:
    """Back shows the screen before, with the answers before, after every choice in every kind of state (R06)."""
    book = case.library.book
    engine = Engine(book, SHALLOWEST)
    for ref in case.states.spoken():
        for number, way in enumerate(book.spoken(ref).ways):
            for facts in _samples(case, ref, way):
                case.checks += 1
                before = Session(ref, book.locales[0], facts)
                after = engine.advance(before, Pressed(number)).session
                back = after and engine.advance(after, Asked(Command.BACK)).session
                if after and (after.at, after.facts) != (ref, facts) and (not back or (back.at, back.facts) != (ref, facts)):
                    yield case.broken(ref, f'"Back" does not return here after the choice "{way.id}".', facts)


def _samples(case: Case, ref: Ref, way: Way) -> Iterator[dict[str, str]]:
    """Give one combination of facts for each screen that a choice can come out at."""
    universe, reached = case.states.universe, case.states.reached[ref]
    if way.to == RETURN:
        return
    for _, after in case.states.settle(way.to, universe.learn(reached, way.learns)):
        bits = universe.smear(after, tuple(way.learns)) & reached
        known = next(universe.values(bits & -bits, tuple(universe.axes))) if bits else {}
        yield dict(known)


def a_language_is_only_a_language(case: Case) -> Iterator[Problem]:
    """Choosing a language teaches nothing and leads to one place: country and language are independent (own judgement)."""
    for ref in case.states.spoken():
        step = case.library.book.spoken(ref)
        case.checks += 1
        spoken = [way for way in step.ways if way.speaks]
        if spoken and (any(way.learns for way in spoken) or len({way.to for way in spoken}) > 1 or not _each(case, step)):
            yield case.broken(ref, "A language on this list does more than change the language.", {})


def _each(case: Case, step: Spoken) -> bool:
    """Tell whether every language stands on a list of languages."""
    return {way.speaks for way in step.ways} == set(case.library.book.locales)


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
        every_step_is_reachable, no_dead_end, no_loop_without_a_person, an_end_is_ahead, ends_help, help_within_five_taps,
        a_human_is_near, waiting_is_never_silent, what_this_is_is_near, all_can_be_forgotten, back_returns,
        a_language_is_only_a_language, returns_belong_to_side_journeys,
    )
}  # fmt: skip
