"""The search itself is searched for holes: every shape is found, and nothing else."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import blake2b, md5, sha256
from typing import Literal
from urllib.parse import quote

import pytest

from .marks import Marks

WAYS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "hex, spaced": lambda text: text.encode().hex(" ").upper().encode(),
    "base64": lambda text: b64encode(text.encode()),
    "base64, one along": lambda text: b64encode(b"x" + text.encode()),
    "base64, two along": lambda text: b64encode(b"xy" + text.encode() + b"z"),
    "base64 for URLs": lambda text: urlsafe_b64encode(b"{" + text.encode() + b"}"),
    "URL": lambda text: quote(text).encode(),
    "URL, every letter": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()).encode(),
    "HTML": lambda text: html.escape(text).encode(),
    "HTML, every letter": lambda text: "".join(f"&#{ord(letter)};" for letter in text).encode(),
    "JSON": lambda text: json.dumps({"words": text}).encode(),
    "escaped": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text).encode(),
    "reversed": lambda text: text[::-1].encode(),
    "SHA-256": lambda text: sha256(text.encode()).hexdigest().encode(),
    "SHA-256, raw": lambda text: sha256(text.encode()).digest(),
    "SHA-256, base64": lambda text: b64encode(sha256(text.encode()).digest()),
    "MD5": lambda text: md5(text.encode(), usedforsecurity=False).hexdigest().encode(),
}
COSTUMES = ["{}", "My name is <b>{}</b> & 'you'", "https://{}.example/{}?{}", "{}@mail.example", "नाम {} है"]


@pytest.mark.parametrize("costume", COSTUMES)
@pytest.mark.parametrize("way", WAYS)
def test_every_shape_is_found(way: str, costume: str) -> None:
    """A mark is found in whatever shape it hides, in the middle of other bytes."""
    marks = Marks()
    sent = marks.new("words", costume)
    found = marks.find({"there": b"some \xff bytes " + WAYS[way](sent) + b" and more"})
    assert {(finding.door, finding.place) for finding in found} == {("words", "there")}


def test_a_number_is_found() -> None:
    """A phone number is found even when its costume is taken off."""
    marks = Marks()
    sent = marks.phone("phone", "+91 {}")
    assert marks.find({"there": sent.removeprefix("+91 ").encode()})


def test_nothing_is_found_where_nothing_is() -> None:
    """Other words, other marks and the beginning of a mark are no findings."""
    marks, others = Marks(), Marks()
    sent, foreign = marks.new("words"), others.new("words")
    assert not marks.find({"there": b"words " + foreign.encode() + sent[:7].encode() + b" AAAA= 00 %41"})


@pytest.mark.parametrize("end", ["big", "little"])
def test_a_number_is_found_in_binary(end: Literal["big", "little"]) -> None:
    """The number of a chat is found as text, packed into bytes, negative too, and hashed as programs do it by default."""
    marks = Marks()
    number = marks.number("chat")
    places = {
        "text": b"%d" % number,
        "packed": (-number).to_bytes(8, end, signed=True),
        "hash": blake2b(b"%d" % number).digest(),
    }
    assert {one.place for one in marks.find(places)} == {*places}
