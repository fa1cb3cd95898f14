"""All memory of a live process, read from outside, and the search for marks in it."""

import re
import secrets
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from mmap import PAGESIZE
from typing import Final, TypeAlias

from .looks import PROC, family
from .marks import LENGTH, LETTERS, Finding, Mark, Marks

Memory: TypeAlias = Mapping[str, bytes]  # what each readable region holds, under its process, address and name

SHARED: Final = 9  # letters or digits at the beginning of every mark of one visit
AROUND: Final = 8 * LENGTH  # bytes beside a finding in which the whole mark must lie
KERNEL: Final = re.compile(r"\[v(var|syscall)")  # pages of the kernel's own, the same for everybody
DIGIT: Final = 30  # bits of a number that CPython keeps together
LINE: Final = 64  # bytes that are compared
WORD: Final = re.compile(rb"[\w+/-]{16,}")  # what a digest in letters lies in


def _part(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


@dataclass
class Kin(Marks):
    """Marks that begin alike, so that one look for the beginning finds any of them; numbers are looked for one by one."""

    letters: str = field(default_factory=lambda: _part(LETTERS, SHARED))
    digits: str = field(default_factory=lambda: _part("123456789", SHARED))
    binaries: dict[bytes, Finding] = field(default_factory=dict)

    def new(self, door: str, costume: str = "{}") -> str:
        """Make a mark of letters."""
        return self._dressed(door, costume, self.letters + _part(LETTERS, LENGTH - SHARED))

    def phone(self, door: str, costume: str = "{}") -> str:
        """Make a mark of digits."""
        return self._dressed(door, costume, self.digits + _part("123456789", LENGTH - SHARED))

    def number(self, door: str) -> int:
        """Make a number that the program may hold as a number: a chat's or a person's."""
        number = int(self.phone(door))
        forms = [struct.pack("<II", number & ((1 << DIGIT) - 1), number >> DIGIT)]  # as CPython holds it
        forms += [struct.pack(kind, one) for kind in ("<q", ">q") for one in (number, -number)]
        self.binaries |= dict.fromkeys(forms, Finding(door, "", "number"))
        return number

    def coordinate(self, door: str) -> float:
        """Make a place on earth."""
        degrees = float(self.phone(door, "1.{}"))
        self.binaries[struct.pack("<d", degrees)] = Finding(door, "", "fraction")
        return degrees

    def _dressed(self, door: str, costume: str, part: str) -> str:
        return self._add(door, costume.replace("{}", part), part)

    @property
    def beginnings(self) -> Mapping[bytes, str]:
        """Give every form of what all marks begin with, and the name of its shape."""
        both = (Mark("", beginning, beginning) for beginning in (self.letters, self.digits))
        return {form: shape for mark in both for shape, forms in reversed(list(shapes(mark))) for form in forms}

    def door(self, window: bytes, shape: str) -> str:
        """Tell whose mark lies in a piece of memory."""
        return next((mark.door for mark in self.all if any(form in window for form in _forms(mark)[shape])), "a piece")


def shapes(mark: Mark) -> Iterator[tuple[str, frozenset[bytes]]]:
    """Give every shape of a mark that begins as the mark begins, with the ways in which Python keeps text inside."""
    yield from ((shape, forms) for shape, forms in mark.shapes.items() if shape != "hash")
    texts = [form.decode() for form in mark.shapes["plain"] if b"\0" not in form]
    yield "UCS-4", frozenset(text.encode(code) for text in texts for code in ("utf-32-le", "utf-32-be"))


@cache
def _forms(mark: Mark) -> Mapping[str, frozenset[bytes]]:
    return dict(shapes(mark))


def read(pid: int) -> Memory:
    """Read every readable region of a process and of those it started.

    Raises:
        PermissionError: if this process may not.
        OSError: if a region cannot be read to its end; what was not read must not pass for clean.
    """
    return {place: content for one in family(pid) for place, content in _regions(one)}


def _regions(pid: int) -> Iterator[tuple[str, bytes]]:
    with (PROC / str(pid) / "mem").open("rb", buffering=0) as memory:
        for line in (PROC / str(pid) / "maps").read_text().splitlines():
            span, rights, *_, name = [*line.split(maxsplit=5), ""][:6]
            start, end = (int(bound, 16) for bound in span.split("-"))
            if rights.startswith("r") and not KERNEL.match(name):
                memory.seek(start)
                content = memory.read(end - start)
                if len(content) != end - start:
                    message = f"{line}: {len(content)} bytes could be read"
                    raise OSError(message)
                yield f"{pid} {start:x} {name}", content


def changed(memory: Memory, before: Memory) -> Memory:
    """Give what is not as it was before, where it stands; what was made since can be nowhere else."""
    parts = {place: b"".join(_parts(content, before.get(place, b""))) for place, content in memory.items()}
    return {place: part for place, part in parts.items() if part}


def _parts(content: bytes, before: bytes) -> Iterator[bytes]:
    """Compare page by page, and those that differ line by line; what stood side by side still does."""
    for page in _differing(content, before, range(0, len(content), PAGESIZE), PAGESIZE):
        yield from (content[at : at + LINE] for at in _differing(content, before, range(page, page + PAGESIZE, LINE), LINE))


def _differing(content: bytes, before: bytes, places: range, size: int) -> Iterator[int]:
    return (at for at in places if content[at : at + size] != before[at : at + size])


def find(marks: Kin, memory: Memory) -> list[Finding]:
    """Look for every mark in every shape."""
    looks = (_letters, _binaries, _hashes)
    return [finding for place, content in memory.items() for look in looks for finding in look(marks, place, content)]


def _letters(marks: Kin, place: str, content: bytes) -> Iterator[Finding]:
    for form, shape in marks.beginnings.items():
        at = content.find(form)
        while at >= 0:
            yield Finding(marks.door(content[max(0, at - AROUND) : at + AROUND], shape), place, shape)
            at = content.find(form, at + 1)


def _binaries(marks: Kin, place: str, content: bytes) -> Iterator[Finding]:
    return (replace(finding, place=place) for form, finding in marks.binaries.items() if form in content)


def _hashes(marks: Kin, place: str, content: bytes) -> Iterator[Finding]:
    words = b" ".join(set(WORD.findall(content)))
    for mark in marks.all:
        if any(form in (words if WORD.fullmatch(form) else content) for form in mark.shapes["hash"]):
            yield Finding(mark.door, place, "hash")
