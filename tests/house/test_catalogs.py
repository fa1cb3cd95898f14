"""The catalogues keep up with the guide."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.content.library import Library
from bot.content.phrases import fields
from bot.proof.check import untranslated
from tests.conftest import ROOT

COMPLETE = ("en", "hi", "hi-Latn", "ur", "es")  # languages that must not fall back to English anywhere
MARK = re.compile(r"^(- |\d+\. )")


def catalog(path: Path) -> dict[tuple[str | None, str], str]:
    """Read a catalogue as plain data."""
    with path.open("rb") as file:
        return {(message.context, str(message.id)): str(message.string or "") for message in read_po(file) if message.id}


def sources() -> list[Path]:
    """List all catalogues."""
    return sorted(ROOT.glob("locales/*/LC_MESSAGES/*.po"))


def named(path: Path) -> str:
    """Name a catalogue in a report."""
    return f"{path.parts[-3]}-{path.stem}"


def test_the_template_holds_exactly_the_texts_of_the_guide(library: Library) -> None:
    """Every text of flows/ stands in locales/dhaal.pot, of flows/desk/ in desk.pot; if not, run `make locales`."""
    wanted = {(message.text.context, message.text.english) for message in library.messages}
    assert catalog(ROOT / "locales" / "dhaal.pot").keys() == wanted
    assert catalog(ROOT / "locales" / "desk.pot").keys() == {(it.context, it.english) for it in library.desk.values()}


@pytest.mark.parametrize("path", sources(), ids=named)
def test_no_catalogue_lags_behind(path: Path) -> None:
    """Every catalogue holds the same messages as the template; if not, run `make locales`."""
    assert catalog(path).keys() == catalog(ROOT / "locales" / f"{path.stem}.pot").keys()


@pytest.mark.parametrize("path", sources(), ids=named)
def test_translations_keep_placeholders_and_lists(path: Path) -> None:
    """A translation has the {placeholders}, the paragraphs and the list marks of its source."""
    for (context, english), said in catalog(path).items():
        if said:
            assert fields(said) == fields(english), context
            assert said.count("\n\n") == english.count("\n\n"), context
            assert marks(said) == marks(english), context


def marks(text: str) -> list[str]:
    """List the list marks of a text."""
    return [found.group() for line in text.split("\n") if (found := MARK.match(line))]


def test_every_language_on_offer_is_complete_or_counted(library: Library) -> None:
    """The languages above are complete, the desk too; what another language lacks is counted, not hidden."""
    gaps = untranslated(library)
    assert gaps.keys() == library.languages.keys()
    assert all(gaps[tag] == 0 for tag in COMPLETE)


@pytest.mark.parametrize("path", sources(), ids=named)
def test_a_catalogue_says_whether_a_native_speaker_has_read_it(path: Path, library: Library) -> None:
    """The header and flows/languages.yaml agree on the review."""
    head = path.read_text("utf-8").partition("msgid")[0]
    reviewed = library.languages[path.parts[-3].replace("_", "-")].reviewed
    assert f"Reviewed by a native speaker: {'yes' if reviewed else 'no'}" in head
