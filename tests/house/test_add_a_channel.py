"""docs/add-a-channel.md is true: its own code, put into a copy of the guide, adds a channel, and nothing else is touched."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from bot.core.private import Private
from bot.talk.keys import Keys
from tests.canary.rooms import DHAAL, serving
from tests.conftest import ROOT

PAGE: Final = (ROOT / "docs/add-a-channel.md").read_text("utf-8")
PARTS: Final = ("bot", "docs", "flows", "locales", "tests", "pyproject.toml")
NEW: Final = {"bot/channels/toy.py", "tests/contract/toy.py"}
LINES: Final = {  # what may be added to a file that stands
    "bot/channels/limits.py": 2,  # the limits, and their line in ALL
    "bot/wiring.py": 2,  # the import, and its line in CHANNELS
    "tests/contract/conftest.py": 2,  # the import, and its line in PLAYERS
}
SECRET: Final = "a secret that is only for tests!"  # noqa: S105 - nobody has it
PATIENCE: Final = 300.0  # seconds
NARROW: Final = """
from dataclasses import replace
from datetime import UTC, datetime
from bot import wiring
from bot.channels.limits import ALL
from bot.proof import fit
from bot.proof.findings import Case
from bot.proof.states import States
from bot.proof.views import Views

fit.ALL = [replace(limits, label=20) for limits in ALL if limits.channel == "toy"]
library, day = wiring.library(), datetime(2026, 11, 24, 12, tzinfo=UTC)
states = States(library.book)
views = Views(library, states, day)
held = fit.Fit(Case(library, states, views, day))
print(next(str(problem) for view in views.of("en") for problem in held.screen(view)))
"""
WALLS: Final = "few or toy or written or functions"  # the walls that could fall by one more channel


@dataclass(frozen=True, slots=True)
class Block:
    """One block of code on the page: a new file, or lines for one that stands."""

    kind: str
    path: str
    code: str

    def apply(self, root: Path) -> None:
        """Do what it says, below a folder.

        Raises:
            ValueError: if the lines around it are not in the file, once.
        """
        file = root / self.path
        if self.kind == "python":
            file.write_text(self.code, "utf-8")
            return
        before, after, text = self.side("-"), self.side("+"), file.read_text("utf-8")
        if text.count(before) != 1:
            message = f"{self.path} does not hold these lines, or more than once:\n{before}"
            raise ValueError(message)
        file.write_text(text.replace(before, after), "utf-8")

    def side(self, sign: str) -> str:
        """Give the lines of one side of a change."""
        lines = [line for line in self.code.splitlines() if line[:1] in {" ", sign}]
        return "".join(f"\n{line[1:]}" for line in lines) + "\n"


BLOCKS: Final = [Block(*found) for found in re.findall(r"^```(python|diff) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the guide, and do what the page says."""
    root = tmp_path_factory.mktemp("guide")
    for part in PARTS:
        if (ROOT / part).is_file():
            shutil.copy(ROOT / part, root)
        else:
            shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for block in BLOCKS:
        block.apply(root)
    return root


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy, with nothing of these tests' own environment but the way to Python."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(root), "LANG": "C.UTF-8", "PYTHONPATH": str(root)}
    return subprocess.run(
        [sys.executable, *command], cwd=root, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE
    )


def test_nothing_else_is_touched() -> None:
    """The page adds two files and a few lines to three, and takes nothing out."""
    assert {block.path for block in BLOCKS if block.kind == "python"} == NEW
    changes = [block for block in BLOCKS if block.kind == "diff"]
    added = {path: sum(block.code.count("\n+") + block.code.startswith("+") for block in changes if block.path == path)
             for path in {block.path for block in changes}}  # fmt: skip
    assert added == LINES
    assert [line for block in changes for line in block.code.splitlines() if line[:1] not in {" ", "+"}] == []


def test_the_stories_play_on_it(copy: Path) -> None:
    """Every story goes the same way and says the same words on the new channel as on all others."""
    ended = run(copy, "-m", "pytest", "-v", "-p", "no:cacheprovider", "tests/contract")
    assert ended.returncode == 0, ended.stdout
    assert "test_leaving[toy] PASSED" in ended.stdout


def test_the_proof_holds_its_limits(copy: Path) -> None:
    """`dhaal check` measures every screen against the new channel's limits too, and they hold."""
    ended = run(copy, *DHAAL[1:], "check", "--json")
    found = json.loads(ended.stdout)
    assert (ended.returncode, found["problems"]) == (0, [])
    assert "toy" in found["channels"]


def test_limits_that_are_too_narrow_are_noticed(copy: Path) -> None:
    """Were its limits narrower, `dhaal check` would say what does not fit."""
    ended = run(copy, "-c", NARROW)
    assert "does not fit toy in en: the button" in ended.stdout, ended.stderr


def test_the_guide_serves_it(copy: Path, tmp_path: Path) -> None:
    """`dhaal serve` answers there, beside the web chat; who does not know the word gets no answer."""
    word = Keys(Private(SECRET.encode())).word(b"toy")
    with serving(tmp_path, PYTHONPATH=str(copy), DHAAL_SECRET=SECRET) as server:
        answers = [server.exchange(_post(sent, number, text)) for sent, number, text in _talk(word)]
        assert server.exchange(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").startswith(b"HTTP/1.1 204")
    statuses = [answer.split(b" ")[1] for answer in answers]
    assert statuses == [b"200", b"200", b"204", b"401"]
    assert b"1. English" in answers[0]
    assert b"I need help now" in answers[1]


def _talk(word: str) -> Iterator[tuple[str, str, str]]:
    yield word, "1", "hello"
    yield word, "2", "1"
    yield word, "2", "1"
    yield "not the word", "3", "1"


def _post(word: str, number: str, text: str) -> bytes:
    body = json.dumps({"chat": "1001", "id": number, "text": text}).encode()
    head = f"POST /hooks/toy HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-word: {word}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_it_keeps_the_rules_of_the_house(copy: Path) -> None:
    """The code on the page passes the linter, and the walls stand around it as around any other."""
    ended = run(copy, "-m", "ruff", "check", "--no-cache", *sorted(NEW | LINES.keys()))
    assert ended.returncode == 0, ended.stdout
    assert run(copy, "-m", "ruff", "format", "--no-cache", "--check", *sorted(NEW)).returncode == 0
    ended = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", WALLS, "tests/house/test_walls.py")
    assert ended.returncode == 0, ended.stdout


def test_a_page_that_has_gone_stale_is_noticed(copy: Path) -> None:
    """Lines that stand nowhere any more, or twice, are refused."""
    for code in (" a line that is not there\n+more\n", "     WHATSAPP,\n+    TOY,\n )\n"):
        with pytest.raises(ValueError, match="does not hold these lines"):
            Block("diff", "bot/channels/limits.py", code).apply(copy)
