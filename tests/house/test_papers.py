"""The papers for operators are there, and they name every piece of data that the program handles (R65)."""

from dataclasses import fields
from typing import Final

import pytest

from bot.content.library import Library
from bot.core.session import Session
from bot.talk.ports import Address
from bot.talk.recall import Place
from bot.talk.tally import Cell
from tests.conftest import ROOT

PAPERS: Final = ROOT / "docs/templates"
RECORD: Final = (PAPERS / "records-of-processing.md").read_text("utf-8")
OF_FACTS: Final = "facts"  # named one by one


@pytest.mark.parametrize("name", ["records-of-processing.md", "dpia.md", "child-best-interests.md", "notice.md"])
def test_each_paper_is_there_and_is_found(name: str) -> None:
    """The templates exist, say that no lawyer has read them or that one should, and docs/privacy.md leads to them."""
    paper = (PAPERS / name).read_text("utf-8")
    assert "lawyer" in paper or "knows your law" in paper
    assert f"templates/{name}" in (ROOT / "docs/privacy.md").read_text("utf-8")


def test_the_record_names_every_fact(library: Library) -> None:
    """What a talk can remember of a person stands in the records of processing, each fact with its own line."""
    assert [fact for fact in library.book.facts if f"| `{fact}` |" not in RECORD] == []


def test_the_record_names_every_field() -> None:
    """So does each field of the state, of what is kept for minutes, of where an answer goes, and of what is counted."""
    names = {field.name for kind in (Session, Place, Address) for field in fields(kind)} | set(Cell._fields)
    assert [name for name in sorted(names - {OF_FACTS}) if f"`{name}`" not in RECORD] == []


def test_children_are_expected() -> None:
    """The assessment says that children are likely to come, and leads to the page about them."""
    assessment = (PAPERS / "dpia.md").read_text("utf-8")
    assert "Likely to be accessed by children" in assessment
    assert "child-best-interests.md" in assessment
