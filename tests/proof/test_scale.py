"""A guide of any size can be made from another and proved; nothing here looks at a clock (docs/proof.md has the figures)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.proof import Size, grow, prove
from bot.content.library import Library, read
from bot.core.space import SHALLOWEST, Space
from bot.proof.check import untranslated
from tests.conftest import ROOT
from tests.mistakes.mistake import TODAY, guide


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Grow the real guide to 40 countries, 60 platforms and 15 languages."""
    folder = tmp_path_factory.mktemp("large")
    grow(ROOT, folder, Size(40, 60, 15))
    return read(folder / "flows", folder / "locales")


def test_a_small_guide_grown_is_still_sound(tmp_path: Path) -> None:
    """Copied countries, platforms and languages are read and proved like the first ones, and nothing is found."""
    guide(tmp_path)
    (grown := tmp_path / "grown").mkdir()
    grow(tmp_path, grown, Size(4, 5, 3))
    found = prove(grown, TODAY)
    assert found["problems"] == []
    assert (found["countries"], found["platforms"], found["languages"]) == (4, 5, 3)


def test_a_guide_is_never_made_smaller(tmp_path: Path) -> None:
    """A size below the real one changes nothing."""
    flows = guide(tmp_path)
    (grown := tmp_path / "grown").mkdir()
    grow(tmp_path, grown, Size(0, 0, 0))
    for folder in ("countries", "platforms", "words"):
        names = [sorted(path.name for path in (root / folder).glob("*")) for root in (flows, grown / "flows")]
        assert names[0] == names[1]


def test_a_large_guide_is_large_in_every_language(large: Library) -> None:
    """The copies have their texts in every catalogue, so that what is measured is what such a guide would be."""
    assert (len(large.countries), len(large.book.facts["platform"]), len(large.languages)) == (41, 61, 15)
    assert set(untranslated(large).values()) == {0}


def test_back_still_remembers_enough(large: Library) -> None:
    """With 40 countries, 60 platforms and 15 languages a session still fits a button, and Back goes far enough."""
    assert Space(large.book).depth >= SHALLOWEST


def test_a_large_guide_keeps_its_age(large: Library) -> None:
    """Copies carry the days on which their models were checked."""
    day = datetime(2026, 11, 24, tzinfo=UTC).date()
    assert all(proof.checked <= day for _, proof in large.proofs())
