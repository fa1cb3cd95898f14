"""The web desk in the helper's language in a real Chromium: from right to left, narrow, light and dark."""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from bot.content.desk_phrases import DeskPhrase
from bot.content.library import Library
from bot.desks.web_desk.words import Tongue, Tongues
from bot.talk.handoff.brief import Brief

from .chrome import Browser
from .conftest import Open
from .desk import Site, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(library: Library) -> Iterator[tuple[str, Site]]:
    """Serve a desk."""
    with serving(library) as served:
        yield served


@pytest.fixture
def words(library: Library) -> Tongue:
    """Give what the desk says in Urdu, which is what the tests' browsers ask for."""
    return Tongues(library).of("ur")


@pytest.fixture
def helper(browsers: Open, served: tuple[str, Site]) -> Iterator[Browser]:
    """Open a browser, at the desk in English; sign out at the end."""
    url, site = served
    browser = browsers()
    browser.site = url
    site.helper(browser, "first")
    yield browser
    for person in site.exchange.front.cases:
        site.do(site.exchange.stop(person.address))
    browser.open("/desk/static/icon.svg")
    site.do(site.desk.floor.close())


def _choose(browser: Browser, tag: str) -> None:
    """Choose a language under Settings, as a hand does."""
    browser.ask("document.querySelector('.settings').open = true")
    browser.ask(f"document.getElementById('reads').value = '{tag}'")
    browser.driver.find_element("css selector", "[data-act=self] button").click()


def _fine(browser: Browser, *, dark: bool) -> None:
    """Hold a page against what every page keeps, at the width of a telephone."""
    browser.look(360, dark=dark)
    assert browser.ask("[document.documentElement.lang, document.documentElement.dir].join()") == "ur,rtl"
    assert browser.overflow() == 0
    assert browser.axe() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_desk_in_urdu(served: tuple[str, Site], helper: Browser, words: Tongue, *, dark: bool) -> None:
    """Chosen while nobody talks, the page changes at once; queue, talk, cards, leads' page and sign-in are whole in it."""
    person = served[1].person(Brief("ur", {"country": "PK", "who": "me", "what": "threatened"}, urgent=True))
    helper.turn(lambda: _choose(helper, "ur"))
    button = f"document.getElementById('take-{person.case}')"
    helper.wait(f"!!{button}")
    assert helper.ask(f"{button}.textContent") == words.say(DeskPhrase.TAKE, number=person.number)
    _fine(helper, dark=dark)
    helper.ask(f"{button}.click()")
    talk = f"document.getElementById('talk-{person.case}')"
    helper.wait(f"!!{talk}")
    person.say("مجھے مدد چاہیے۔ help 24 x " + "x" * 200)
    field = helper.driver.find_element("id", f"say-{person.case}")
    assert helper.ask(f"getComputedStyle({talk}.querySelector('textarea')).direction") == "rtl"
    field.send_keys("English words.", Keys.ENTER)
    helper.wait(f"{talk}.querySelectorAll('.line').length === 2")
    helper.wait(f"{talk}.querySelector('.state')?.textContent === '{words.say(DeskPhrase.ARRIVED)}'")
    mine = f"{talk}.querySelector('.line.you')"
    assert helper.ask(f"getComputedStyle({mine}.querySelector('p')).direction") == "ltr"
    assert helper.ask(f"{mine}.getBoundingClientRect().left < {talk}.querySelector('.line.them').getBoundingClientRect().left")
    helper.ask(f"{talk}.querySelectorAll('details').forEach(it => it.open = true)")
    helper.wait(f"!!{talk}.querySelector('.picks button')")
    helper.ask(f"{talk}.querySelector('.picks button').click()")
    helper.wait(f"!!{talk}.querySelector('.sides')")
    _fine(helper, dark=dark)
    helper.open("/desk/people")
    _fine(helper, dark=dark)
    helper.driver.delete_all_cookies()
    helper.open("/desk/sign-in")
    assert helper.see("h1") == words.say(DeskPhrase.SIGN_IN)
    _fine(helper, dark=dark)


def test_another_language_takes_no_words_away(served: tuple[str, Site], helper: Browser, words: Tongue) -> None:
    """Chosen during a talk, lists change at once and what was said stays; the page is in it after it is loaded again."""
    person = served[1].person()
    button, talk = f"document.getElementById('take-{person.case}')", f"document.getElementById('talk-{person.case}')"
    helper.wait(f"!!{button}")
    helper.ask(f"{button}.click()")
    helper.wait(f"!!{talk}")
    person.say("still here")
    helper.wait(f"{talk}.textContent.includes('still here')")
    _choose(helper, "ur")
    helper.wait(f"document.getElementById('queue').textContent.includes('{words.say(DeskPhrase.NOBODY_WAITS)}')")
    assert helper.ask("getComputedStyle(document.querySelector('#queue > div')).direction") == "rtl"
    assert helper.ask(f"{talk}.textContent.includes('still here')")
    assert helper.ask("document.documentElement.lang") == "en"
    helper.turn(helper.driver.refresh)
    assert helper.ask("[document.documentElement.lang, document.documentElement.dir].join()") == "ur,rtl"
