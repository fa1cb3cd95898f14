"""Both sides in a real Chromium: the helper's page and the person's, with all that a browser keeps of them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import Final

import pytest
from pyotp import TOTP
from selenium.webdriver.common.keys import Keys

from tests.browser.chrome import CHROMIUM, DRIVER, Browser

from .helpers import PASSWORD, until
from .people import ASK, HELPER

TALK: Final = "document.querySelector('.talk')"
ARRIVED: Final = f"[...({TALK}?.querySelectorAll('.state') ?? [])].at(-1)?.textContent === 'arrived'"
HELD: Final = (  # everything that a page can hold
    "Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker?.getRegistrations() ?? []]).then(found =>"
    " JSON.stringify([document.documentElement.outerHTML, [...document.querySelectorAll('input,textarea')].map(it => it.value),"
    " document.title, {...localStorage}, {...sessionStorage}, found.map(it => it.length), history.state, document.cookie,"
    " performance.getEntries().map(it => it.name)]))"
)


@contextmanager
def browsing(site: str, profile: Path, width: int = 1280) -> Iterator[Browser]:
    """Open a browser with a new profile, which stays when it is closed. In CI there must be one."""
    missing = [path for path in (CHROMIUM, DRIVER) if not Path(path).exists()]
    if missing:
        say = f"NOT TESTED IN A BROWSER: {' and '.join(missing)} missing. Install chromium and chromium-driver."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(say)
    browser = Browser(site, profile, scripts=True, asks="en")
    browser.look(width)
    try:
        yield browser
    finally:
        browser.driver.quit()


def held(browser: Browser) -> bytes:
    """Give everything that the page holds: document, fields, title, storage, history."""
    return str(browser.ask(HELD)).encode()


def kept(profile: Path) -> dict[str, bytes]:
    """Give every file of a profile, once its browser is closed."""
    return {f"profile {path.relative_to(profile)}": path.read_bytes() for path in profile.rglob("*") if path.is_file()}


def shoot(browser: Browser, path: Path) -> None:
    """Keep a picture of the page, for somebody to look at."""
    browser.driver.save_screenshot(str(path))


class Desk:
    """A helper's page."""

    def __init__(self, browser: Browser) -> None:
        """Take the browser."""
        self.browser = browser

    def join(self, path: str) -> None:
        """Take up an invitation: password, code, promise."""
        self.browser.open(path)
        key = self.browser.see("main code").replace(" ", "")
        for name, words in (("password", PASSWORD), ("again", PASSWORD), ("code", TOTP(key).at(int(time())))):
            self.browser.driver.find_element("id", name).send_keys(words)
        self.browser.ask("document.querySelector('[name=promise]').click()")
        self.browser.turn(self.browser.driver.find_element("css selector", "button.main").click)
        self.ready()

    def ready(self) -> None:
        """Wait until the page is filled."""
        self.browser.wait("!!document.querySelector('#queue')?.children.length")

    def take(self) -> None:
        """Take whoever waits."""
        self.browser.wait("!!document.querySelector('#queue [data-act=take] button')")
        self.browser.ask("document.querySelector('#queue [data-act=take] button').click()")
        self.browser.wait(f"!!{TALK}")

    def sees(self, words: str) -> None:
        """Wait for words in the talk."""
        self.browser.wait(f"({TALK}?.textContent ?? '').includes({words!r})")

    def say(self, words: str) -> None:
        """Write, and wait until it arrived."""
        self.browser.driver.find_element("css selector", ".say textarea").send_keys(words, Keys.ENTER)
        self.browser.wait(f"{TALK}.textContent.includes({words!r})")
        self.browser.wait(ARRIVED)

    def draft(self, words: str) -> None:
        """Write without sending."""
        self.browser.driver.find_element("css selector", ".say textarea").send_keys(words)

    def card(self) -> str:
        """Send the first card that is suggested; give what the helper reads of it."""
        self._press(".picks button")
        self.browser.wait(f"!!{TALK}.querySelector('.sides')")
        read = str(self.browser.ask(f"{TALK}.querySelector('.sides .text').textContent"))
        lines = f"{TALK}.querySelectorAll('.line.you').length"
        before = self.browser.ask(lines)
        self._press("[data-act=send] .main")
        self.browser.wait(f"{lines} > {before}")
        self.browser.wait(ARRIVED)
        return read

    def end(self) -> None:
        """End it, and wait until it is off the page."""
        self._press("[data-act=end] .main")
        self.gone()

    def gone(self, seconds: float = 20.0) -> None:
        """Wait until no talk is on the page."""
        until(lambda: self.browser.ask(f"!{TALK}"), seconds, "The end on the helper's page")

    def _press(self, selector: str) -> None:
        self.browser.ask(f"{TALK}.querySelectorAll('details').forEach(it => it.open = true)")
        self.browser.wait(f"!!{TALK}.querySelector('{selector}')")
        self.browser.ask(f"{TALK}.querySelector('{selector}').click()")


class Page:
    """A person's page."""

    def __init__(self, browser: Browser) -> None:
        """Take the browser."""
        self.browser = browser

    @property
    def text(self) -> str:
        """Read the page; its own looks put new parts in place at any moment, so it is read at once."""
        return str(self.browser.ask("document.querySelector('main')?.innerText ?? ''"))

    def go(self, label: str) -> None:
        """Press a button, and wait for another screen. The page's own script puts it in place."""
        before = self.browser.ask("document.body.dataset.old = 'yes'; 1")
        found = f"[...document.querySelectorAll('button')].find(it => it.textContent.includes({label!r}))"
        assert self.browser.ask(f"{before} && !!{found}"), (label, self.browser.see("body"))
        self.browser.ask(f"{found}.click()")
        self.browser.wait("!document.body.dataset.old")

    def to_the_desk(self) -> None:
        """Go from the first screen to the consent, through a country."""
        self.browser.open("/")
        for label in ("English", "Yes, go on", "Talk to a person", "India"):
            self.go(label)
        until(lambda: HELPER in self.text or self._again(), what="A helper on the page")
        self.go(HELPER)

    def ask(self) -> None:
        """Ask for a helper."""
        self.go(ASK)

    def say(self, words: str) -> None:
        """Type words and press Enter."""
        self.browser.ask("document.body.dataset.old = 'yes'; 1")
        self.browser.driver.find_element("id", "words").send_keys(words, Keys.ENTER)
        self.browser.wait("!document.body.dataset.old")

    def sees(self, words: str) -> None:
        """Wait until the page's own looks bring some words."""
        until(lambda: words in self.text, what=f"{words!r} on the person's page")

    def _again(self) -> bool:
        self.go("Back")
        self.go("India")
        return HELPER in self.text
