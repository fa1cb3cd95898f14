"""Every story of tests/walks/ goes the same way and says the same words on every channel."""

from pathlib import Path

import pytest

from bot.content.library import Library
from bot.core.book import Contacts, Doors, End
from bot.talk.conversation import Conversation
from tests.conftest import ROOT

from .conftest import PLAYERS
from .story import FAREWELL, Map, Seen, Story, play, stories

STORIES = {story.name: story for story in stories(ROOT / "tests/walks")}


@pytest.mark.parametrize("name", STORIES)
async def test_a_story(conversation: Conversation, library: Library, known: Map, name: str) -> None:
    """The story holds on each channel; the path, the words, the choices and the controls are the same on all of them.

    On its way it comes to somebody who helps: a step with contacts, or an end.
    """
    seen = {channel: await play(STORIES[name], make(conversation), known) for channel, make in PLAYERS.items()}
    first, *others = seen.values()
    for other in others:
        assert [screen.refs for screen in first] == [screen.refs for screen in other]
        assert first == other
    assert any(_helps(library, screen) for screen in first)


def _helps(library: Library, screen: Seen) -> bool:
    """Tell whether a screen shows people who help, or ends a path."""
    steps = [library.book.spoken(ref) for ref in screen.refs - {FAREWELL}]
    return any(isinstance(step, End) or any(isinstance(card, Contacts | Doors) for card in step.show) for step in steps)


def test_there_are_stories_for_everybody(library: Library) -> None:
    """Each kind of person, each country and every kind of thing that happens is in some story."""
    assert len(STORIES) >= 25
    tapped = {str(act.what) for story in STORIES.values() for act in story.acts}
    for fact in ("who", "what", "minor", "near", "stage"):
        ways = [way for step in library.book.steps.values() for way in getattr(step, "ways", ()) if fact in way.learns]
        values = {value for value in library.book.facts[fact] if not _chosen(ways, fact, value) & tapped}
        assert values == set(), f"no story teaches that {fact} is one of these"


def _chosen(ways: list[object], fact: str, value: str) -> set[str]:
    """List the ids and labels of the ways that teach a fact."""
    found: set[str] = set()
    for way in ways:
        if getattr(way, "learns", {}).get(fact) == value:
            found |= {getattr(way, "id", ""), getattr(getattr(way, "label", None), "english", "")}
    return found


def test_a_wrong_story_is_explained(tmp_path: Path) -> None:
    """A line that is none of the five kinds is answered with its file and a remedy, not with a riddle."""
    page = tmp_path / "wrong.yaml"
    for text in ("walk: a\nsteps:\n- pres: Yes\n", "walk: a\nsteps:\n- press: yes\n", "steps: []\n"):
        page.write_text(text)
        with pytest.raises(ValueError, match=r"^wrong\.yaml: "):
            Story.read(page)


@pytest.mark.parametrize(
    "line",
    ["see: start.who", "text: Choose your country", "absent: choose YOUR language", "press: Nothing of the kind", "press: 9"],
)
async def test_a_story_can_fail(conversation: Conversation, known: Map, tmp_path: Path, line: str) -> None:
    """A story that says something untrue fails, on every channel."""
    page = tmp_path / "untrue.yaml"
    page.write_text(f"walk: untrue\nsteps:\n- {line}\n")
    for make in PLAYERS.values():
        with pytest.raises((AssertionError, LookupError)):
            await play(Story.read(page), make(conversation), known)
