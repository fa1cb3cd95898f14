"""The papers for operators name every piece of data that desks handle, of people and of helpers (R65)."""

from dataclasses import fields
from typing import Any, Final

import pytest

from bot.desks.telegram_group.duty import Helper
from bot.desks.web_desk.accounts import Agent, Invitation
from bot.desks.web_desk.logins import Login
from bot.desks.web_desk.shifts import Shift
from bot.talk.handoff.brief import Brief, Part
from bot.talk.handoff.person import Own
from bot.talk.handoff.seat import Seen
from tests.conftest import ROOT

PAPERS: Final = ROOT / "docs/templates"
RECORD: Final = (PAPERS / "records-of-processing.md").read_text("utf-8")
PRIVACY: Final = (ROOT / "docs/privacy.md").read_text("utf-8")
MACHINERY: Final = {
    "line",
    "shown",
    "beat",
    "held",
    "seat",
    "pump",
    "agent",
}  # what holds no data of its own, or a name listed elsewhere


@pytest.mark.parametrize("kind", [Brief, Own, Seen, Agent, Invitation, Login, Shift, Helper])
def test_the_record_names_every_field(kind: type[Any]) -> None:
    """Each field of what is known of a person who talks with a helper, and of a helper, has its row."""
    assert [one.name for one in fields(kind) if one.name not in MACHINERY and f"`{one.name}`" not in RECORD] == []


def test_helpers_are_people_too() -> None:
    """The page about privacy says what is kept of helpers and how long, and what they promise; the notice speaks to them."""
    for words in ("Helpers are people too", "How long shifts are kept", "I do not save, print or forward", "duty to report"):
        assert words in PRIVACY
    assert "To our helpers" in (PAPERS / "notice.md").read_text("utf-8")
    assert "helpers are hurt" in (PAPERS / "dpia.md").read_text("utf-8")


def test_the_consent_is_told_word_for_word() -> None:
    """What the guide says before it asks for a yes stands on the page about privacy as it stands in the guide."""
    told = " ".join(PRIVACY.replace("\n> ", " ").split())
    phrases = (ROOT / "flows/phrases.yaml").read_text("utf-8")
    for key in ("handoff_unseen", "handoff_keeps", "handoff_keeps_telegram"):
        said = phrases.partition(f"\n{key}: ")[2].partition("\n")[0].strip('"')
        assert said
        assert said in told
    assert len(Part) == 5  # language, country, what happened, platform, urgency: named in the table there
