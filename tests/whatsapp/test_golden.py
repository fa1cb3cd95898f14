"""What goes out is what was looked at: one message for every kind of screen in every language, valid for Meta and for us."""

import asyncio
import json
import re

import pytest

from bot.content.library import Library
from tests.conftest import ROOT
from tests.peers.graph_judge import wrong_message

from .chats import Raw, Sent
from .golden.kinds import KINDS, MASK, TOKEN, Stage, masked, place, written

LOCALES = sorted(path.stem for path in (ROOT / "tests/whatsapp/golden").glob("*.json"))
RENEW = "Read what changed. If it is meant, write the golden set anew: python -m tests.whatsapp.golden"


@pytest.fixture(scope="module", params=LOCALES)
def found(request: pytest.FixtureRequest, library: Library) -> tuple[str, dict[str, Raw]]:
    """Let the guide send each kind in one language."""
    return request.param, asyncio.run(written(Stage(library), request.param))


def test_every_language_has_its_file(library: Library) -> None:
    """A language that is added gets a golden set as well."""
    assert sorted(library.languages) == LOCALES, RENEW


def test_what_goes_out_is_what_was_looked_at(found: tuple[str, dict[str, Raw]]) -> None:
    """Each message is, to the letter, the one in the file."""
    locale, messages = found
    now, then = json.loads(masked(messages)), json.loads(place(locale).read_text("utf-8"))
    changed = [kind for kind in sorted({*now, *then}) if now.get(kind) != then.get(kind)]
    assert changed == [], f"{locale}: {changed}. {RENEW}"


def test_each_is_valid(found: tuple[str, dict[str, Raw]]) -> None:
    """Meta's schema and our limits take all of them."""
    for kind, body in found[1].items():
        assert [*wrong_message(body)] == [], kind


def test_each_has_the_form_it_is_there_for(found: tuple[str, dict[str, Raw]]) -> None:
    """The set really holds buttons, lists, links and text alone; a way that leads elsewhere now is found."""
    for kind, (form, _) in KINDS.items():
        assert Sent(found[1][kind]).form == form, kind
    assert found[1]["choices as text alone"]["type"] == "text"


def test_each_shows_what_it_is_there_for(found: tuple[str, dict[str, Raw]]) -> None:
    """Choices that are spelled out have their numbers in the text, and what opens on a tap does not."""
    spelled = {
        kind for kind, body in found[1].items() if "document" not in body and re.search(r"^1\. ", Sent(body).text, re.MULTILINE)
    }
    assert {"the first screen", "words that are not understood", "choices as text alone", "a file is not opened"} <= spelled
    assert not spelled & {"a list with all controls", "buttons", "all controls", "leaving"}


def test_no_file_holds_a_state() -> None:
    """Sealed states are masked, so that a set changes only with what people read."""
    for locale in LOCALES:
        said = place(locale).read_text("utf-8")
        assert MASK in said
        assert not TOKEN.search(said)
