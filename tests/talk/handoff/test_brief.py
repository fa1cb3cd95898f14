"""What a helper sees of a person: what they agreed to, and nothing else."""

from itertools import chain, combinations

import pytest

from bot.core.session import Session
from bot.talk.handoff.brief import FACTS, Brief, Part, brief, letter, parts, pressing

SETS = [frozenset(some) for some in chain.from_iterable(combinations(Part, size) for size in range(len(Part) + 1))]
TOLD = {"country": "IN", "who": "me", "minor": "no", "what": "threatened", "platform": "telegram", "safe": "yes", "far": "x"}


@pytest.fixture
def session() -> Session:
    """Give a session that was told everything."""
    return Session("guide:start", locale="hi", facts=TOLD)


@pytest.mark.parametrize("left_out", SETS, ids=lambda some: "-".join(sorted(part.name for part in some)) or "nothing")
def test_what_is_left_out_is_not_seen(session: Session, left_out: frozenset[Part]) -> None:
    """Each part can be left out; what is no part is never seen (R66). The letter of a button says the same."""
    shown = brief(session, left_out)
    assert shown.facts == {
        name: TOLD[name] for part, names in FACTS.items() if part not in left_out for name in names if name != "minor"
    }
    assert shown.locale == (None if Part.LANGUAGE in left_out else "hi")
    assert shown.urgent is (None if Part.URGENCY in left_out else True)
    assert not {"safe", "far"} & set(shown.facts)
    assert parts(letter(left_out)) == left_out


def test_nothing_told_is_nothing_seen() -> None:
    """Of somebody who told nothing a helper sees their language and that it does not press."""
    assert brief(Session("guide:start", locale="en")) == Brief("en", {}, urgent=False)


@pytest.mark.parametrize("written", ["", "aa", "A", "1", "é"])
def test_other_letters_mean_nothing(written: str) -> None:
    """What is no letter of ours is none."""
    assert parts(written) is None


@pytest.mark.parametrize(
    ("facts", "urgent"),
    [({"safe": "no"}, True), ({"safe": "yes"}, False), ({"what": "paid"}, True), ({"minor": "yes"}, True), ({}, False)],
)
def test_who_should_not_wait(facts: dict[str, str], *, urgent: bool) -> None:
    """Danger, threats, payments and minors press."""
    assert pressing(facts) is urgent


@pytest.mark.parametrize(("minor", "seen"), [("yes", {"minor": "yes"}), ("no", {})])
def test_what_no_line_says_is_not_seen(minor: str, seen: dict[str, str]) -> None:
    """That somebody is under 18 stands on the screen; that they are not does not, so it is not seen either."""
    assert brief(Session("guide:start", locale="en", facts={"minor": minor})).facts == seen
