"""Translators get every text there is, with its place and what it is for."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree
from typing import Final

import pytest

from bot.content.extract import extract
from bot.content.library import Library
from bot.core.book import Branch, Text

ROOT: Final = Path(__file__).parents[2]


def extracted(flows: Path) -> dict[tuple[str, str], tuple[str, int, list[str]]]:
    """Extract a folder as Babel does, file by file: (context, message) to (file, line, notes)."""
    found = {}
    for path in sorted(flows.rglob("*.yaml")):
        with path.open("rb") as file:
            for line, function, (context, message), notes in extract(file, [], [], {}):
                assert function == "pgettext"
                found[context, message] = (path.relative_to(flows.parent).as_posix(), line, notes)
    return found


@pytest.fixture(scope="module")
def all_texts() -> Mapping[tuple[str, str], tuple[str, int, list[str]]]:
    """Extract the real guide."""
    return extracted(ROOT / "flows")


def spoken(library: Library) -> list[Text]:
    """Gather every text of a library by walking what it is made of, not by asking the reader."""
    texts = [*library.phrases.values(), *library.vocabulary.kinds.values(), *library.vocabulary.does.values()]
    texts += [*library.vocabulary.door_labels.values(), *library.desk.values()]
    for step in library.book.steps.values():
        if not isinstance(step, Branch):
            texts.append(step.text)
            texts += [text for way in step.ways for text in (way.label, way.short) if text]
    for country in library.countries.values():
        texts += [contact.note for contact in country.contacts if contact.note]
        texts += [law.says for law in country.laws]
        texts += [text for duty in country.duties for text in (duty.says, *duty.include)]
        texts += [remark.says for remarks in country.notes.values() for remark in remarks]
    for platform in library.platforms.values():
        texts += [platform.title] if platform.title else []
        texts += [link.says for link in platform.links]
        texts += [line.says for lines in platform.parts.values() for line in lines]
    return texts


def test_no_text_is_missed(library: Library, all_texts: Mapping[tuple[str, str], object]) -> None:
    """What a person can read, a translator gets, with its context; and nothing else."""
    assert {(text.context, text.english) for text in spoken(library)} == set(all_texts)


def test_every_text_comes_from_its_place(
    library: Library, all_texts: Mapping[tuple[str, str], tuple[str, int, list[str]]]
) -> None:
    """A translator is told the file and line the reader found the text at, and the editor's note."""
    for message in library.translatable:
        file, line, notes = all_texts[message.text.context, message.text.english]
        assert (file, line) == (message.spot.file, message.spot.line)
        assert notes == ([message.note] if message.note else [])


def test_a_context_holds_one_text(library: Library) -> None:
    """No two texts share a context, so that a translator never sees the wrong one."""
    contexts = [message.text.context for message in library.translatable]
    assert len(contexts) == len(set(contexts))


def test_notes_reach_translators(all_texts: Mapping[tuple[str, str], tuple[str, int, list[str]]]) -> None:
    """A button is announced as a button, and a step's note is handed on."""
    notes = {note for _, _, notes in all_texts.values() for note in notes}
    assert {"a button", "a small button"} <= notes
    assert any(note.startswith("Screen 1.") for note in notes)


def test_a_guide_with_mistakes_is_still_extracted(tmp_path: Path) -> None:
    """A mistake somewhere does not hide from translators what can be read."""
    flows = tmp_path / "flows"
    copytree(ROOT / "flows", flows)
    page = flows / "guide.yaml"
    page.write_text(page.read_text("utf-8").replace("start.language", "start.nowhere"), "utf-8")
    assert set(extracted(flows)) == set(extracted(ROOT / "flows"))
