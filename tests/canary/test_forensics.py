"""When the turn is over, nothing of it is in the memory of a hardened guide; a plain one is caught by the same search."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest

from bot.harden import tuned

from .forensics import Kin, Memory, changed, find, read
from .looks import PROC
from .marks import Finding
from .rooms import BLINK, PATIENCE, serving
from .talks import CHANNELS, Channel

MANY: Final = 200  # messages of one visit
ANYWHERE: Final = (  # `dhaal` on this machine, whatever its swap
    sys.executable, "-c", "import sys, bot.harden; bot.harden.swaps = list; from bot.cli import main; sys.exit(main())",
)  # fmt: skip
pytestmark = [pytest.mark.whole, pytest.mark.skipif(not PROC.exists(), reason="looks at /proc")]


def visit(folder: Path, profile: str, channel: Channel, until: Callable[[list[Finding]], bool]) -> list[Finding]:
    """Talk to a guide, let the turns end, and search its memory, until what is found is as expected."""
    with channel() as (settings, talk), serving(folder, ANYWHERE, DHAAL_PROFILE=profile, **settings) as server:
        talk(server, Kin())  # what is loaded when it is first needed is there now
        before, marks = _allowed(server.process.pid), Kin()
        talk(server, marks)
        assert len(marks.all) >= MANY
        ends = monotonic() + PATIENCE
        while True:
            last = monotonic() > ends  # a look takes long on a busy machine; the last one begins when all is over
            found = find(marks, changed(read(server.process.pid), before))
            if last or until(found):
                return found
            sleep(BLINK)


def _allowed(pid: int) -> Memory:
    """Read a memory; where that is forbidden, say so, but never in CI."""
    try:
        return read(pid)
    except PermissionError:
        if os.environ.get("CI"):
            raise
        pytest.skip("MEMORY WAS NOT SEARCHED: reading another process needs root, or CAP_SYS_PTRACE.")


@pytest.mark.parametrize("name", CHANNELS)
def test_a_hardened_guide_forgets(tmp_path: Path, name: str) -> None:
    """Of all that came through a channel no mark is left in memory, in any encoding, once the turns are over."""
    assert visit(tmp_path, "hardened", CHANNELS[name], lambda found: not found) == []


@pytest.mark.parametrize("name", CHANNELS)
def test_a_plain_guide_is_caught(tmp_path: Path, name: str) -> None:
    """Without the profile the same search finds what was freed and not overwritten: so the test above can fail."""
    assert visit(tmp_path, "plain", CHANNELS[name], bool) != []


KEEPER: Final = """
import hashlib, struct, sys
from base64 import b64encode
words = bytes(byte ^ 1 for byte in sys.stdin.buffer.readline().strip()).decode()  # it came in disguise
kept = {}
del words
print(flush=True)
sys.stdin.read()
"""
KEPT: Final = {
    "words": "plain", "words.encode()": "plain", "words + chr(0x905)": "plain", "words + chr(0x1f636)": "UCS-4",
    "words.upper()": "plain", "words[::-1]": "reversed", "words.encode().hex()": "hex", "b64encode(words.encode())": "base64",
    "''.join(f'%{ord(one):02X}' for one in words)": "url", "''.join(f'&#{ord(one)};' for one in words)": "html",
    "''.join(f'\\\\u{ord(one):04x}' for one in words)": "escaped", "bytearray(words.encode())": "plain",
    "hashlib.sha256(words.encode()).digest()": "hash", "hashlib.md5(words.encode()).hexdigest()": "hash",
}  # fmt: skip
NUMBERS: Final = {"int(words)": "number", "struct.pack('>q', int(words))": "number", "-int(words)": "number", "words": "plain"}


def kept(shape: str, words: str, marks: Kin) -> set[tuple[str, str]]:
    """Start a program that keeps words in one shape and in no other, and search its memory."""
    command = [sys.executable, "-c", KEEPER.format(shape)]
    environ = {"LD_BIND_NOW": "1", "PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": tuned("")}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(bytes(byte ^ 1 for byte in words.encode()) + b"\n")
        process.stdin.flush()
        assert process.stdout.readline()
        return {(one.door, one.shape) for one in find(marks, _allowed(process.pid))}


@pytest.mark.parametrize("shape", KEPT)
def test_words_are_found_in_any_shape(shape: str) -> None:
    """Whatever a program makes of words, the search finds it, and finds nothing else."""
    marks = Kin()
    assert kept(shape, marks.new("door"), marks) == {("door", KEPT[shape])}


@pytest.mark.parametrize("shape", NUMBERS)
def test_numbers_are_found_in_any_shape(shape: str) -> None:
    """A chat's number is found as a number and as digits."""
    marks = Kin()
    assert kept(shape, str(marks.number("door")), marks) == {("door", NUMBERS[shape])}


def test_fractions_are_found() -> None:
    """A coordinate is found as a fraction."""
    marks = Kin()
    assert kept("float(words)", str(marks.coordinate("door")), marks) == {("door", "fraction")}
