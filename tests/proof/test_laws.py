"""The laws hold in words too: what certain screens must say, and that docs/laws.md tells of every law and requirement."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from bot.content.directory import Contact
from bot.content.library import Library
from bot.core.book import UNKNOWN
from bot.proof.ahead import Ahead, Behind, answers, taps, ways
from bot.proof.findings import Case
from bot.proof.laws import BOOK_LAWS, LAWS, SCREEN_LAWS
from bot.proof.states import NONE, States
from bot.proof.story import story
from bot.proof.views import Views
from tests.conftest import ROOT

PAGE: Final = (ROOT / "docs/laws.md").read_text("utf-8")
NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
CODE: Final = re.compile(r"`([a-z_0-9]+)`")
REQUIRED: Final = (  # what a text or a path can show
    *range(1, 32), 40, *range(42, 45), *range(58, 61), 66, 68, *range(71, 77), 79, 80,
)  # fmt: skip
SAID: Final = {  # what a screen must say, by the requirement; in English, which every language translates
    "about.first": (
        "R09",
        ["fixed rules", "not a person, a lawyer or the police", "It can help", "It cannot", "stop at any time"],
    ),
    "about.kept": ("R44", ["We:", "Telegram or WhatsApp:", "Your browser:", "Your phone:"]),
    "about.never": ("R24, R60, T12", ["never ask for photos or videos", "never write to you first"]),
    "safety.first": ("R07", ["not your fault", "abuse", "your choice"]),
    "safety.age_me": ("R23", ["under 18 now, or were you under 18 when it was made"]),
    "what.threatened": ("R20", ["Do not pay", "Do not send anything more"]),
    "what.threatened_2": ("R20", ["Stop replying", "do not bargain", "Do not delete", "Tell one person"]),
    "what.paid": ("R21", ["not your fault", "call your bank", "transaction number"]),
    "what.tricks": ("R18, R22", ["Do not open it", "offers to remove it for money", "officer", "Do not pay"]),
    "what.fake": ("R28", ["never have to prove", "same right to help, and the same routes"]),
    "minor.first": ("R25", ["You are not in trouble", "not your fault"]),
    "minor.hands": ("R24", ["Do not send it to anyone", "not to us"]),
    "report.hash_facts": (
        "R27",
        ["stays on your device", "must still be on your device", "take part", "case number and a PIN"],
    ),
    "report.more_own": ("R15", ["some copies may stay"]),
    "evidence.address": ("R22", ["Do not open it"]),
    "evidence.numbers": ("R43", ["reference number", "PIN", "tell it to no one"]),
    "evidence.originals": ("R40", ["no guarantee that a court accepts it", "A lawyer or the police"]),
    "evidence.order": ("R13", ["Both ways are fine"]),
    "leave.clear": ("R58", ["It cannot clear", "history of your browser", "notifications", "older messages"]),
    "shared.stop": ("R71", ["take it down", "Do not send it to anyone again"]),
    "shared.contact": ("R71", ["Do not write to the person if"]),
    "shared.legal": ("R71", ["can be a crime", "Be honest"]),
    "saw.first": ("R79", ["Do not send it on", "Do not keep it", "Do not search", "Do not describe"]),
    "saw.tell": ("R79", ["if you know them and it is safe"]),
    "minor.seen": ("R79", ["Report it now", "Do not keep it", "not even to us"]),
    "press.first": ("R80", ["1 of 10", "2 of 10", "Do not link", "No stills"]),
    "press.clues": ("R80", ["3 of 10", "4 of 10", "school", "family"]),
    "press.words": ("R80", ["5 of 10", "6 of 10", "headline"]),
    "press.consent": ("R80", ["7 of 10", "8 of 10", "may take it back"]),
    "press.young": ("R80", ["9 of 10", "10 of 10", "box"]),
}


@pytest.fixture(scope="module")
def case(library: Library, states: States) -> Case:
    """Give the laws the real guide."""
    return Case(library, states, Views(library, states, NOW), NOW)


@pytest.mark.parametrize("ref", SAID)
def test_a_screen_says_what_it_must(ref: str, library: Library) -> None:
    """The sentences that a requirement asks for stand on their screen."""
    source, sentences = SAID[ref]
    text = library.book.spoken(ref).text.english
    assert [said for said in sentences if said not in text] == [], source


def test_every_story_is_met_with_belief(library: Library) -> None:
    """The first answer to each story says: not your fault, it is abuse or wrong, you choose (R07)."""
    for kind in library.book.facts["what"]:
        text = library.book.spoken(f"what.{kind}").text.english
        assert all(said in text.lower() for said in ("your fault", "abuse", "you choose")), kind


def test_india_says_what_a_report_means(library: Library) -> None:
    """In India it is said that the portal is no FIR, and what cannot be withdrawn (R13)."""
    india = library.countries["IN"]
    said = " ".join(
        [remark.says.english for remark in india.notes["police"]]
        + [contact.note.english for contact in india.contacts if contact.kind == "cyber_police" and contact.note]
    )
    assert "FIR" in said
    assert "cannot be withdrawn" in said


@pytest.mark.parametrize("law", LAWS)
def test_every_law_gives_its_reason_and_source(law: str) -> None:
    """A law without a reason could not be questioned, without a source not looked up; both stand in docs/laws.md."""
    found = {**BOOK_LAWS, **SCREEN_LAWS}[law]
    words = " ".join((found.__doc__ or "").split())
    first, _, source = words.partition(" (R" if " (R" in words else " (DESIGN" if " (DESIGN" in words else " (own judgement")
    row = next((line for line in PAGE.splitlines() if line.startswith(f"| `{law}` |")), "")
    assert source, f"{law}: name the source in brackets: (R01), (DESIGN §1) or (own judgement)."
    assert f"| {first}" in row, f"docs/laws.md: write | `{law}` | {first} | its source |"
    assert row.endswith(" |")
    assert re.search(r"R\d\d|DESIGN|own judgement", row.split("|")[-2]), f"docs/laws.md: name the source of {law}"


def test_the_page_names_no_law_that_is_not(library: Library) -> None:
    """What docs/laws.md lists as a law is one."""
    listed = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(LAWS)


@pytest.mark.parametrize("number", REQUIRED)
def test_every_requirement_is_answered(number: int) -> None:
    """Each requirement that a text or path can show has a row: a law, a test that exists, or "not yet" with the reason."""
    row = next((line for line in PAGE.splitlines() if line.startswith(f"| R{number:02d} |")), "")
    assert row, f"R{number:02d}"
    tests = re.findall(r"(tests/[\w/]+\.(?:py|yaml))(?:::(\w+))?", row)
    assert all((ROOT / path).exists() for path, _ in tests), row
    assert all(f"def {name}(" in (ROOT / path).read_text("utf-8") for path, name in tests if name), row
    named = [name for name in CODE.findall(row) if name in LAWS]
    assert named or tests or "not yet" in row, row


def test_behind_and_ahead_agree(case: Case) -> None:
    """Whatever lies ahead of the start by choices alone has the start behind it, and nothing else does."""
    states = case.states
    start = {states.book.start: states.layers[0][states.book.start]}
    ahead = Ahead(states, start.items())
    for goal in ("law.end", "minor.done", "press.end", "report.block_how"):
        behind = Behind(states, {goal: states.reached[goal]}, ways)
        behind.all()
        assert bool(behind.known[states.book.start] & start[states.book.start]) == (goal in ahead.reached)


def test_each_tap_behind_is_a_layer(case: Case) -> None:
    """So many taps behind a screen stand the states from which it is so many taps away, the fixed buttons counted."""
    states = case.states
    helping = {ref: states.reached[ref] for ref in case.marks.helping}
    behind = Behind(states, helping, taps(states.book))
    assert any(behind.missing(ref) for ref in states.spoken())
    behind.tap()
    assert not any(behind.missing(ref) for ref in states.spoken()), "danger help is one tap from every state (R30)"


def test_a_story_names_the_country_that_is_meant(case: Case) -> None:
    """Countries that behave alike share a bit; the story still tells of the one on the screen."""
    bits = case.states.universe.where({"country": "PK"})
    told = story(case.states, "law.rights", bits, {"country": "PK"})
    assert any("PK" in tap for _, tap in told)
    assert not any(code in tap for _, tap in told for code in ("AU", "US", "IN"))


def test_answers_keep_to_the_person(case: Case) -> None:
    """The answers of one kind of person are followed with their own facts alone."""
    me = case.states.universe.where({"who": "me"})
    found = list(answers(case.states, "near", {"who": "me"}))
    assert {answer.value for answer in found} == {"home", "known", "stranger"}
    assert all(bits & ~me == NONE for answer in found for _, bits in answer.after)


def test_a_lawyer_stands_before_the_police(library: Library, states: States) -> None:
    """A country marked `risk: reporting` shows legal advice above every police contact and door, and breaks no law."""
    india = replace(library.countries["IN"], risky=True)
    risky = replace(library, countries={**library.countries, "IN": india})
    case = Case(risky, states, Views(risky, states, NOW), NOW)
    law = SCREEN_LAWS["lawyers_before_police"]
    views = [view for view in case.views.of("en") if view.facts.get("country") == "IN"]
    assert [problem for view in views for problem in law(case, view)] == []
    card = next(view for view in views if view.step.ref == "law.call")
    assert card.text.index("NALSA") < card.text.index("National Cyber Crime Reporting Portal")
    silent = replace(risky, countries={**library.countries, "IN": replace(india, contacts=_without_lawyers(library))})
    case = Case(silent, states, Views(silent, states, NOW), NOW)
    assert any(True for view in case.views.of("en") for _ in law(case, view))


def _without_lawyers(library: Library) -> tuple[Contact, ...]:
    return tuple(contact for contact in library.countries["IN"].contacts if contact.kind != "legal_aid")


def test_danger_is_known_in_every_country(case: Case, library: Library) -> None:
    """Wherever the person is, and where it is not known, the laws on danger looked at a screen (they are not empty)."""
    seen = {view.facts.get("country", UNKNOWN) for view in case.views.of("en") if view.step.ref in case.marks.helping}
    assert seen == {*library.book.facts["country"], UNKNOWN}
