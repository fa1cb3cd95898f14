"""docs/add-a-desk.md is true: its own code, put into a copy of the guide, adds a desk, and nothing else is touched."""

import json
import re
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from bot.core.private import Private
from bot.talk.keys import Keys
from tests.canary.rooms import serving
from tests.conftest import ROOT
from tests.house.test_add_a_channel import PARTS, Block, run

PAGE: Final = (ROOT / "docs/add-a-desk.md").read_text("utf-8")
BLOCKS: Final = [Block(*found) for found in re.findall(r"^```(python|diff) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
NEW: Final = {"bot/desks/toy.py", "tests/desks/contract/toy.py"}
LINES: Final = {  # what may be added to a file that stands
    "bot/wiring.py": 2,  # the import, and its line in DESKS
    "tests/desks/contract/conftest.py": 2,  # the import, and its line in DESKS_UNDER_TEST
}
SECRET: Final = "a secret that is only for tests!"  # noqa: S105 - nobody has it
WALLS: Final = "packages or toy or written or functions"  # the walls that could fall by one more desk
SIGN: Final = "from bot.desks.toy import sign; import sys; print(sign({word!r}, {stamp!r}, {body!r}))"


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


def test_nothing_else_is_touched() -> None:
    """The page adds two files and two lines each to two others, and takes nothing out."""
    assert {block.path for block in BLOCKS if block.kind == "python"} == NEW
    lines = [(block.path, line) for block in BLOCKS if block.kind == "diff" for line in block.code.splitlines()]
    assert Counter(path for path, line in lines if line.startswith("+")) == LINES
    assert [line for _, line in lines if line[:1] not in {" ", "+"}] == []


def test_it_keeps_the_contract(copy: Path) -> None:
    """All that is asked of every desk holds for the new one, alone and beside each of the others."""
    ended = run(copy, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-k", "toy", "tests/desks/contract")
    assert ended.returncode == 0, ended.stdout
    for played in ("test_words_go_both_ways_in_order[toy]", "test_one_of_two_desks_wins[web-toy]"):
        assert f"{played} PASSED" in ended.stdout


def test_the_guide_serves_it(copy: Path, tmp_path: Path) -> None:
    """`dhaal serve` has it beside the web desk; who does not know the word is not let in."""
    accounts = str(tmp_path / "agents.json")
    word = Keys(Private(SECRET.encode())).word(b"toy desk")
    with serving(tmp_path / "room", PYTHONPATH=str(copy), DHAAL_SECRET=SECRET, DHAAL_DESK_ACCOUNTS=accounts) as server:
        answers = [server.exchange(_post(copy, one)) for one in (word, "not the word")]
        assert server.exchange(_get("/desk/sign-in")).startswith(b"HTTP/1.1 200")
        assert server.exchange(_get("/health")).startswith(b"HTTP/1.1 204")
    assert [answer.split(b" ")[1] for answer in answers] == [b"200", b"401"]
    assert answers[0].endswith(b'{"number": 1, "kind": "listed", "cases": []}')


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()


def _post(copy: Path, word: str) -> bytes:
    """Ask what is new, signed by the code of the page."""
    body, stamp = json.dumps({"agent": "asha", "do": "next", "after": 0}).encode(), str(int(time.time()))
    signed = run(copy, "-c", SIGN.format(word=word.encode(), stamp=stamp, body=body)).stdout.strip()
    head = (
        f"POST /hooks/desk HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-timestamp: {stamp}\r\nx-signature: {signed}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def test_it_keeps_the_rules_of_the_house(copy: Path) -> None:
    """The code on the page passes the linter, and the walls stand around it as around any other."""
    ended = run(copy, "-m", "ruff", "check", "--no-cache", *sorted(NEW | LINES.keys()))
    assert ended.returncode == 0, ended.stdout
    assert run(copy, "-m", "ruff", "format", "--no-cache", "--check", *sorted(NEW)).returncode == 0
    ended = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", WALLS, "tests/house/test_walls.py")
    assert ended.returncode == 0, ended.stdout


def test_a_page_that_has_gone_stale_is_noticed(copy: Path) -> None:
    """Lines that stand nowhere any more, or stand there already, are refused."""
    for block in (block for block in BLOCKS if block.kind == "diff"):
        with pytest.raises(ValueError, match="does not hold these lines"):
            Block("diff", block.path, block.code.replace("\n+", " gone\n+")).apply(copy)
