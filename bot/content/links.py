"""Every address and number that the guide can name: what it is, in which record or sentence, and where that stands."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.content.directory import Contact, Country
from bot.content.hosts import bare
from bot.content.library import Library
from bot.content.platforms import Platform
from bot.content.problems import Spot
from bot.content.records import Proof

# labels with dots between, the last in letters; a new sentence begins with a capital or behind a space, and is no host
_HOST: Final = re.compile(r"(?<![\w.-])(?:[\w-]+\.)+(?:[a-z]{2,24}|[A-Z]{2,24}|xn--[\w-]+)(?![\w-])")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<![\w.])\+?\d(?:[\d -]*\d)?(?!\w)")
_FEWEST_DIGITS: Final = 3  # of a number that can be dialled
_SCHEMES: Final = {"mailto": "email", "tel": "phone", "https": "web", "http": "web"}


@dataclass(frozen=True, slots=True)
class Mention:
    """One address or number in one place; `kind` is web, email, phone, sms, whatsapp, or (in a sentence) host, number."""

    address: str
    kind: str
    where: str
    says: str
    spot: Spot
    proof: Proof | None = None

    @property
    def host(self) -> str | None:
        """Give the host that it leads to, if it is one that has a host."""
        if self.kind == "email":
            return bare(self.address.rpartition("@")[2])
        if self.kind == "web":
            return bare(urlsplit(self.address).hostname or "")
        return self.address if self.kind == "host" else None


def mentions(library: Library) -> Iterator[Mention]:
    """List them all, in the order of the files; sentences in English (a law holds translations to the same)."""
    for country in library.countries.values():
        yield from _of_country(country)
    for platform in library.platforms.values():
        yield from _of_platform(platform)
    for message in library.messages:
        yield from written(message.text.english, message.text.context, message.spot)


def written(text: str, where: str, spot: Spot) -> Iterator[Mention]:
    """List what stands in a sentence."""
    yield from (Mention(host, "host", where, text, spot) for host in sorted(hosts_in(text)))
    yield from (Mention(number, "number", where, text, spot) for number in sorted(numbers_in(text)))


def hosts_in(text: str) -> set[str]:
    """Find every host in a sentence."""
    linked = (urlsplit(match.group()).hostname or "" for match in _ADDRESS.finditer(text))
    return {bare(host) for host in (*linked, *(match.group() for match in _HOST.finditer(text))) if host}


def numbers_in(text: str) -> set[str]:
    """Find every number of three digits or more, in the digits 0 to 9."""
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    found = (match.group() for match in _NUMBER.finditer(plain))
    return {number for number in found if sum(map(str.isdecimal, number)) >= _FEWEST_DIGITS}


def _of_country(country: Country) -> Iterator[Mention]:
    if country.emergency and country.emergency_proof:
        proof = country.emergency_proof
        yield Mention(country.emergency, "phone", f"{country.code}.emergency", "Emergency", proof.spot, proof)
    for contact in country.contacts:
        says = f"{contact.name}: {contact.note.english}" if contact.note else contact.name
        for address, kind in _reach(contact):
            yield Mention(address, kind, contact.id, says, contact.proof.spot, contact.proof)
        yield from _named(contact.name, contact.id, contact.proof)
    for law in country.laws:
        yield from _named(law.name, law.id, law.proof)


def _reach(contact: Contact) -> Iterator[tuple[str, str]]:
    ways = (
        (contact.phone, "phone"),
        (contact.whatsapp, "whatsapp"),
        (contact.sms and contact.sms.to, "sms"),
        (contact.email, "email"),
        (contact.url, "web"),
    )
    return ((address, kind) for address, kind in ways if address)


def _of_platform(platform: Platform) -> Iterator[Mention]:
    for link in platform.links:
        scheme, _, rest = link.url.partition(":")
        kind = _SCHEMES.get(scheme, "web")
        address = link.url if kind == "web" else rest
        yield Mention(address, kind, f"{platform.id}.{link.id}", link.says.english, link.proof.spot, link.proof)
    if platform.name:
        yield from _named(platform.name, platform.id, platform.proof)


def _named(name: str, where: str, proof: Proof) -> Iterator[Mention]:
    return (Mention(host, "host", where, name, proof.spot, proof) for host in sorted(hosts_in(name)))
