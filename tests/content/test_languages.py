"""Languages: named in themselves, in the editor's order, right to left where they are."""

from pathlib import Path

import pytest

from bot.content.languages import Language, read_languages
from bot.content.library import Library
from bot.content.reader import Desk


def offered(tmp_path: Path, entries: str) -> dict[str, Language]:
    """Read a list of languages without a mistake."""
    desk = Desk(tmp_path)
    path = tmp_path / "languages.yaml"
    path.write_text(f"languages: [{entries}]\n", "utf-8")
    page = desk.open(path)
    assert page is not None
    languages = read_languages(desk, page)
    assert desk.problems == []
    return languages


@pytest.mark.parametrize(
    ("tag", "name", "rtl"),
    [
        ("en", "English", False),
        ("hi", "हिन्दी", False),
        ("ur", "اردو", True),
        ("ar", "العربية", True),
        ("fr", "Français", False),
    ],
)
def test_a_language_is_named_in_itself(tmp_path: Path, tag: str, name: str, rtl: bool) -> None:  # noqa: FBT001 - a column
    """CLDR gives the name and the direction; a name starts with a capital where there are capitals."""
    language = offered(tmp_path, f"{{tag: {tag}}}")[tag]
    assert (language.name, language.rtl) == (name, rtl)


def test_an_editor_may_name_a_language(tmp_path: Path) -> None:
    """A name in the file comes before CLDR's; a script may be part of the tag."""
    assert offered(tmp_path, "{tag: hi-Latn, name: Hinglish}")["hi-Latn"].name == "Hinglish"


def test_only_yes_is_reviewed(tmp_path: Path) -> None:
    """A language counts as read by a native speaker only if the file says so."""
    languages = offered(tmp_path, '{tag: en, reviewed: "yes"}, {tag: hi, reviewed: "no"}, {tag: ur}')
    assert [language.reviewed for language in languages.values()] == [True, False, False]


def test_the_order_is_the_editors(tmp_path: Path) -> None:
    """Languages are offered in the order of the file, not of the alphabet."""
    assert list(offered(tmp_path, "{tag: ur}, {tag: en}, {tag: hi}")) == ["ur", "en", "hi"]


def test_the_real_languages_are_distinct(library: Library) -> None:
    """No two languages of the guide have the same name, and English, the source, is among them."""
    names = [language.name for language in library.languages.values()]
    assert len(names) == len(set(names))
    assert "en" in library.languages
