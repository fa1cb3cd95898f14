"""The walls of the house, read from its own source: who may see what was written, who may speak, what may be imported."""

import ast
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import pytest

from tests.conftest import ROOT

BOT: Final = ROOT / "bot"
FILES: Final = sorted(BOT.rglob("*.py"))
NAMES: Final = [str(path.relative_to(ROOT)) for path in FILES]

REVEAL: Final = {
    "bot/talk/keys.py", "bot/talk/listen.py", "bot/talk/recall.py", "bot/talk/seal.py",
    "bot/channels/telegram/guide.py", "bot/channels/telegram/send.py",  # the chat, to answer it
    "bot/channels/telegram/runner.py", "bot/channels/telegram/webhook.py",  # the bot's token and the webhook's secret
    "bot/channels/whatsapp/guide.py", "bot/channels/whatsapp/send.py",  # the chat, to seal for it and to answer it
    "bot/channels/whatsapp/graph.py", "bot/channels/whatsapp/webhook.py",  # our token, Meta's signature, the word it shows
    "bot/desks/web_desk/credentials.py",  # helpers' passwords, to hash and check them
    "bot/desks/web_desk/drawing.py", "bot/desks/web_desk/stream.py",  # the words of a talk, for the helper's page
    "bot/channels/telegram/voice.py", "bot/channels/whatsapp/voice.py", "bot/channels/web/page.py",  # a helper's words, to show
    "bot/desks/telegram_group/topic.py",  # the words of a talk, for the helpers' group
    "bot/desks/telegram_group/group.py",  # the token of the helpers' bot
    "bot/talk/handoff/front.py", "bot/talk/handoff/wire.py",  # which chat it is; words, to seal them for the other process
    "bot/ground.py",  # the address of the store, which may hold a password
    "bot/cli/doctor/store.py", "bot/cli/doctor/telegram.py",  # the password and the token, to ask those they belong to
    "bot/cli/doctor/whatsapp.py",  # likewise the token and the app's secret
}  # fmt: skip
LOG: Final = {"bot/log.py"}
SPEAK: Final = {"bot/cli/__init__.py", "bot/cli/chat.py", "bot/cli/out.py", "bot/log.py"}
REMEMBER: Final = {  # caches: of our own pages, words and keys, never of what a person typed
    "bot/channels/web/page.py", "bot/content/extract.py", "bot/content/lexicon.py", "bot/core/spelling.py",
    "bot/core/understand.py", "bot/talk/keys.py", "bot/talk/listen.py", "bot/talk/screen.py",
}  # fmt: skip
LOADS: Final = {"bot/cli/bench.py"}  # the benchmarks of a checkout
PACKAGES: Final = {
    "aiogram", "aiohttp", "babel", "cryptography", "jinja2", "starlette", "transitions", "uvicorn", "valkey", "yaml",
    "telegram",  # the helpers' own bot: an extra, imported only where it is configured (docs/decisions/0026)
    "argon2", "pyotp", "segno",  # helpers' passwords, codes, and the picture of a code's key (docs/decisions/0024)
}  # fmt: skip
SOLD_AS: Final = {"telegram": "python-telegram-bot", "yaml": "pyyaml"}  # where a package has another name than its module
CARRIES: Final = {  # what of the standard library could carry words out, keep them, or act by itself later
    "asyncio", "cgi", "code", "codeop", "concurrent", "copyreg", "ctypes", "dbm", "faulthandler", "ftplib", "http", "imaplib",
    "imp", "mailbox", "marshal", "mmap", "multiprocessing", "nntplib", "pdb", "pickle", "poplib", "pprint", "readline", "runpy",
    "sched", "select", "selectors", "shelve", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess",
    "syslog", "telnetlib", "tempfile", "threading", "timeit", "trace", "traceback", "tracemalloc", "urllib.request", "warnings",
    "webbrowser", "xmlrpc", "zipimport",
}  # fmt: skip
ALLOWED: Final = {  # each of these files waits for something, and nothing in them writes to a person by itself (R60)
    "asyncio": {
        "bot/talk/pace.py",  # one turn at a time for each chat
        "bot/channels/telegram/guide.py", "bot/channels/telegram/polling.py", "bot/channels/telegram/runner.py",
        "bot/channels/whatsapp/runner.py",  # asks Meta once, beside all else, whether it knows us
        "bot/channels/turns.py", "bot/channels/metrics.py",
        "bot/stores/memory.py", "bot/stores/valkey.py",  # entries that die by themselves, timeouts
        "bot/stores/valkey_bus.py",  # hears what other processes send
        "bot/talk/handoff/back.py", "bot/talk/handoff/exchange.py", "bot/talk/handoff/front.py", "bot/talk/handoff/local.py",
        "bot/talk/handoff/person.py", "bot/talk/handoff/seat.py",  # a talk with a helper, which the person asked for
        "bot/desks/telegram_group/board.py", "bot/desks/telegram_group/desk.py", "bot/desks/telegram_group/duty.py",
        "bot/desks/telegram_group/ears.py", "bot/desks/telegram_group/examine.py", "bot/desks/telegram_group/group.py",
        "bot/desks/telegram_group/line.py", "bot/desks/telegram_group/topic.py",
        "bot/desks/telegram_group/window.py",  # likewise, in the helpers' group
        "bot/harden.py",  # frees what only holds itself
        "bot/cli/doctor/__init__.py", "bot/cli/doctor/telegram.py",
        "bot/desks/web_desk/app.py", "bot/desks/web_desk/floor.py", "bot/desks/web_desk/stream.py",  # pages that listen
        "bot/desks/web_desk/doors.py",  # a password is checked beside everything else
    },
    "ctypes": {"bot/harden.py"},  # prctl has no other way in
}  # fmt: skip
WRITES: Final = {
    "write_text", "write_bytes", "touch", "mkdir", "rename", "symlink_to", "hardlink_to", "unlink", "rmdir", "O_CREAT",
    "O_WRONLY", "O_RDWR", "O_APPEND",
}  # fmt: skip
KEEPS: Final = {"bot/desks/web_desk/files.py"}  # who the helpers are, and when they were on duty (docs/decisions/0024)
DYNAMIC: Final = {"__import__", "import_module", "eval", "exec", "compile_command", "breakpoint"}
LONGEST_FUNCTION, MEDIAN_FUNCTION, LONGEST_FILE = 40, 7, 250  # lines
UNDONE: Final = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
PRIVACY: Final = (ROOT / "docs/privacy.md").read_text("utf-8")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def tree(path: Path) -> ast.Module:
    """Read a file."""
    return ast.parse(path.read_text("utf-8"))


def mentions(code: ast.AST, names: set[str]) -> Iterator[str]:
    """Find every use of some names: as a variable, an attribute, or in a text given to `getattr`."""
    for node in ast.walk(code):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in names:
                yield name
            case ast.Constant(value=str(name)) if name in names:
                yield name
            case _:
                pass


def imports(code: ast.AST) -> Iterator[str]:
    """Name every module that is imported, `from a import b` as both `a` and `a.b`."""
    for node in ast.walk(code):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (module, *(f"{module}.{alias.name}" for alias in names))
            case _:
                pass


def using(names: set[str]) -> set[str]:
    """Name the files of bot/ that use some names."""
    return {name for name, path in zip(NAMES, FILES, strict=True) if any(mentions(tree(path), names))}


def importing(module: str) -> set[str]:
    """Name the files of bot/ that import a module."""
    return {name for name, path in zip(NAMES, FILES, strict=True) if any(_in(one, module) for one in imports(tree(path)))}


def _in(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def test_few_files_reveal() -> None:
    """Only these files open what a person wrote, where they are, or the secret. One more needs a reason, written here."""
    assert using({"reveal", "_Private__value"}) == REVEAL


@pytest.mark.parametrize("code", ["words.reveal()", "getattr(words, 'reveal')()", "take = Private.reveal", "w._Private__value"])
def test_revealing_is_recognised(code: str) -> None:
    """Whichever way a file reveals, it is seen."""
    assert list(mentions(ast.parse(code), {"reveal", "_Private__value"}))


def test_one_file_logs() -> None:
    """One module may import logging; it writes an enum and integers."""
    assert importing("logging") == LOG


def test_few_files_speak() -> None:
    """Nothing prints; only the command line and the log write to stdout and stderr."""
    assert using({"print"}) == set()
    assert using({"stdout", "stderr"}) == SPEAK


def test_only_named_functions_remember() -> None:
    """What is cached is our own: labels, word lists, keys. A new cache needs a reason, written here."""
    caches = {
        name: len(list(mentions(tree(ROOT / name), {"cache", "lru_cache", "cached_property", "weakref"}))) for name in NAMES
    }
    assert {name for name, count in caches.items() if count} == REMEMBER
    assert max(caches.values()) == 1


def test_few_packages() -> None:
    """Only declared packages are imported: no analytics, no error reporter, no HTTP client can slip in."""
    roots = {name.partition(".")[0] for path in FILES for name in imports(tree(path))}
    assert roots - set(sys.stdlib_module_names) - {"bot"} <= PACKAGES
    declared = (ROOT / "pyproject.toml").read_text("utf-8").partition("[project.scripts]")[0].lower()
    assert {name for name in PACKAGES if f'"{SOLD_AS.get(name, name)}' not in declared} == set()


@pytest.mark.parametrize("module", sorted(CARRIES))
def test_nothing_carries_words_away(module: str) -> None:
    """No module that could call out, keep on disk, run later or start another program is imported."""
    assert importing(module) == ALLOWED.get(module, set())


def test_nothing_is_written_to_disk() -> None:
    """No file is opened for writing, made, moved or removed, but for the helpers' own; no code is made from text."""
    assert using(WRITES) == KEEPS
    assert using(DYNAMIC) == LOADS
    modes = [str(mode) for path in FILES for mode in _modes(tree(path))]
    assert [mode for mode in modes if set(mode) & set("wax+")] == []


def _modes(code: ast.AST) -> Iterator[object]:
    """List the modes in which files are opened."""
    for node in ast.walk(code):
        match node:
            case ast.Call(func=ast.Name(id="open") | ast.Attribute(attr="open"), args=args, keywords=keywords):
                yield from (one.value for one in args if isinstance(one, ast.Constant) and isinstance(one.value, str))
                yield from (one.value.value for one in keywords if one.arg == "mode" and isinstance(one.value, ast.Constant))
            case _:
                pass


def test_the_core_is_pure() -> None:
    """The core imports itself, the standard library and `transitions`; of the library, no clock, file or network."""
    outer = {name for path in (BOT / "core").rglob("*.py") for name in imports(tree(path)) if not _in(name, "bot.core")}
    assert {name.partition(".")[0] for name in outer} - set(sys.stdlib_module_names) == {"transitions"}
    world = {"datetime", "io", "logging", "os", "pathlib", "random", "secrets", "sys", "time", "zoneinfo", *CARRIES}
    assert {name for name in outer if any(_in(name, one) for one in world)} == set()


@pytest.mark.parametrize("name", NAMES)
def test_everything_public_is_explained(name: str) -> None:
    """Each module, and each public class, function and method, has a docstring."""
    code = tree(ROOT / name)
    assert ast.get_docstring(code)
    silent = [node.name for node in _public(code) if not ast.get_docstring(node)]
    assert silent == []


def _public(code: ast.Module | ast.ClassDef) -> Iterator[ast.ClassDef | Function]:
    for node in code.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node)


def lengths(path: Path) -> dict[str, int]:
    """Give the lines of each function of a file."""
    found = [node for node in ast.walk(tree(path)) if isinstance(node, Function)]
    return {f"{path.name}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1 for node in found}


def test_functions_are_short() -> None:
    """No function is longer than 40 lines, and half of them have at most 7."""
    found = {name: length for path in FILES for name, length in lengths(path).items()}
    assert {name: length for name, length in found.items() if length > LONGEST_FUNCTION} == {}
    assert median(found.values()) <= MEDIAN_FUNCTION


@pytest.mark.parametrize("name", NAMES)
def test_files_are_short(name: str) -> None:
    """No file is longer than 250 lines."""
    lines = (ROOT / name).read_text("utf-8").count("\n")
    assert lines <= LONGEST_FILE


def test_no_test_moves_the_clock_of_all() -> None:
    """Whoever needs another time replaces a module's own name: the servers beside a test would sleep for hours."""
    moved = re.compile(r"setattr\(\s*(?:time\b|[\"'][\w.]*\btime\.(?:monotonic|time|sleep|perf_counter))")
    assert moved.search('monkeypatch.setattr("bot.pace.time.monotonic", clock)')
    assert moved.search('monkeypatch.setattr(time, "sleep", clock)')
    here = Path(__file__)
    assert not [path for path in (ROOT / "tests").rglob("*.py") if path != here and moved.search(path.read_text("utf-8"))]


def test_nothing_is_left_undone() -> None:
    """No comment of the program or of its content puts something off."""
    assert [name for name, path in zip(NAMES, FILES, strict=True) if UNDONE.search(_comments(path))] == []
    content = [*(ROOT / "flows").rglob("*.yaml")]
    assert content
    assert [path for path in content if UNDONE.search(path.read_text("utf-8"))] == []


def _comments(path: Path) -> str:
    with path.open("rb") as file:
        return "\n".join(token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT)


ROWS: Final = [line for line in PRIVACY.splitlines() if line.startswith("| ") and "tests/" in line]
NEVER: Final = ("anonymous", "no trace", "end-to-end encrypted", "we keep no logs", "untraceable", "100%")


def test_each_promise_has_a_row() -> None:
    """docs/privacy.md lays at least fifteen promises beside what keeps them."""
    assert len(ROWS) >= 15


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:50])
def test_each_promise_names_its_proof(row: str) -> None:
    """Each promise of docs/privacy.md names files that are there, and tests that are in them."""
    _, _, keeps, proves, *_ = row.split("|")
    for path in re.findall(r"`([\w./-]+/[\w.-]*)`", keeps):
        assert (ROOT / path).exists(), path
    proofs = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", proves)
    assert proofs
    for path, test in proofs:
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text("utf-8"), test


def test_what_may_not_be_said_is_not_said() -> None:
    """The forbidden wording stands in docs/privacy.md only where it is forbidden, and nowhere in what people read."""
    before, _, rest = PRIVACY.partition("## What you must not say")
    after = rest.partition("\n## ")[2]
    assert rest
    assert [word for word in NEVER if word in (before + after).casefold()] == []
    spoken = "\n".join(path.read_text("utf-8") for path in (ROOT / "flows").rglob("*.yaml") if path.name != "laws.yaml")
    said = [word for word in NEVER[:4] if re.search(rf"(?<![/\w-]){word}(?![\w-])", spoken, re.IGNORECASE)]  # not in a URL
    assert said == []


SILENT: Final = ["access_log off;", "error_log  /dev/null crit;", "proxy_request_buffering off;", "output discard"]


@pytest.mark.parametrize("line", SILENT)
def test_the_proxy_is_told_to_be_silent(line: str) -> None:
    """The proxy settings we give to operators keep no address, path or body (R53)."""
    assert line in (ROOT / "docs/run-it.md").read_text("utf-8")
