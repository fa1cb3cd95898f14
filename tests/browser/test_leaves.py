"""The page leaves nothing behind, and lets one go at once."""

import pytest
from selenium.webdriver.common.keys import Keys

from bot.content.library import Library

from .chrome import Browser
from .guide import CHAT, kinds

pytestmark = pytest.mark.browser

FOCUS = "document.activeElement"


def _walk(browser: Browser) -> None:
    """Take some steps of a talk."""
    browser.open("/weather")
    browser.open()
    for _ in range(3):
        browser.click(".choice")
    browser.type("qzxv qzxv")


def _gone(browser: Browser) -> None:
    """Hold that the neutral page stands there."""
    assert browser.see("h1") == "Weather"
    assert browser.driver.title == "Weather"


def test_a_talk_is_one_entry_of_the_history(scripted: Browser) -> None:
    """With scripts a whole talk is one entry of the browser's history, under one neutral name."""
    _walk(scripted)
    assert scripted.ask("history.length") <= 3  # the empty tab, the weather, the guide
    assert scripted.driver.title == "Guide"
    assert scripted.driver.current_url == f"{scripted.site}/"


def test_leave_takes_the_guide_out_of_the_history(scripted: Browser) -> None:
    """After Leave, going back does not show the guide."""
    _walk(scripted)
    scripted.click(".leave")
    _gone(scripted)
    scripted.turn(scripted.driver.back)
    assert scripted.driver.current_url == f"{scripted.site}/weather"
    _gone(scripted)


def test_escape_twice_leaves(scripted: Browser) -> None:
    """Escape pressed twice leaves as Leave does; pressed once it does nothing."""
    _walk(scripted)
    scripted.keys(Keys.ESCAPE)
    assert scripted.driver.title == "Guide"
    scripted.turn(lambda: scripted.keys(Keys.ESCAPE, Keys.ESCAPE))
    _gone(scripted)


def test_leave_works_without_scripts(browser: Browser) -> None:
    """Leave is a plain link that works in every browser."""
    browser.open()
    browser.click(".leave")
    _gone(browser)


def test_nothing_is_stored_and_nobody_else_is_asked(browser: Browser, library: Library) -> None:
    """No cookie, no storage, no request to any other host, whatever one does."""
    browser.hosts()
    for press in dict(kinds(library)).values():
        browser.show(press, CHAT)
    browser.open()
    browser.type("qzxv qzxv")
    assert browser.hosts() == {browser.site.removeprefix("http://")}
    assert browser.driver.get_cookies() == []
    assert browser.ask("document.cookie") == ""
    assert browser.ask("localStorage.length + sessionStorage.length") == 0
    assert browser.ask("caches.keys().then(keys => keys.length)") == 0
    assert browser.ask("indexedDB.databases().then(found => found.length)") == 0
    assert browser.ask("history.state") is None


def test_the_policy_forbids_nothing_that_the_page_needs(browser: Browser) -> None:
    """The browser reports no breach of the policy on a walk."""
    browser.log("browser")
    browser.open()
    browser.click(".choice")
    browser.click(".choice")
    assert [entry["message"] for entry in browser.log("browser")] == []


def test_a_failed_request_keeps_the_screen(scripted: Browser) -> None:
    """Without a network the screen stays, and a calm notice says to try again."""
    scripted.open()
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    scripted.driver.execute_cdp_cmd("Network.enable", {})
    scripted.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    scripted.driver.find_element("css selector", ".choice").click()
    scripted.wait(f"{FOCUS}.id === 'trouble'")
    assert scripted.see("#trouble")
    assert scripted.see(".choice")
    assert scripted.axe() == []


def _tab_to(browser: Browser, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(40):
        if browser.ask(f"{FOCUS}.matches({selector!r})"):
            return
        browser.keys(Keys.TAB)
    pytest.fail(f"Tab never came to {selector}")


def _enter(browser: Browser, selector: str) -> None:
    """Go to a button by Tab and press Enter."""
    _tab_to(browser, selector)
    browser.turn(lambda: browser.keys(Keys.ENTER))


def test_keyboard_alone_reaches_a_contact(browser: Browser) -> None:
    """With Tab and Enter alone one comes from the language screen to a contact, and sees where the focus is."""
    contact = "section a"
    browser.open()
    _enter(browser, ".choice")
    _enter(browser, ".urgent")
    for _ in range(8):
        if browser.ask(f"!!document.querySelector({contact!r})"):
            break
        _enter(browser, ".choice")
    _tab_to(browser, contact)
    assert browser.ask(f"getComputedStyle({FOCUS}).outlineStyle") == "solid"
    assert browser.ask(f"{FOCUS}.href").startswith(("tel:", "https:", "mailto:", "sms:"))


def test_enter_in_the_words_sends_the_words(browser: Browser) -> None:
    """Enter in the line of words sends the words; it presses no button."""
    browser.open()
    before = browser.see("main > p:last-of-type")
    browser.type("qzxv qzxv")
    assert browser.see("main > p:last-of-type") == before
    assert browser.see("#notice")
