"""An editor who makes a mistake is told where it is and what to do, and of all mistakes at once."""

import ast
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

import bot.content
from bot.content.library import Library, read
from bot.content.problems import UnsoundError
from bot.core.book import Pick, Tell
from bot.core.engine import Engine
from bot.proof.check import check
from bot.proof.laws import BOOK_LAWS, LAWS, SCREEN_LAWS

from .mistake import KEYS, TODAY, Mistake, agree, broken, callers, case_of, guide, known, problems

MISTAKES: Final = known()
TOGETHER: Final = ("key_unknown", "step_no_kind", "platform_without_name", "language_unknown", "phrase_unknown", "hours_time")
BY_HAND: Final = {  # reading, drawing or the engine keeps an editor from these; below
    "no_dead_end", "back_returns", "a_language_is_only_a_language", "controls_everywhere", "the_same_in_every_language",
}  # fmt: skip
SELF: Final = re.compile(r'"(.+?)" .*Did you mean "\1"\?')
CONTENT: Final = Path(bot.content.__path__[0])


@pytest.fixture
def small(tmp_path: Path) -> Library:
    """Read the small guide as it stands."""
    return read(guide(tmp_path), tmp_path / "locales")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told(mistake: Mistake, tmp_path: Path) -> None:
    """Every mistake comes out at its file and line, in its sentence, with no other, and no remedy is the mistake itself."""
    flows = guide(tmp_path)
    mistake.make(flows)
    found = problems(flows)
    assert agree(found, mistake.expected), "\n".join(map(str, found))
    assert not [problem.say for problem in found if SELF.match(problem.say)]


def test_the_sound_guide_is_sound(tmp_path: Path) -> None:
    """The small guide itself has no mistake, so what a case finds is its own."""
    assert problems(guide(tmp_path)) == []


def test_mistakes_come_out_together(tmp_path: Path) -> None:
    """Mistakes in many files are told in one go, in the order of files and lines."""
    flows = guide(tmp_path)
    chosen = [mistake for mistake in MISTAKES if mistake.name in TOGETHER]
    for mistake in chosen:
        mistake.make(flows)
    with pytest.raises(UnsoundError) as caught:
        read(flows, tmp_path / "locales")
    assert len(chosen) == len(TOGETHER)
    assert agree(caught.value.problems, sorted(problem for mistake in chosen for problem in mistake.expected))
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]


def test_every_case_is_written_as_the_others(tmp_path: Path) -> None:
    """A case has only keys that count, makes one change, and expects something."""
    flows = guide(tmp_path)
    for mistake in MISTAKES:
        assert set(mistake.said) <= KEYS, mistake.name
        assert len({"find", "write", "remove"} & set(mistake.said)) == 1, mistake.name
        assert mistake.expected, mistake.name
        assert "write" in mistake.said or flows.joinpath(mistake.said["file"]).exists(), mistake.name


def sites() -> dict[tuple[str, int], tuple[str, int]]:
    """Find every line of a call of `wrong` in bot/content, each with the first line of its call."""
    calls = (
        (path.name, node)
        for path in CONTENT.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "wrong"
    )
    return {
        (name, line): (name, node.lineno)
        for name, node in calls
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def test_every_complaint_has_a_case(tmp_path: Path) -> None:
    """No sentence for editors can be added to the reading without a case that shows it."""
    where = sites()
    heard = set()
    for mistake in MISTAKES:
        flows = guide(tmp_path / mistake.name)
        mistake.make(flows)
        heard |= callers(flows)
    assert {where[caller] for caller in heard if caller in where} == set(where.values())


@pytest.fixture(scope="module")
def broken_laws(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Collect the laws that the cases break."""
    found: set[str] = set()
    for mistake in MISTAKES:
        flows = guide(tmp_path_factory.mktemp(mistake.name))
        mistake.make(flows)
        with suppress(UnsoundError):
            found |= broken(read(flows, flows.parent / "locales"))
    return found


@pytest.mark.parametrize("law", [name for name in LAWS if name not in BY_HAND])
def test_every_law_has_a_case(law: str, broken_laws: set[str]) -> None:
    """A law that nothing can break proves nothing."""
    assert law in broken_laws


def test_the_sound_guide_breaks_no_law(small: Library) -> None:
    """All laws hold on the small guide, so what breaks one is the case."""
    assert broken(small) == set()
    assert check(small, TODAY).ok


def test_a_dead_end_is_found(small: Library) -> None:
    """A screen without a way on is found, even though the reader lets none through."""
    steps = dict(small.book.steps)
    calm = steps["help.calm"]
    assert isinstance(calm, Tell)
    steps["help.calm"] = replace(calm, ways=())
    stuck = replace(small, book=replace(small.book, steps=steps))
    assert "no_dead_end" in broken(stuck)


def test_a_back_that_goes_elsewhere_is_found(small: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose Back forgets to undo an answer breaks the law on Back, at every choice that teaches."""
    law = BOOK_LAWS["back_returns"]
    assert not list(law(case_of(small)))
    monkeypatch.setattr(Engine, "_back", lambda _, session: replace(session, at=session.trail[-1].at, trail=()))
    found = list(law(case_of(small)))
    assert found
    assert all('"Back" does not return here' in problem.say for problem in found)


@pytest.mark.parametrize("change", [{"learns": {"who": "me"}}, {"to": "menu.open"}, {"speaks": "en"}])
def test_a_language_that_does_more_is_found(small: Library, change: dict[str, Any]) -> None:
    """A language that teaches, leads elsewhere, or is left out of the list breaks the law on languages."""
    steps = dict(small.book.steps)
    choose = steps["start.language"]
    assert isinstance(choose, Pick)
    steps["start.language"] = replace(choose, ways=(choose.ways[0], replace(choose.ways[1], **change)))
    assert "a_language_is_only_a_language" in broken(replace(small, book=replace(small.book, steps=steps)))


def test_a_language_that_shows_less_is_found(small: Library) -> None:
    """A screen with other links in one language is found, even though the drawing asks for no language."""
    case = case_of(small)
    law = SCREEN_LAWS["the_same_in_every_language"]
    english, hindi = (list(case.views.of(locale)) for locale in ("en", "hi"))
    assert not [problem for view in (*english, *hindi) for problem in law(case, view)]
    other = next(view for view in hindi if view.links)
    bare = replace(other, screen=replace(other.screen, blocks=other.screen.blocks[:1]))
    assert [problem.spot for problem in law(case, bare)] == [small.spots[other.step.ref]]


def test_a_missing_control_is_found(small: Library) -> None:
    """A screen that lost one of its fixed buttons is found, even though the drawing always draws them."""
    case = case_of(small)
    view = next(case.views.of("en"))
    law = SCREEN_LAWS["controls_everywhere"]
    bare = replace(view, screen=replace(view.screen, controls=view.screen.controls[1:]))
    assert [problem.spot for problem in law(case, bare)] == [small.spots[view.step.ref]]
    assert not list(law(case, view))
