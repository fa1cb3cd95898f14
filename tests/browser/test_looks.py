"""Everybody can use the page: axe, narrow phones, the dark, right to left, and no scripts."""

import pytest

from bot.content.library import Library

from .chrome import Browser
from .conftest import Open
from .guide import CHAT, kinds

pytestmark = pytest.mark.browser

NAMES = ("ask", "contacts", "pick", "route", "links", "person", "end", "danger", "lost", "farewell")


def _sound(browser: Browser) -> None:
    """Hold the page that stands there against axe and a narrow phone, by day and by night."""
    assert browser.overflow() == 0
    assert browser.axe() == []
    browser.look(dark=True)
    assert browser.axe() == []
    browser.look()


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_screen(browser: Browser, library: Library, name: str) -> None:
    """Axe has no objection to any kind of screen, and none is wider than 320 pixels."""
    browser.show(dict(kinds(library))[name], CHAT)
    assert browser.see("main").strip()
    _sound(browser)


@pytest.mark.parametrize("name", NAMES)
def test_right_to_left(browser: Browser, urdu: Library, name: str) -> None:
    """The same holds in a language that is written from right to left."""
    browser.show(dict(kinds(urdu))[name], CHAT, "/ur/")
    assert browser.ask("document.documentElement.dir") == "rtl"
    assert browser.ask("document.documentElement.lang") == "ur"
    _sound(browser)


@pytest.mark.parametrize("path", ["/", "/broken/", "/no/such/page"])
def test_pages_without_a_talk(browser: Browser, path: str) -> None:
    """The first page, the page of our own trouble and the page of a lost address are sound."""
    browser.open(path)
    _sound(browser)


def test_notice(browser: Browser) -> None:
    """Words that are not understood bring a notice; with scripts, the focus is on it."""
    browser.open()
    browser.type("qzxv qzxv")
    assert browser.see("#notice")
    if browser.scripts:
        assert browser.ask("document.activeElement.id") == "notice"
    _sound(browser)


def test_big_enough_to_tap(browser: Browser) -> None:
    """Every button, and Leave, is at least 48 pixels high; no text is smaller than 16 pixels."""
    browser.open()
    heights = "[...document.querySelectorAll('button, .leave, #words')].map(it => it.getBoundingClientRect().height)"
    sizes = "[...document.querySelectorAll('body :not([type=hidden])')].map(it => parseFloat(getComputedStyle(it).fontSize))"
    assert min(browser.ask(heights)) >= 48
    assert min(browser.ask(sizes)) >= 16


def test_leave_is_always_in_sight(browser: Browser, library: Library) -> None:
    """Leave stays at the top, at the end of the line, however far one scrolls."""
    browser.show(dict(kinds(library))["contacts"], CHAT)
    browser.ask("scrollTo(0, document.body.scrollHeight)")
    box = browser.ask("document.querySelector('.leave').getBoundingClientRect().toJSON()")
    assert browser.ask("scrollY") > 0
    assert box["top"] >= 0
    assert box["bottom"] < 70
    assert box["right"] > 290


def test_scripts_change_nothing_that_is_said(browsers: Open, library: Library) -> None:
    """With and without scripts the same words and buttons stand on every kind of screen."""
    scripted, plain = browsers(), browsers(scripts=False)
    for press in dict(kinds(library)).values():
        scripted.show(press, CHAT)
        plain.show(press, CHAT)
        assert scripted.see("body") == plain.see("body")
