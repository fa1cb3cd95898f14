"""Look-alikes are seen, and nothing but known hosts can be shown (R17)."""

from itertools import combinations
from urllib.parse import urlsplit

import pytest

from bot.content.hosts import bare
from bot.content.library import Library
from bot.content.links import hosts_in, mentions, numbers_in
from bot.proof.lookalike import looks_like, near
from bot.proof.states import States
from bot.proof.views import Views
from tests.conftest import NOON

PUNY = "stopnc\u0456\u0456.org".encode("idna").decode()  # with two Cyrillic letters


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("takeitdown.help", "takeitdown.ncmec.org"),  # it asks for the pictures themselves
        ("take-it-down.org", "takeitdown.ncmec.org"),
        ("ncmec-takeitdown.org", "takeitdown.ncmec.org"),
        ("ncmec.com", "takeitdown.ncmec.org"),
        ("takeitdown.ncmec.org.secure.example", "takeitdown.ncmec.org"),
        ("stopncii.com", "stopncii.org"),
        ("stop-ncii.org", "stopncii.org"),
        ("stopncil.org", "stopncii.org"),
        ("stopnci.org", "stopncii.org"),
        ("stopnc\u0456\u0456.org", "stopncii.org"),
        (PUNY, "stopncii.org"),
        ("stopncii-support.org", "stopncii.org"),
        ("mystopncii.org", "stopncii.org"),
        ("cybercrirne.gov.in", "cybercrime.gov.in"),
        ("cybercrime-gov.in", "cybercrime.gov.in"),
        ("cybercrime.gov.in.help", "cybercrime.gov.in"),
        ("cybercrime.org.in", "cybercrime.gov.in"),
        ("ic3.com", "ic3.gov"),
        ("ic3-gov.com", "ic3.gov"),
        ("te1egram.org", "telegram.org"),
        ("whatsapp-support.com", "whatsapp.com"),
        ("revengepornhe1pline.org.uk", "revengepornhelpline.org.uk"),
        ("revengepornhelpline.co.uk", "revengepornhelpline.org.uk"),
        ("childline.org", "childline.org.uk"),
    ],
)
def test_a_look_alike_is_seen(host: str, known: str) -> None:
    """Other endings, hyphens, slips, foreign letters, and known names put in front or behind are seen for what they are."""
    assert near(host, known)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("wikipedia.org", "stopncii.org"),
        ("help.stopncii.org", "stopncii.org"),  # the same owner
        ("help.example.com", "help.x.com"),  # a word that all use
        ("support.google.com", "support.discord.com"),
        ("esafety.gov.au", "cyber.gov.au"),
    ],
)
def test_what_is_only_another_is_no_look_alike(host: str, known: str) -> None:
    """Another site is not called a look-alike; it still needs a line."""
    assert not near(host, known)


def test_known_hosts_are_told_apart(library: Library) -> None:
    """Of the listed hosts, those that look alike are named, and no others."""
    pairs = {frozenset(pair) for pair in combinations(library.hosts.why, 2) if near(*pair)}
    assert pairs <= library.hosts.alike
    assert frozenset({"takeitdown.ncmec.org", "takeitdown.ftc.gov"}) in pairs
    assert looks_like("takeitdown.help", library.hosts.why)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("Go to https://www.Example.org/a?b=c#d now.", {"example.org"}),
        ("See example.org, or EXAMPLE.COM.", {"example.org", "example.com"}),
        ("Write to us@mail.example.org.", {"mail.example.org"}),
        ("उसका असली पता stopncii.org है।", {"stopncii.org"}),
        ("\u2068stopncii.org\u2069", {"stopncii.org"}),
        ("https://stopncii.org@evil.example/", {"stopncii.org", "evil.example"}),
        ("st\u043epncii.org", {"st\u043epncii.org"}),
        ("It is done.Then rest. A. b. c, 2.5 and e.g. this.", set()),
    ],
)
def test_hosts_are_found_in_sentences(text: str, hosts: set[str]) -> None:
    """A host is found with or without a scheme, in any script around it; the end of a sentence is none."""
    assert hosts_in(text) == hosts


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call 999 or 0300 123 2040.", {"999", "0300 123 2040"}),
        ("१९३० पर", {"1930"}),
        ("Within 48 hours", set()),
        ("+91 11", {"+91 11"}),
    ],
)
def test_numbers_are_found_in_sentences(text: str, numbers: set[str]) -> None:
    """Numbers of three digits or more are found, in the digits of any script."""
    assert numbers_in(text) == numbers


def test_every_record_s_address_is_mentioned(library: Library) -> None:
    """The list for a fact-checker leaves out no number and no link of a contact or a platform."""
    listed = {(mention.where, mention.address) for mention in mentions(library)}
    for country in library.countries.values():
        for contact in country.contacts:
            reach = (contact.phone, contact.whatsapp, contact.email, contact.url, contact.sms and contact.sms.to)
            assert {(contact.id, way) for way in reach if way} <= listed
    for platform in library.platforms.values():
        for link in platform.links:
            assert (f"{platform.id}.{link.id}", link.url.removeprefix("mailto:").removeprefix("tel:")) in listed


def test_no_screen_links_to_another_host(library: Library, states: States) -> None:
    """Whatever is drawn, in any language, every link leads to a listed host, to a call, or to WhatsApp's own."""
    allowed = {*library.hosts.why, "wa.me"}
    for locale in library.languages:
        for view in Views(library, states, NOON).of(locale):
            for link in view.links:
                scheme, _, rest = link.partition(":")
                host = rest.rpartition("@")[2] if scheme == "mailto" else urlsplit(link).hostname or ""
                assert scheme in {"tel", "sms"} or bare(host) in allowed, link
