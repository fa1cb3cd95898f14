"""Who is shown to whom: adults and minors are never mixed, and the nearest help comes first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from bot.content.directory import WHO, Contact, Country, Selection, pick, suits
from bot.content.library import Library
from bot.content.problems import Spot
from bot.content.records import Proof

TODAY: Final = date(2026, 11, 24)
GONE: Final = date(2026, 11, 23)
KINDS: Final = ("police", "crisis", "legal_aid")
DOES: Final = ("listen", "stop_money")
AGES: Final[tuple[Mapping[str, str], ...]] = ({}, {"minor": "yes"}, {"minor": "no"})
PROOF: Final = Proof("https://source.example", None, TODAY, "verified", None, Spot("flows/x.yaml", 1))
CONTACTS: Final = st.builds(
    Contact,
    id=st.uuids().map(str),
    name=st.just("Line"),
    kind=st.sampled_from(KINDS),
    does=st.lists(st.sampled_from(DOES), max_size=2, unique=True).map(tuple),
    proof=st.sampled_from([PROOF, PROOF, replace(PROOF, valid_until=GONE)]),
    who=st.sampled_from(WHO),
    region=st.sampled_from([None, None, "Delhi"]),
)
LISTS: Final = st.lists(CONTACTS, max_size=8).map(tuple)
SELECTIONS: Final = st.builds(
    Selection,
    kinds=st.lists(st.sampled_from(KINDS), max_size=3, unique=True).map(tuple),
    does=st.lists(st.sampled_from(DOES), max_size=2, unique=True).map(tuple),
    most=st.integers(1, 4),
    at_least=st.integers(0, 3),
)


def country(contacts: tuple[Contact, ...], code: str = "GB") -> Country:
    """Give a country with nothing but contacts."""
    return Country(code, None, (), None, contacts, (), (), {})


def test_who_suits_whom() -> None:
    """What is for all suits everyone; what is for an age suits that age, and nobody whose age is not known."""
    fits = {(who, minor): suits(who, minor) for who in WHO for minor in ("yes", "no", None)}
    assert {pair for pair, fit in fits.items() if fit} == {
        ("all", "yes"), ("all", "no"), ("all", None), ("adults", "no"), ("minors", "yes"),
    }  # fmt: skip


@given(SELECTIONS, LISTS, LISTS, st.sampled_from(AGES))
def test_ages_are_never_mixed(
    selection: Selection, local: tuple[Contact, ...], world: tuple[Contact, ...], facts: Mapping[str, str]
) -> None:
    """A minor never sees a line for adults, an adult none for minors, and who did not say sees neither."""
    allowed = {"yes": {"all", "minors"}, "no": {"all", "adults"}}.get(facts.get("minor", ""), {"all"})
    assert {contact.who for contact in pick(selection, country(local), country(world, "any"), facts, TODAY)} <= allowed


@given(SELECTIONS, LISTS, LISTS, st.sampled_from(AGES))
def test_only_what_was_asked_for_and_still_holds(
    selection: Selection, local: tuple[Contact, ...], world: tuple[Contact, ...], facts: Mapping[str, str]
) -> None:
    """Every contact is of the wanted kind or does what is wanted, and none is past its last day."""
    for contact in pick(selection, country(local), country(world, "any"), facts, TODAY):
        assert contact.kind in selection.kinds or set(contact.does) & set(selection.does)
        assert contact.proof.valid_until is None


@given(SELECTIONS, LISTS, LISTS, st.sampled_from(AGES))
def test_the_own_country_comes_first(
    selection: Selection, local: tuple[Contact, ...], world: tuple[Contact, ...], facts: Mapping[str, str]
) -> None:
    """Lines of the country stand before those for everywhere, which fill up what is missing for everybody."""
    chosen = pick(selection, country(local), country(world, "any"), facts, TODAY)
    own = [contact in local for contact in chosen]
    assert own == sorted(own, reverse=True)
    needed = max(selection.at_least, 1)
    mine = chosen[: sum(own)]
    for_everybody = sum(contact.region is None and not contact.women for contact in mine)
    assert sum(own) <= selection.most
    assert len(chosen) - sum(own) <= (max(0, needed - for_everybody) if mine else selection.most)


@given(SELECTIONS, LISTS, st.sampled_from(AGES))
def test_everywhere_does_not_stand_twice(selection: Selection, world: tuple[Contact, ...], facts: Mapping[str, str]) -> None:
    """Where no country is known, the lines for everywhere stand there once."""
    anywhere = country(world, "any")
    chosen = [contact.id for contact in pick(selection, anywhere, anywhere, facts, TODAY)]
    assert len(chosen) == len(set(chosen))


@given(SELECTIONS, LISTS, st.sampled_from(AGES))
def test_the_whole_country_comes_before_a_part(
    selection: Selection, local: tuple[Contact, ...], facts: Mapping[str, str]
) -> None:
    """A line for a region stands behind those for the whole country; kinds stand in the order of the selection."""
    chosen = pick(selection, country(local), country((), "any"), facts, TODAY)
    regional = [contact.region is not None for contact in chosen]
    assert regional == sorted(regional)
    places = [
        selection.kinds.index(contact.kind) for contact in chosen if contact.kind in selection.kinds and contact.region is None
    ]
    assert places == sorted(places)


def test_no_real_card_mixes_ages(library: Library) -> None:
    """In every country every card keeps adults and minors apart; only while no age is known may both stand, each labelled."""
    words = library.vocabulary
    for place in library.countries.values():
        for selection in (*words.selections.values(), *words.doors.values()):
            for facts in AGES:
                for contact in pick(selection, place, library.country({}), facts, TODAY):
                    unknown = selection.both_ages and "minor" not in facts
                    assert suits(contact.who, facts.get("minor")) or unknown, contact.id
