"""The web chat: a talk on one page, and what it never says."""

import pytest
from httpx import AsyncClient, Response

from bot.content.library import Library
from bot.content.phrases import Phrase

from .visitor import CANARY, FORM, Person, said


async def test_first_screen(person: Person, library: Library) -> None:
    """The first page offers the languages, in a chat of 16 random bytes that no other page has."""
    again = Person(person.client)
    answer = await again.open()
    assert all(language.name in answer.text for language in library.languages.values())
    assert len(person.page.fields["chat"]) == 22
    assert person.page.fields["chat"] != again.page.fields["chat"]


@pytest.mark.parametrize(
    ("wish", "lang"),
    [
        ("hi", "hi"),
        ("hi-IN,en;q=0.5", "hi"),
        ("fr-FR,fr;q=0.9,hi;q=0.4,en;q=0.2", "hi"),
        ("en;q=0.1, hi;q=0.9", "hi"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (",;q=,;;q=x,hi;q=nan", "hi"),
        ("x" * 5000, "en"),
    ],
)
async def test_language_of_the_browser(client: AsyncClient, wish: str, lang: str) -> None:
    """The first page speaks the first language of the browser that the guide knows."""
    person = Person(client)
    await person.open(accept_language=wish)
    assert person.page.root["lang"] == lang


async def test_press(person: Person) -> None:
    """A press leads on, in the same chat, and in the language that was chosen."""
    chat, first = person.page.fields["chat"], person.page.fields["token"]
    answer = await person.press(1)
    assert answer.status_code == 200
    assert person.page.fields["chat"] == chat
    assert person.page.fields["token"] != first
    assert person.page.root["lang"] == "hi"


@pytest.mark.parametrize(("number", "tag"), [(0, "en"), (1, "hi")])
async def test_unreviewed_language_says_so(person: Person, library: Library, number: int, tag: str) -> None:
    """A page in a language that nobody has checked says so; one that was checked does not."""
    note = said(library, Phrase.UNREVIEWED, tag) in (await person.press(number)).text
    assert note is not library.languages[tag].reviewed


@pytest.mark.parametrize("words", [CANARY, f"<b>{CANARY}</b>", f"{CANARY} " * 60, f"</p>{CANARY}\x00\u2028", ""])
async def test_words_are_never_shown(person: Person, words: str) -> None:
    """What is typed stands in no page, and odd words keep the screen."""
    before = person.page.presses
    answer = await person.type(words)
    assert answer.status_code == 200
    assert CANARY not in answer.text
    assert 'id="notice"' in answer.text
    assert len(person.page.presses) == len(before)


async def test_no_field_is_shown(person: Person) -> None:
    """What is put into the page's own fields comes back in none."""
    for name in ("chat", "lang", "press", "token", "other"):
        answer = await person.send(**{"words": "x", name: f"{CANARY}'\"<&"})
        assert CANARY not in answer.text
        await person.open()


async def _calm(answer: Response, library: Library) -> None:
    assert answer.status_code == 200
    assert said(library, Phrase.HINT_LOST) in answer.text


async def test_useless_buttons_show_the_menu(person: Person, library: Library) -> None:
    """A forged, cut, older or empty button leads calmly to the menu."""
    good = person.page.presses[0]
    turned = "B" if good[20] == "A" else "A"
    for press in (good[:20] + turned + good[21:], good[:30], good[2:], "", "00", "x" * 64, good + good, "\u0661" * 64, "\x00"):
        await _calm(await person.send(press=press), library)


async def test_chats_are_apart(person: Person, library: Library) -> None:
    """The buttons and the words of one page are of no use in another page's chat: there, the words open the guide anew."""
    other = Person(person.client)
    await other.open()
    await _calm(await other.send(press=person.page.presses[0]), library)
    answer = await person.press(0)
    shown = await other.send(words=CANARY, token=person.page.fields["token"])
    assert _between(shown.text) != _between(answer.text)
    assert _between(shown.text).startswith(library.book.spoken(library.book.start).text.english.strip())


def _between(html: str) -> str:
    return html.partition("<form")[0].rpartition("<p>")[2]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"&&&&",
        b"=",
        b"press",
        b"%",
        b"%ff%fe=%00",
        b"press=%ff%ff",
        b"chat=&lang=&press=",
        b"a=1&" * 200,
        bytes(range(256)),
    ],
)
async def test_malformed_forms_show_the_menu(client: AsyncClient, library: Library, body: bytes) -> None:
    """A form that makes no sense leads calmly to the menu."""
    await _calm(await client.post("/", content=body, headers=FORM), library)
    await _calm(await client.post("/", content=body), library)


async def test_trouble(broken: AsyncClient, client: AsyncClient, library: Library, capfd: pytest.CaptureFixture[str]) -> None:
    """A turn that fails gives a calm page, in the person's language, and nothing of the error anywhere."""
    person = Person(client)
    await person.open()
    token = person.page.fields["token"]
    person.client = broken
    answer = await person.send(press=person.page.presses[0], lang="hi")
    assert answer.status_code == 500
    assert said(library, Phrase.TROUBLE, "hi") in answer.text
    assert person.page.root["lang"] == "hi"
    assert CANARY not in answer.text
    assert "RuntimeError" not in answer.text
    assert capfd.readouterr() == ("", "dhaal: failed\n")
    person.client = client
    assert person.page.presses == [f"{token}me"]
    assert (await person.press(0)).status_code == 200


async def test_trouble_names_only_checked_numbers(broken: AsyncClient, library: Library) -> None:
    """The page of our own trouble names the emergency numbers that the content has proved, and no other."""
    answer = await broken.get("/")
    assert answer.status_code == 500
    assert all(country.emergency in answer.text for country in library.countries.values() if country.emergency)


async def test_farewell(person: Person, library: Library) -> None:
    """After the button Leave the page says truthfully what may remain, and carries no state any more."""
    answer = await person.press(-1)
    assert said(library, Phrase.FAREWELL_WEB) in answer.text
    assert person.page.fields == {}
    assert person.page.presses == []


async def test_neutral_surface(person: Person, library: Library) -> None:
    """No word of the topic stands in a page's head, nor on the first page (R02, R59)."""
    for number in (0, 0, 0, 0):
        answer = await person.press(number)
        head = answer.text.partition("<main>")[0]
        assert list(library.lexicon.found("topic", head, "en")) == []
    assert list(library.lexicon.found("topic", (await person.open()).text, "en")) == []


async def test_contacts(person: Person) -> None:
    """A contact is a link that tells the other side nothing, and the page links to nothing but contacts."""
    answer = await person.press(-6)
    links = [line for line in answer.text.splitlines() if '<a href="' in line]
    assert links
    assert all('rel="noreferrer noopener"' in link for link in links)


async def test_weight(person: Person) -> None:
    """A page with all its files weighs less than 15 KB."""
    files = [len((await person.client.get(f"/static/{name}")).content) for name in ("style.css", "page.js", "icon.svg")]
    for number in (0, 0, 0, -6):
        assert sum(files) + len((await person.press(number)).content) < 15_000
