"""The whole web desk in a real Chromium: talks, cards, ends, and nothing left of any of it."""

from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from bot.content.library import Library
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Over
from tests.desks.web.stage import until

from .chrome import Browser
from .conftest import Open
from .desk import Person, Site, serving

pytestmark = pytest.mark.browser

CANARY = "canary-Wd7 मुझे मदद चाहिए"
Helpers = Callable[..., Browser]


@pytest.fixture(scope="module")
def served(library: Library) -> Iterator[tuple[str, Site]]:
    """Serve a desk."""
    with serving(library) as served:
        yield served


@pytest.fixture
def desk(served: tuple[str, Site]) -> Site:
    """Give what the desk is made of, with nobody at it."""
    return served[1]


@pytest.fixture
def helpers(browsers: Open, served: tuple[str, Site]) -> Iterator[Helpers]:
    """Open a browser in which a helper is signed in; all are signed out at the end."""
    url, site = served
    opened = []

    def start(name: str = "asha") -> Browser:
        browser = browsers()
        browser.site = url
        site.helper(browser, name)
        opened.append(browser)
        return browser

    yield start
    for person in site.exchange.front.cases:
        site.do(site.exchange.stop(person.address))
    for browser in opened:
        browser.open("/desk/static/icon.svg")
    site.do(site.desk.floor.close())


def _take(browser: Browser, person: Person) -> None:
    """Talk with somebody."""
    button = f"document.getElementById('take-{person.case}')"
    browser.wait(f"!!{button}")
    browser.ask(f"{button}.click()")
    browser.wait(f"!!{_talk(person)}")


def _talk(person: Person) -> str:
    return f"document.getElementById('talk-{person.case}')"


def _write(browser: Browser, person: Person, words: str) -> None:
    browser.driver.find_element("id", f"say-{person.case}").send_keys(words, Keys.ENTER)
    browser.wait(f"[...{_talk(person)}.querySelectorAll('.state')].at(-1)?.textContent === 'arrived'")


def _press(browser: Browser, person: Person, selector: str) -> None:
    """Press a button of a talk, in whatever is folded."""
    browser.ask(f"{_talk(person)}.querySelectorAll('details').forEach(it => it.open = true)")
    browser.wait(f"!!{_talk(person)}.querySelector('{selector}')")
    browser.ask(f"{_talk(person)}.querySelector('{selector}').click()")


def _left(browser: Browser) -> str:
    """Give everything that a browser page can hold: the document, fields, title, storage, history."""
    kept = (
        "Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker?.getRegistrations() ?? []])"
        ".then(found =>"
        " JSON.stringify([document.documentElement.outerHTML,"
        " [...document.querySelectorAll('input,textarea')].map(it => it.value),"
        " document.title, performance.getEntries().map(it => it.name)]) + '|' + JSON.stringify([{...localStorage},"
        " {...sessionStorage}, found.map(it => it.length), history.state, document.cookie]))"
    )
    return str(browser.ask(kept))


def test_a_talk_in_the_browser(desk: Site, helpers: Helpers) -> None:
    """A helper takes somebody, both write, a card goes out in the person's language, and it ends; then all of it is gone."""
    browser, person = helpers(), desk.person()
    _take(browser, person)
    person.say(CANARY)
    browser.wait(f"{_talk(person)}.querySelectorAll('.line.them').length === 1")
    assert browser.ask(f"{_talk(person)}.querySelector('.line.them p').textContent") == CANARY
    _write(browser, person, "I am here. reply-Wd7")
    assert person.voice.told == ["I am here. reply-Wd7"]
    _press(browser, person, ".picks button")
    browser.wait(f"!!{_talk(person)}.querySelector('.sides [lang=hi]')")
    assert "You are not alone" in browser.ask(f"{_talk(person)}.querySelector('.sides [lang=en]').textContent")
    _press(browser, person, "[data-act=send] .main")
    browser.wait(f"{_talk(person)}.querySelectorAll('.line.you').length === 2")
    assert "आप अकेले नहीं हैं" in person.voice.told[-1]
    browser.driver.find_element("id", f"say-{person.case}").send_keys("draft-Wd7")
    assert "canary-Wd7" in _left(browser)
    _press(browser, person, "[data-act=end] .main")
    browser.wait(f"!{_talk(person)}")
    left = _left(browser)
    assert [word for word in ("Wd7", "अकेले", "मदद") if word in left] == []
    assert left.endswith('|[{},{},[0,0,0],null,""]')
    assert browser.ask("history.length") <= 4
    assert [entry["message"] for entry in browser.log("browser")] == []
    assert person.voice.shown[-1].over is Over.ENDED


def test_the_person_ends_it(desk: Site, helpers: Helpers) -> None:
    """Then the page says so, the words are gone, and the focus is not lost if it was there."""
    browser, person = helpers(), desk.person()
    _take(browser, person)
    person.say(CANARY)
    browser.wait(f"{_talk(person)}.querySelectorAll('.line').length === 1")
    browser.driver.find_element("id", f"say-{person.case}").send_keys("draft-Wd7")
    person.stop()
    browser.wait(f"!{_talk(person)}")
    assert "Wd7" not in _left(browser)
    assert browser.ask("document.activeElement.className") == "gone"
    assert f"Person {person.number} ended the talk" in browser.see(".gone")


def test_the_second_helper_loses_the_race(desk: Site, helpers: Helpers) -> None:
    """Two press at the same moment: one talks, the other sees that somebody else was faster."""
    one, two = helpers("asha"), helpers("bob")
    person = desk.person()
    button = f"document.getElementById('take-{person.case}')"
    for browser in (one, two):
        browser.wait(f"!!{button}")
        browser.ask(f"window.go = () => {button}?.click(); setTimeout(go, 300); 0")
    both = (one, two)
    for browser in both:
        browser.wait(f"!!{_talk(person)} || !!document.getElementById('read-{person.case}')")
    assert sum(bool(browser.ask(f"!!{_talk(person)}")) for browser in both) == 1


def test_two_talks_at_once(desk: Site, helpers: Helpers) -> None:
    """Each person's words stand in their own talk, in their own direction; the title says that there is something new."""
    browser = helpers()
    people = [desk.person(), desk.person(Brief("ur", {"country": "PK"}, urgent=None))]
    for person in people:
        _take(browser, person)
    people[0].say("पहला")
    people[1].say("دوسرا")
    for person, words in zip(people, ("पहला", "دوسرا"), strict=True):
        browser.wait(f"{_talk(person)}.querySelector('.line p')?.textContent === '{words}'")
    directions = [browser.ask(f"getComputedStyle({_talk(it)}.querySelector('.line p')).direction") for it in people]
    assert directions == ["ltr", "rtl"]
    assert browser.driver.title.startswith("● ")
    for person in people:
        browser.driver.find_element("id", f"say-{person.case}").click()
    assert browser.driver.title == "Desk"


def test_a_reloaded_page_forgets_the_words(desk: Site, helpers: Helpers) -> None:
    """The talk is still there, what was said is not, and the page says so; going back shows no old copy."""
    browser, person = helpers(), desk.person()
    _take(browser, person)
    person.say(CANARY)
    browser.wait(f"{_talk(person)}.querySelectorAll('.line').length === 1")
    browser.driver.refresh()
    browser.wait(f"!!{_talk(person)}")
    assert "not shown again" in browser.ask(f"{_talk(person)}.textContent")
    assert "Wd7" not in _left(browser)
    person.say("and on")
    browser.wait(f"{_talk(person)}.querySelectorAll('.line').length === 1")
    browser.open("/desk/static/icon.svg")
    browser.driver.back()
    browser.wait(f"!!{_talk(person)}")
    assert "and on" not in _left(browser)
    assert person.voice.shown[-1].talks


def test_offline_is_said_and_mends_itself(desk: Site, helpers: Helpers) -> None:
    """When the network goes, the page says so; when it is back, what was said meanwhile comes."""
    browser, person = helpers(), desk.person()
    _take(browser, person)
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": True, **network})
    browser.driver.find_element("id", f"say-{person.case}").send_keys("unsent", Keys.ENTER)
    browser.wait("document.querySelector('#alerts').textContent !== ''")
    assert browser.ask(f"document.getElementById('say-{person.case}').value") == "unsent"
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, **network})
    person.say("meanwhile")
    browser.wait(f"{_talk(person)}.textContent.includes('meanwhile')")
    _write(browser, person, "")
    assert person.voice.told == ["unsent"]


def test_keyboard_alone(desk: Site, helpers: Helpers) -> None:
    """With Tab, Enter and typing alone one takes somebody, writes, and ends it; the focus is always in sight."""
    browser, person = helpers(), desk.person()
    browser.wait(f"!!document.getElementById('take-{person.case}')")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if browser.ask(f"document.activeElement.matches({selector!r})"):
                break
            browser.keys(Keys.TAB)
        assert browser.ask(f"document.activeElement.matches({selector!r})"), selector
        assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    tab_to(f"#take-{person.case}")
    browser.keys(Keys.ENTER)
    browser.wait(f"document.activeElement.id === 'say-{person.case}'")
    browser.keys("typed", Keys.ENTER)
    browser.wait(f"{_talk(person)}.querySelectorAll('.line.you').length === 1")
    tab_to(".ways details:last-child summary")
    browser.keys(Keys.ENTER)
    tab_to("[data-act=end] .main")
    browser.keys(Keys.ENTER)
    browser.wait(f"!{_talk(person)}")
    assert person.voice.told == ["typed"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_everybody_can_use_it(desk: Site, helpers: Helpers, width: int, direction: str, *, dark: bool) -> None:
    """Axe has no objection, nothing is wider than the page, every button is big enough: narrow, wide, dark, right to left."""
    browser = helpers("first")
    people = [
        desk.person(),
        desk.person(Brief(None, {}, urgent=None)),
        desk.person(Brief("ur", {"country": "PK"}, urgent=False)),
    ]
    _take(browser, people[0])
    _take(browser, people[1])
    people[0].say("हाँ " * 40 + "x" * 200)
    _write(browser, people[0], "yes")
    _press(browser, people[0], ".picks button")
    browser.wait(f"!!{_talk(people[0])}.querySelector('.sides')")
    people[1].stop()
    browser.wait("!!document.querySelector('.gone')")
    browser.look(width, dark=dark)
    browser.ask(f"document.documentElement.dir = '{direction}'")
    assert browser.axe() == []
    assert browser.overflow() == 0
    heights = browser.ask("[...document.querySelectorAll('button')].filter(it => it.offsetParent).map(it => it.offsetHeight)")
    assert min(heights) >= 44
    browser.open("/desk/people")
    assert browser.axe() == []
    assert browser.overflow() == 0


def test_signing_in_by_an_invitation(desk: Site, helpers: Helpers, browsers: Open) -> None:
    """A lead makes a link; the invited one scans the key, chooses a password, promises, and sits at the desk."""
    lead = helpers("first")
    lead.open("/desk/people")
    lead.driver.find_element("id", "name").send_keys("chitra")
    lead.turn(lead.driver.find_element("css selector", ".invite .main").click)
    link = lead.see(".link code")
    guest = browsers(scripts=False)
    guest.site = lead.site
    guest.driver.get(link)
    assert guest.axe() == []
    assert guest.overflow() == 0
    key = guest.see("form code").replace(" ", "")
    for name in ("password", "again"):
        guest.driver.find_element("id", name).send_keys("eleven blue horses")
    guest.driver.find_element("id", "code").send_keys(_code(key))
    guest.driver.find_element("name", "promise").click()
    guest.turn(guest.driver.find_element("css selector", "button.main").click)
    assert guest.driver.current_url == f"{lead.site}/desk/"
    assert guest.see(".who") == "chitra"
    assert "JavaScript" in guest.see("body")
    guest.turn(guest.driver.find_element("css selector", ".top form button").click)
    assert guest.driver.current_url == f"{lead.site}/desk/sign-in"
    assert guest.axe() == []


def _code(key: str) -> str:
    from pyotp import TOTP  # noqa: PLC0415 - the helper's telephone

    return TOTP(key).now()


def test_the_sound_is_a_switch(desk: Site, helpers: Helpers) -> None:
    """Off at first, and no audio is made at all; switched on, a tone is played when somebody writes."""
    browser, person = helpers(), desk.person()
    browser.ask("window.tones = 0; AudioContext = class extends AudioContext { createOscillator() { tones++; return"
                " super.createOscillator(); } }; 0")  # fmt: skip
    _take(browser, person)
    person.say("one")
    browser.wait(f"{_talk(person)}.querySelectorAll('.line').length === 1")
    assert browser.ask("tones") == 0
    browser.driver.find_element("css selector", ".settings summary").click()
    browser.driver.find_element("name", "sound").click()
    browser.driver.find_element("css selector", "[data-act=self] button").click()
    browser.wait("tones > 0")
    before = browser.ask("tones")
    person.say("two")
    browser.wait(f"tones > {before}")
    assert browser.ask("localStorage.length") == 0


def test_an_ended_login_leaves_the_page(desk: Site, helpers: Helpers) -> None:
    """When a login ends anywhere, its page is wiped and shows the way in."""
    browser, person = helpers(), desk.person()
    _take(browser, person)
    person.say(CANARY)
    browser.wait(f"{_talk(person)}.querySelectorAll('.line').length === 1")
    login = next(login for login in desk.desk.floor.logins if login.name == "asha")
    desk.do(desk.desk.floor.leave(login))
    browser.wait("location.pathname === '/desk/sign-in'")
    browser.driver.back()
    assert "Wd7" not in _left(browser)
    assert desk.do(_waits(person))


async def _waits(person: Person) -> bool:
    await until(lambda: not person.voice.shown[-1].talks)
    return person.voice.shown[-1].over is None
