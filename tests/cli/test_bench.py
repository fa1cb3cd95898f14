"""The benchmarks run, say what the docs promise, and find that conversations leave nothing behind. No time is asserted."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import walk
from bench.table import lines
from bot import wiring
from bot.cli import main
from tests.conftest import ROOT

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
KEYS = {"quick", "machine", "turn", "growth", "web", "start", "memory"}
SMALL = ["bench", "--quick", "--scale", "0.01"]


def keys(found: object) -> Iterator[str]:
    """List every key of an object, inner ones included."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield key
            yield from keys(value)


@LINUX
@pytest.mark.whole
def test_the_object_has_the_documented_keys_and_no_conversation_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """`dhaal bench --quick --json` prints one object; docs/speed.md names its keys; memory does not grow."""
    assert main([*SMALL, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == KEYS
    documented = (ROOT / "docs" / "speed.md").read_text("utf-8")
    assert not [key for key in keys(found) if f"`{key}`" not in documented]
    assert found["turn"]["turn"]["ratio"]["median"] > 0
    assert found["web"]["guide"]["requests_per_second"] > 0
    assert found["memory"]["bytes_per_conversation"] < 100
    assert "the whole turn, hi" in "\n".join(lines(found))


def test_an_installed_wheel_says_that_a_checkout_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no bench/ beside flows/, a sentence says so."""
    monkeypatch.setattr(wiring, "home", lambda: tmp_path)
    assert main(SMALL) == 2
    assert "checkout" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "beos")
    assert main(SMALL) == 2
    assert "Linux" in capsys.readouterr().err


@LINUX
def test_a_walk_that_no_longer_fits_says_where_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the guide changes under the walk, the person who changed it learns what to do."""
    monkeypatch.setattr(walk, "CHOICES", ("no such choice",))
    assert main(SMALL) == 1
    assert "Mend CHOICES in bench/walk.py" in capsys.readouterr().err
