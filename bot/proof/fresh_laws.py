"""The laws of facts: fresh today, helpful on every later day, and leading only to hosts that are known (R16, R17)."""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.content.catalogs import SOURCE as ENGLISH
from bot.content.hosts import SOURCE, bare
from bot.content.library import Library
from bot.content.links import Mention, hosts_in, mentions, numbers_in
from bot.content.problems import Problem
from bot.core.book import Facts, Ref
from bot.proof.findings import Case, Law, ScreenLaw
from bot.proof.lookalike import looks_like
from bot.proof.views import NIGHT, View, Views
from bot.talk.cards import EMERGENCY
from bot.talk.screen import paragraphs

YEAR: Final = timedelta(days=365)
YEARS: Final = 2


def contacts_are_fresh(case: Case) -> Iterator[Problem]:
    """No record is shown as true that nobody has checked for longer than its kind may wait (R16)."""
    case.checks += sum(1 for _ in case.library.proofs())
    yield from stale(case.library, case.as_of.date())
    for name, proof in case.library.proofs():
        if proof.age(case.as_of.date()) < -1:
            yield Problem(proof.spot, f'"{name}" is checked on {proof.checked}, which has not come yet. Correct the date.')


def stale(library: Library, today: date) -> Iterator[Problem]:
    """Find what nobody has checked for too long: on a day to come, this is what happens if nobody works until then."""
    for name, proof in library.proofs():
        if proof.stale(today, library.shelves[proof.kind]):
            old = f'"{name}" was last checked {proof.age(today)} days ago.'
            yield Problem(proof.spot, f"{old} Check it at its source and write the new date, or take it out.")


def hosts_are_known(case: Case) -> Iterator[Problem]:
    """Every link, e-mail address and host in a sentence is one that hosts.yaml vouches for; no look-alike is (R17)."""
    library, said = case.library, set()
    for mention in (*mentions(library), *_translated(library)):
        case.checks += 1
        if mention.host:
            said.add(mention.host)
        if mention.host and mention.host not in library.hosts.why:
            yield Problem(mention.spot, _stranger(mention, library.hosts.why))
    yield from _listed(library, said)


def _stranger(mention: Mention, known: Iterable[str]) -> str:
    host = mention.host or ""
    other = looks_like(host, known)
    if other:
        return f'"{host}" looks like "{other}" and is another site. Write the right one, or leave it out.'
    return f'"{host}" is not in hosts.yaml. Find out whose it is, and add it there with the reason, or leave it out.'


def _translated(library: Library) -> Iterator[Mention]:
    for tag in library.languages:
        for message in library.messages if tag != ENGLISH else ():
            text = library.catalogs.say(message.text, tag)
            yield from (Mention(host, "host", message.text.context, text, message.spot) for host in sorted(hosts_in(text)))


def _listed(library: Library, said: set[str]) -> Iterator[Problem]:
    """Hold the list itself to its reasons."""
    hosts = library.hosts
    read = {bare(proof.source.split("/")[2]) for _, proof in library.proofs() if proof.source.startswith("http")}
    before: list[str] = []
    for host, why in hosts.why.items():
        if why == SOURCE and host not in read:
            yield Problem(hosts.spots[host], f'No record has its source at "{host}". Write the reason why it may be named.')
        if host not in said:
            yield Problem(hosts.spots[host], f'The guide never names "{host}". Take the line out.')
        other = looks_like(host, (one for one in before if frozenset((one, host)) not in hosts.alike))
        if other:
            yield Problem(hosts.spots[host], f'"{host}" looks like "{other}". If both are right, name the two under `alike`.')
        before.append(host)


def translations_keep_addresses(case: Case) -> Iterator[Problem]:
    """A translation names the same hosts, and the same numbers of three digits or more, as its English text (R17)."""
    for tag in case.library.languages:
        for message in case.library.messages:
            case.checks += 1
            text, english = case.library.catalogs.say(message.text, tag), message.text.english
            for kind, found in (("addresses", hosts_in), ("numbers", _digits)):
                lost, added = sorted(found(english) - found(text)), sorted(found(text) - found(english))
                if lost or added:
                    said = " and ".join([f"leaves out {one}" for one in lost] + [f"adds {one}" for one in added])
                    yield Problem(message.spot, f"The {tag} translation must hold the same {kind}. It {said}.")


def _digits(text: str) -> set[str]:
    return {"".join(sign for sign in number if sign.isdecimal()) for number in numbers_in(text)}


def lasting(laws: Mapping[str, ScreenLaw]) -> Law:
    """Make the law that what must hold on every screen holds on every day of the next two years."""

    def help_lasts(case: Case) -> Iterator[Problem]:
        """Also when records end, no screen breaks a law, no card falls silent, and each emergency number stays (R12, R16).

        Between two ends the same records show, and ever more of them say "check first". So the last day of each such
        stretch shows all that any of its days shows, and it is enough to look at those.
        """
        today = case.as_of.date()
        now = {_key(view): view for view in case.views.of(ENGLISH)}
        for day in turning_days(case.library, today, today + YEARS * YEAR):
            later = Case(case.library, case.states, then(case.views, day), noon(day))
            yield from _numbers(case.library, today, day)
            for view in later.views.of(ENGLISH):
                yield from (on(day, problem) for problem in _worse(case, later, now[_key(view)], view, laws))
            case.checks += later.checks

    return help_lasts


def _worse(case: Case, later: Case, now: View, view: View, laws: Mapping[str, ScreenLaw]) -> Iterator[Problem]:
    """Find what is broken on a screen then, and is not now: that is told already."""
    if _speaks(now) and not _speaks(view):
        say = "The cards of this screen have nothing left to show. Add a record, or `at_least` to the selection."
        yield later.broken(view.step.ref, say, view.facts)
    for law in laws.values():
        found = list(law(later, view))
        if found and not any(law(case, now)):
            yield from found


def turning_days(library: Library, first: date, last: date) -> list[date]:
    """List the last day of each stretch, from `first` to `last`, on which the same records are shown."""
    ends = {proof.valid_until for _, proof in library.proofs() if proof.valid_until and first < proof.valid_until < last}
    return sorted({*ends, last})


def noon(day: date) -> datetime:
    """Give a moment of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def then(views: Views, day: date) -> Views:
    """Draw the same screens on another day."""
    later = copy(views)
    later.now = datetime.combine(day, NIGHT, UTC)
    return later


def _numbers(library: Library, today: date, day: date) -> Iterator[Problem]:
    """Find the countries whose emergency number would be gone."""
    for country in library.countries.values():
        lines = [contact.proof for contact in country.contacts if contact.kind == EMERGENCY]
        if any(proof.shown(today) for proof in lines) and not any(proof.shown(day) for proof in lines):
            yield on(day, Problem(lines[0].spot, f"{country.code} has no emergency number any more. Add the one that follows."))


def _speaks(view: View) -> bool:
    """Tell whether the cards of a screen show anything, be it that nothing is known."""
    return len(view.screen.blocks) > len(list(paragraphs(view.step.text.english)))


def _key(view: View) -> tuple[Ref, tuple[tuple[str, str], ...]]:
    facts: Facts = view.facts
    return view.step.ref, tuple(sorted(facts.items()))


def on(day: date, problem: Problem) -> Problem:
    """Say on which day a problem comes up."""
    return Problem(problem.spot, f"On {day}: {problem.say}")


FACT_LAWS: Final[dict[str, Law]] = {
    law.__name__: law for law in (contacts_are_fresh, hosts_are_known, translations_keep_addresses)
}
