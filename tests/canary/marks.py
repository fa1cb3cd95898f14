"""Marked words that nobody else writes, and the search for them in every shape they might hide in."""

import html
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import blake2b, md5, sha1, sha256, sha512
from urllib.parse import quote, quote_plus

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LENGTH = 14  # letters of a core: never met by chance
END = b">\n"  # of a line of a page; no shape of a mark holds it
HASHES = (sha256, md5, sha1, sha512, blake2b, partial(blake2b, digest_size=16), partial(blake2b, digest_size=32))
WIDE = 8  # bytes of a number where programs pack it


def core() -> str:
    """Make letters that no file and no page can hold by chance."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def digits() -> str:
    """Make a phone number that nobody has."""
    return "0" + "".join(secrets.choice("123456789") for _ in range(LENGTH))


@dataclass(frozen=True)
class Mark:
    """One marked word: what is sent, and the part of it that is looked for."""

    door: str
    sent: str
    core: str
    number: bool = False

    @cached_property
    def shapes(self) -> Mapping[str, frozenset[bytes]]:
        """List every shape of the mark, under its name."""
        whole = {self.sent, self.core}
        return {
            "plain": frozenset(one.encode(code) for one in _cases(self.core) for code in ("utf-8", "utf-16-le", "utf-16-be")),
            "hex": frozenset(shape for one in _cases(self.core) for shape in _hex(one.encode())),
            "base64": frozenset(shape for one in _cases(self.core) for shape in _base64(one.encode())),
            "url": frozenset(shape.encode() for one in _cases(self.core) for shape in _url(one)),
            "html": frozenset(shape.encode() for shape in _html(self.core)),
            "reversed": frozenset(one[::-1].encode() for one in _cases(self.core)),
            "hash": frozenset(shape for one in whole for shape in _hashes(one.encode())),
            "escaped": frozenset(shape.encode() for shape in _escaped(self.core)),
            "packed": frozenset(_packed(int(self.core)) if self.number else ()),
        }


def _cases(text: str) -> Iterator[str]:
    yield from dict.fromkeys((text, text.lower(), text.upper(), text.capitalize()))


def _hex(raw: bytes) -> Iterator[bytes]:
    for joint in ("", " ", ":"):
        plain = raw.hex(joint) if joint else raw.hex()
        yield from (plain.encode(), plain.upper().encode())


def _base64(raw: bytes) -> Iterator[bytes]:
    """Encode at all three alignments, without the letters at the ends that hang on what stands beside."""
    for before in range(3):
        padded = b"\0" * before + raw
        keep = slice(-(-before * 8 // 6), len(padded) * 8 // 6)
        yield from (b64encode(padded)[keep], urlsafe_b64encode(padded)[keep])


def _url(text: str) -> Iterator[str]:
    every = "".join(f"%{byte:02X}" for byte in text.encode())
    yield from (quote(text, safe=""), quote_plus(text, safe=""), every, every.lower(), every.replace("%", "%25"))


def _html(text: str) -> Iterator[str]:
    yield html.escape(text)
    yield "".join(f"&#{ord(letter)};" for letter in text)
    yield "".join(f"&#x{ord(letter):x};" for letter in text)


def _escaped(text: str) -> Iterator[str]:
    yield "".join(f"\\x{ord(letter):02x}" for letter in text)
    yield "".join(f"\\u{ord(letter):04x}" for letter in text)


def _packed(number: int) -> Iterator[bytes]:
    for sign in (number, -number):
        yield from (sign.to_bytes(WIDE, end, signed=True) for end in ("big", "little"))
    yield from (f"{number:x}".encode(), f"{number:X}".encode())


def _hashes(raw: bytes) -> Iterator[bytes]:
    for algorithm in HASHES:
        digest = algorithm(raw, usedforsecurity=False).digest()
        yield from (digest, digest.hex().encode(), digest.hex().upper().encode(), b64encode(digest).rstrip(b"="))
        yield urlsafe_b64encode(digest).rstrip(b"=")


@dataclass(frozen=True, slots=True)
class Finding:
    """A mark that was kept or shown: which, where, and in what shape."""

    door: str
    place: str
    shape: str


@dataclass
class Marks:
    """The marks of one visit."""

    all: list[Mark] = field(default_factory=list)

    def new(self, door: str, costume: str = "{}") -> str:
        """Make a mark for a door, dressed as a name, an address, a header ..., and give what is to be sent."""
        part = core()
        return self._add(door, costume.replace("{}", part), part)

    def phone(self, door: str, costume: str = "{}") -> str:
        """Make a mark of digits."""
        part = digits()
        return self._add(door, costume.replace("{}", part), part)

    def number(self, door: str) -> int:
        """Make a mark that is a number: a chat's or a person's. It is looked for in binary too."""
        part = digits().lstrip("0")
        self.all.append(Mark(door, part, part, number=True))
        return int(part)

    def _add(self, door: str, sent: str, part: str) -> str:
        self.all.append(Mark(door, sent, part))
        return sent

    def find(self, places: Mapping[str, bytes]) -> list[Finding]:
        """Look for every mark in every shape in every place."""
        parts = {part for content in places.values() for part in content.split(END)}  # pages are much alike
        hay = b"\0".join(parts)
        shown = [mark for mark in self.all if any(form in hay for forms in mark.shapes.values() for form in forms)]
        return [
            Finding(mark.door, place, shape)
            for place, content in places.items()
            for mark in shown
            for shape, forms in mark.shapes.items()
            if any(form in content for form in forms)
        ]
