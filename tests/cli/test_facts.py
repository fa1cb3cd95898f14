"""dhaal facts: what waits for a check, and every address with the sentence it stands in."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.cli import main
from bot.content.library import Library
from bot.content.links import mentions


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> Iterator[dict[str, Any]]:
    """Run the command and read what it writes."""
    assert main(["facts", "--json", *arguments]) == 0
    return (json.loads(line) for line in capsys.readouterr().out.splitlines())


def test_every_fact_says_how_long_it_is_trusted(capsys: pytest.CaptureFixture[str], library: Library) -> None:
    """A record is listed with its kind and its shelf."""
    found = list(rows(capsys))
    assert len(found) == len(list(library.proofs()))
    for row in found:
        shelf = library.shelves[row["kind"]]
        assert (row["check_first_days"], row["fail_days"]) == (shelf.check_first, shelf.fail)


def test_stale_without_a_number_asks_each_shelf(capsys: pytest.CaptureFixture[str]) -> None:
    """`--stale` alone lists what is older than its own kind may be; with a number, all of that age."""
    assert all(row["age_days"] > row["check_first_days"] for row in rows(capsys, "--stale"))
    assert list(rows(capsys, "--stale", "-9999")) == list(rows(capsys))


def test_links_name_every_place(capsys: pytest.CaptureFixture[str], library: Library) -> None:
    """Each address stands there with its record or sentence, its file and line, and where it was read."""
    found = list(rows(capsys, "--links"))
    assert len(found) == len(list(mentions(library)))
    one = next(row for row in found if row["address"] == "https://stopncii.org" and row["id"] == "glb-stopncii")
    assert one["kind"] == "web"
    assert one["host"] == "stopncii.org"
    assert one["says"].startswith("StopNCII.org: The picture stays on your device.")
    assert one["source"].startswith("https://stopncii.org/")
    assert one["place"].startswith("flows/countries/any.yaml:")
    assert {"web", "email", "phone", "sms", "host", "number"} <= {row["kind"] for row in found}


def test_links_are_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """An address that stands in many places is written once, with its places below it; the web comes before numbers."""
    assert main(["facts", "--links"]) == 0
    lines = capsys.readouterr().out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert len(heads) == len(set(heads))
    assert heads.index("https://stopncii.org") < heads.index("999")
    assert sum("[flows/" in line for line in lines) * 2 + len(heads) == len(lines)
