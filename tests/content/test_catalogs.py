"""What is said in which language, and English where a language is silent."""

import os
from dataclasses import replace
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import write_po

from bot.content.catalogs import Catalogs, compiled, load, po_file
from bot.content.library import Library
from bot.core.book import Text
from bot.proof.check import untranslated

HELLO = Text("start.hello", "Hello")
OTHER = Text("menu.hello", "Hello")
LATER = Text("start.later", "Later")


def written(locales: Path, said: str = "नमस्ते", *, fuzzy: bool = False) -> Path:
    """Write a catalogue that knows one text."""
    catalog = Catalog("hi")
    catalog.add(HELLO.english, said, context=HELLO.context, flags=["fuzzy"] * fuzzy)
    catalog.add(LATER.english, "", context=LATER.context)
    po = po_file(locales, "hi")
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, catalog)
    return po


def hindi(locales: Path) -> Catalogs:
    """Load English and Hindi."""
    return load(locales, ("en", "hi"))


def test_a_translation_is_said(tmp_path: Path) -> None:
    """A text that is translated is said in that language, and in English in English."""
    written(tmp_path)
    assert hindi(tmp_path).say(HELLO, "hi") == "नमस्ते"
    assert hindi(tmp_path).say(HELLO, "en") == "Hello"


def test_the_context_counts(tmp_path: Path) -> None:
    """The same English words in another place are another text, with a translation of their own."""
    written(tmp_path)
    assert hindi(tmp_path).say(OTHER, "hi") == "Hello"
    assert not hindi(tmp_path).has(OTHER, "hi")


def test_silence_is_english(tmp_path: Path) -> None:
    """An empty translation, a doubtful one, and a missing catalogue all fall back to English, and are told apart."""
    written(tmp_path, fuzzy=True)
    assert [hindi(tmp_path).say(text, "hi") for text in (HELLO, LATER)] == ["Hello", "Later"]
    assert not any(hindi(tmp_path).has(text, "hi") for text in (HELLO, LATER))
    nothing = hindi(tmp_path / "nowhere")
    assert nothing.say(HELLO, "hi") == "Hello"
    assert not nothing.has(HELLO, "hi")
    assert nothing.has(HELLO, "en")


def test_a_language_nobody_loaded_is_english(tmp_path: Path) -> None:
    """A language that is not offered is answered in English."""
    assert hindi(tmp_path).say(HELLO, "ur") == "Hello"
    assert not hindi(tmp_path).has(HELLO, "ur")


def test_a_fresh_compiled_catalogue_is_taken(tmp_path: Path) -> None:
    """A .mo as new as its .po is read as it is; an older one is passed over for the .po."""
    po = written(tmp_path, "पुराना")
    mo = po.with_suffix(".mo")
    mo.write_bytes(compiled(po))
    written(tmp_path, "नया")
    now = po.stat().st_mtime
    os.utime(mo, (now, now))
    assert hindi(tmp_path).say(HELLO, "hi") == "पुराना"
    os.utime(mo, (now - 10, now - 10))
    assert hindi(tmp_path).say(HELLO, "hi") == "नया"


def test_a_compiled_catalogue_says_the_same(tmp_path: Path, library: Library) -> None:
    """Compiling the real catalogues changes no word."""
    root = Path(__file__).parents[2] / "locales"
    for tag in (tag for tag in library.languages if po_file(root, tag).exists()):
        mo = po_file(tmp_path, tag).with_suffix(".mo")
        mo.parent.mkdir(parents=True)
        po_file(tmp_path, tag).write_bytes(po_file(root, tag).read_bytes())
        mo.write_bytes(compiled(po_file(root, tag)))
        both = load(tmp_path, (tag,)), load(root, (tag,))
        for message in library.messages:
            assert both[0].say(message.text, tag) == both[1].say(message.text, tag)


def test_gaps_are_counted(tmp_path: Path, library: Library) -> None:
    """`dhaal check` counts each text that is still said in English: none in English, all but one in a catalogue with one."""
    message = library.messages[0]
    catalog = Catalog("hi")
    catalog.add(message.text.english, "एक", context=message.text.context)
    po = po_file(tmp_path, "hi")
    po.parent.mkdir(parents=True)
    with po.open("wb") as file:
        write_po(file, catalog)
    some = replace(library, catalogs=load(tmp_path, ("en", "hi")))
    others = sum(other.text != message.text for other in library.translatable)
    assert untranslated(some) == {
        tag: others if tag == "hi" else 0 if tag == "en" else len(library.translatable) for tag in library.languages
    }
