"""How the proof grows: a guide of any size, made from the real one by copying its files under other names, and proved.

python -m bench.proof --countries 40 --platforms 60 --languages 15
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from json import dumps, loads
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.content.catalogs import DOMAINS, SOURCE, po_file
from bot.content.directory import ANYWHERE
from bot.content.library import OFFERED, read
from bot.proof.check import check

SHORT: Final = 20  # characters
ROOT: Final = Path(__file__).parent.parent
LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # as the reader of flows/, libyaml where there is one
TONGUES: Final = ("bn", "ta", "te", "mr", "gu", "kn", "ml", "pa", "ne", "si", "fa", "ar", "fr", "pt", "de", "id", "tr", "sw")
MIB: Final = 1 << (20 if sys.platform == "darwin" else 10)  # of ru_maxrss, which Linux gives in KiB


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each a guide has; as much as the real one where a number is smaller."""

    countries: int
    platforms: int
    languages: int


def grow(source: Path, target: Path, size: Size) -> None:
    """Make a guide of this size in an empty folder, from the flows/ and locales/ of another."""
    flows = target / "flows"
    copytree(source / "flows", flows)
    renamed = [*_countries(flows / "countries", size), *_platforms(flows / "platforms", size.platforms)]
    _languages(source, target, size.languages, renamed)


def _countries(folder: Path, size: Size) -> Iterator[tuple[str, str]]:
    """Copy countries under other codes that CLDR knows, their records under other ids; give old and new starts of contexts."""
    have = sorted(path.stem for path in folder.glob("*.yaml") if path.stem != ANYWHERE)
    for code, model in zip(islice(_codes(have), max(size.countries - len(have), 0)), cycle(have)):
        page = _load(folder / f"{model}.yaml")
        page |= {"country": code}
        page.pop("also", None)
        for kind in ("contacts", "laws", "duties"):
            for record in page.get(kind, ()):
                yield f"{kind.rstrip('s') if kind != 'duties' else 'duty'}.{record['id']}", code
                record["id"] = f"{code.lower()}-{record['id']}"
        yield f"note.{model}", code
        _save(folder / f"{code}.yaml", page)


def _codes(have: list[str]) -> Iterator[str]:
    """List codes of countries whose names fit a row of a small list in every language here."""
    names = [Locale.parse(tag).territories for tag in TONGUES]
    for code in sorted(names[0]):
        if len(code) == 2 and code.isalpha() and code not in have and all(len(name.get(code, code)) <= SHORT for name in names):
            yield code


def _platforms(folder: Path, wanted: int) -> Iterator[tuple[str, str]]:
    """Copy platforms under made-up names."""
    pages = {path.stem: _load(path) for path in sorted(folder.glob("*.yaml")) if path.stem != ANYWHERE}
    offered = {key: page for key, page in pages.items() if page["kind"] in OFFERED}
    models = [key for key, page in offered.items() if "name" in page]
    for number, model in enumerate(islice(cycle(models), max(wanted - len(offered), 0))):
        page = dict(pages[model]) | {"platform": f"made_{number}", "name": f"Place {number}"}
        page.pop("also", None)
        yield f"platform.{model}", f"made_{number}"
        _save(folder / f"made_{number}.yaml", page)


def _languages(source: Path, target: Path, wanted: int, renamed: list[tuple[str, str]]) -> None:
    """Copy catalogues, typed words and word lists under other tags, with the texts of copied files in every catalogue."""
    flows = target / "flows"
    spoken, laws = _load(flows / "languages.yaml"), _load(flows / "laws.yaml")
    have = [entry["tag"] for entry in spoken["languages"]]
    models = [tag for tag in have if tag != SOURCE]
    made = dict(zip([tag for tag in TONGUES if tag not in have][: max(wanted - len(have), 0)], cycle(models)))
    for tag, model in ({tag: tag for tag in models} | made).items():
        for domain in DOMAINS:
            old, new = (po_file(folder / "locales", name, domain) for folder, name in ((source, model), (target, tag)))
            if old.exists():
                _copy_catalog(old, new, tag, renamed)
    for tag, model in made.items():
        spoken["languages"].append({"tag": tag, "reviewed": "no"})
        if (words := flows / "words" / f"{model}.yaml").exists():
            _save(words.with_stem(tag), _load(words) | {"language": tag})
        _list_words(laws, tag, model)
    _save(flows / "languages.yaml", spoken)
    _save(flows / "laws.yaml", laws)


def _list_words(laws: dict[str, Any], tag: str, model: str) -> None:
    for lists in laws["words"].values():
        if model in lists:
            lists[tag] = lists[model]


def _copy_catalog(old: Path, new: Path, tag: str, renamed: list[tuple[str, str]]) -> None:
    with old.open("rb") as file:
        catalog = read_po(file)
    grown = Catalog(locale=tag.replace("-", "_"))
    said = [(message.context or "", message.id, message.string) for message in catalog if message.id]
    for context, english, string in said:
        grown.add(english, string, context=context)
    for start, name in renamed:
        for context, english, string in said:
            if context == start or context.startswith(f"{start}."):
                grown.add(english, string, context=_context(context, start, name))
    new.parent.mkdir(parents=True, exist_ok=True)
    with new.open("wb") as file:
        write_po(file, grown, width=0)


def _context(context: str, start: str, name: str) -> str:
    """Rename the context of a copied text: its record's id got the country in front, or its file another name."""
    kind, _, ident = start.partition(".")
    fresh = name if kind in {"note", "platform"} else f"{name.lower()}-{ident}"
    return f"{kind}.{fresh}{context.removeprefix(start)}"


def _load(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text("utf-8"), LOADER))  # noqa: S506 - it builds strings only


def _save(path: Path, page: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(page), allow_unicode=True, sort_keys=False, width=1000), "utf-8")


def prove(folder: Path, as_of: datetime) -> dict[str, object]:
    """Prove the guide in a folder, and tell what that took."""
    begin = time.perf_counter()
    library = read(folder / "flows", folder / "locales")
    report = check(library, as_of)
    return {
        "countries": len(library.countries) - 1, "platforms": len(library.book.facts["platform"]) - 1,
        "languages": len(library.languages), "states": report.states, "screens": report.screens, "checks": report.checks,
        "depth": report.depth, "problems": [str(problem) for problem in report.problems[:5]],
        "seconds": round(time.perf_counter() - begin, 1), "cpu_seconds": round(time.process_time(), 1),
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB,
    }  # fmt: skip


def measure(source: Path, size: Size, day: str) -> dict[str, Any]:
    """Grow a guide in a folder of its own and prove it in a process of its own."""
    with TemporaryDirectory() as folder:
        grow(source, Path(folder), size)
        done = subprocess.run([sys.executable, "-m", "bench.proof", "--prove", folder, "--as-of", day], stdout=-1, check=True)
    return dict(loads(done.stdout))


def main() -> None:
    """Measure one size, or (for `measure`) prove one folder."""
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("countries", "platforms", "languages"):
        options.add_argument(f"--{name}", type=int, default=0)
    options.add_argument("--source", type=Path, default=ROOT, help="the folder of flows/ and locales/ to grow from")
    options.add_argument("--as-of", default=datetime.now(UTC).date().isoformat(), help="the day to prove for")
    options.add_argument("--prove", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.prove:
        found = prove(given.prove, datetime.fromisoformat(given.as_of).replace(hour=12, tzinfo=UTC))
    else:
        found = measure(given.source, Size(given.countries, given.platforms, given.languages), given.as_of)
    print(dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
