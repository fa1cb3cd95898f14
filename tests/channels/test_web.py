"""The web chat over HTTP: its doors, its headers, and what it never says."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import NoReturn
from urllib.parse import urljoin

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import wiring
from bot.channels.web import application
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.private import Private
from bot.settings import Settings
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.ports import Frame, Incoming

CANARY = "canary-Zq7"
SETTINGS = Settings(leave_url="https://weather.example/")
FORM = {"content-type": "application/x-www-form-urlencoded"}
TOO_MUCH = 16 * 1024 + 1


class Stumbling(Conversation):
    """A talk that fails on every turn and blurts out a secret."""

    def turn(self, incoming: Incoming, frame: Frame) -> NoReturn:
        """Fail."""
        raise RuntimeError(CANARY)


class Sheet(HTMLParser):
    """What a browser would find on a page: fields, buttons, links and what is loaded."""

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__()
        self.fields: dict[str, str] = {}
        self.presses: list[str] = []
        self.urls: list[str] = []
        self.root: dict[str, str | None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what matters of one element."""
        found = dict(attrs)
        if tag == "html":
            self.root = found
        if found.get("name") == "press":
            self.presses.append(found["value"] or "")
        elif tag == "input" and found.get("type") == "hidden":
            self.fields[found["name"] or ""] = found["value"] or ""
        self.urls += [found[key] or "" for key in ("href", "src", "action") if key in found]


class Person:
    """Somebody with a browser: the last page, and what can be done on it."""

    def __init__(self, client: AsyncClient, path: str = "/") -> None:
        """Come to an address."""
        self.client, self.path = client, path
        self.page = Sheet("")

    async def open(self, **headers: str) -> Response:
        """Open the first page."""
        return self._seen(await self.client.get(self.path, headers={name.replace("_", "-"): it for name, it in headers.items()}))

    async def send(self, **fields: str) -> Response:
        """Send a form of the page, with these fields in place of its own."""
        chosen = {name: self.page.fields[name] for name in ("chat", "lang")} | fields
        return self._seen(await self.client.post(self.path, data=chosen))

    async def press(self, number: int) -> Response:
        """Press a button, counted from the top."""
        return await self.send(press=self.page.presses[number])

    async def type(self, words: str) -> Response:
        """Type words."""
        return await self.send(words=words, token=self.page.fields["token"])

    def _seen(self, answer: Response) -> Response:
        self.page = Sheet(answer.text)
        return answer


def _app(library: Library, kind: type[Conversation] = Conversation) -> Starlette:
    talk = kind(library, Keys(Private(b"only for the tests of this page!")), lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    return application(talk, SETTINGS)


def _client(app: Starlette) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app), base_url="http://guide.test")


@pytest.fixture(scope="session")
def library() -> Library:
    """Give the content as it stands."""
    return wiring.library()


@pytest.fixture
async def client(library: Library) -> AsyncIterator[AsyncClient]:
    """Give a browser's connection."""
    async with _client(_app(library)) as client:
        yield client


@pytest.fixture
async def broken(library: Library) -> AsyncIterator[AsyncClient]:
    """Give a connection to a guide whose every turn fails."""
    async with _client(_app(library, Stumbling)) as client:
        yield client


@pytest.fixture
async def person(client: AsyncClient) -> Person:
    """Give somebody who has just opened the guide."""
    person = Person(client)
    await person.open()
    return person


def _said(library: Library, phrase: Phrase) -> str:
    return library.phrases[phrase].english


REQUESTS = [
    ("GET", "/", {}, b""),
    ("HEAD", "/", {}, b""),
    ("POST", "/", FORM, b"press=nothing"),
    ("POST", "/", FORM, b"words=hello"),
    ("POST", "/", FORM, b"%ff=%zz&&&="),
    ("POST", "/", FORM, b"x" * TOO_MUCH),
    ("POST", "/", {"content-type": "multipart/form-data; boundary=b"}, b"--b--"),
    ("POST", "/leave", FORM, b""),
    ("PUT", "/", {}, b""),
    ("OPTIONS", "/", {}, b""),
    ("GET", "/leave", {}, b""),
    ("GET", "/leave/", {}, b""),
    ("GET", "/health", {}, b""),
    ("GET", "/static/style.css", {}, b""),
    ("GET", "/static/page.html", {}, b""),
    ("GET", "/no/such/page", {}, b""),
]


@pytest.mark.parametrize(("method", "path", "headers", "body"), REQUESTS)
@pytest.mark.parametrize("state", ["sound", "stumbling"])
async def test_headers(library: Library, state: str, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
    """Every answer, errors included, forbids to store, frame, sniff, refer and load from elsewhere, and sets no cookie."""
    async with _client(_app(library, Stumbling if state == "stumbling" else Conversation)) as client:
        answer = await client.request(method, path, headers=headers, content=body)
    policy = answer.headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert {"form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert {rule.split(" ", 1)[1] for rule in policy} == {"'none'", "'self'"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["permissions-policy"] == "camera=(), microphone=(), geolocation=()"
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
    assert "etag" not in answer.headers


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


async def test_unreviewed_language_says_so(person: Person, library: Library) -> None:
    """A page in a language that nobody has checked says so; one that was checked does not."""
    assert _said(library, Phrase.UNREVIEWED) not in (await person.press(0)).text
    await person.open()
    assert _said(library, Phrase.UNREVIEWED) in (await person.press(1)).text


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
    assert _said(library, Phrase.HINT_LOST) in answer.text


async def test_useless_buttons_show_the_menu(person: Person, library: Library) -> None:
    """A forged, cut, older or empty button leads calmly to the menu."""
    good = person.page.presses[0]
    turned = "B" if good[20] == "A" else "A"
    for press in (good[:20] + turned + good[21:], good[:30], good[2:], "", "00", "x" * 64, good + good, "\u0661" * 64, "\x00"):
        await _calm(await person.send(press=press), library)


async def test_chats_are_apart(person: Person, library: Library) -> None:
    """The buttons and the words of one page are of no use in another page's chat."""
    other = Person(person.client)
    await other.open()
    await _calm(await other.send(press=person.page.presses[0]), library)
    answer = await person.press(0)
    shown = await other.send(words=CANARY, token=person.page.fields["token"])
    assert _between(shown.text) != _between(answer.text)
    assert _said(library, Phrase.HINT_UNCLEAR) in shown.text


def _between(html: str) -> str:
    return html.partition("<form")[0].rpartition("<p>")[2]


@pytest.mark.parametrize(
    "body",
    [b"", b"&&&&", b"=", b"press", b"%", b"%ff%fe=%00", b"press=%ff%ff", b"chat=&lang=&press=", b"a=1&" * 200, bytes(range(256))],
)
async def test_malformed_forms_show_the_menu(client: AsyncClient, library: Library, body: bytes) -> None:
    """A form that makes no sense leads calmly to the menu."""
    await _calm(await client.post("/", content=body, headers=FORM), library)
    await _calm(await client.post("/", content=body), library)


class Chunks:
    """A body that comes in pieces, and counts those that were taken."""

    def __init__(self, piece: bytes, most: int) -> None:
        """Take a piece and how often it would come."""
        self.piece, self.most, self.taken = piece, most, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give piece after piece."""
        while self.taken < self.most:
            self.taken += 1
            yield self.piece


async def test_too_much_is_not_read(client: AsyncClient, library: Library) -> None:
    """A form over 16 KiB is answered with a calm 413, and its rest is not taken."""
    chunks = Chunks(f"words={CANARY}".encode() * 100, 1000)
    answer = await client.post("/", content=chunks, headers=FORM)
    assert answer.status_code == 413
    assert _said(library, Phrase.HINT_LOST) in answer.text
    assert CANARY not in answer.text
    assert chunks.taken < 20


async def test_just_enough_is_read(client: AsyncClient) -> None:
    """A form of exactly 16 KiB is still read."""
    body = b"words=" + b"x" * (TOO_MUCH - 1 - len(b"words="))
    assert (await client.post("/", content=body, headers=FORM)).status_code == 200


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "image/jpeg", "application/octet-stream", "text/plain"])
async def test_files_are_not_taken(client: AsyncClient, library: Library, kind: str) -> None:
    """A file is not read at all; the answer asks calmly not to send it."""
    chunks = Chunks(f'--b\r\ncontent-disposition: form-data; name="f"; filename="{CANARY}"\r\n\r\n'.encode(), 1000)
    answer = await client.post("/", content=chunks, headers={"content-type": kind})
    assert answer.status_code == 200
    assert _said(library, Phrase.HINT_SHARED) in answer.text
    assert CANARY not in answer.text
    assert chunks.taken <= 1


async def test_gone_before_the_end(library: Library) -> None:
    """A browser that goes away in the middle of a form disturbs nobody."""
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "root_path": "", "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")], "http_version": "1.1",
    }  # fmt: skip
    await _app(library)(scope, receive, send)  # type: ignore[arg-type] # a plain ASGI call
    assert sent


async def test_head(client: AsyncClient) -> None:
    """HEAD answers as GET would, without a body."""
    for path, status in (("/", 200), ("/nowhere", 404), ("/health", 204), ("/leave", 303), ("/static/page.js", 200)):
        answer = await client.head(path)
        assert answer.status_code == status
        assert answer.content == b""


async def test_trouble(broken: AsyncClient, client: AsyncClient, capfd: pytest.CaptureFixture[str]) -> None:
    """A turn that fails gives a calm page, in the person's language, and nothing of the error anywhere."""
    person = Person(client)
    await person.open()
    token = person.page.fields["token"]
    person.client = broken
    answer = await person.send(press=person.page.presses[0], lang="hi")
    assert answer.status_code == 500
    assert "Please try again" in answer.text
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


def _relative(page: Sheet) -> Iterator[str]:
    return (url for url in page.urls if "://" not in url and not url.startswith(("tel:", "sms:", "mailto:")))


async def test_under_a_prefix(library: Library) -> None:
    """Mounted anywhere, every address of the page is relative and stays under the mount; a talk works there."""
    app = Starlette(routes=[Mount("/some/place", _app(library))])
    async with _client(app) as client:
        person = Person(client, "/some/place/")
        for act in (person.open(), person.press(0), person.type("nothing"), person.send(press="")):
            assert (await act).status_code == 200
            urls = [urljoin("http://guide.test/some/place/", url) for url in _relative(person.page)]
            assert urls
            assert all(url.startswith("http://guide.test/some/place/") for url in urls)
            assert not any(url.startswith("/") for url in person.page.urls)


@pytest.mark.parametrize("path", ["nowhere", "no/such/page", "static/secret", "a/", "a%2Fb", "leave/"])
@pytest.mark.parametrize("prefix", ["/", "/some/place/"])
async def test_lost_address(library: Library, prefix: str, path: str) -> None:
    """An address that is not there shows a calm page whose link leads to the start."""
    app = Starlette(routes=[Mount(prefix.rstrip("/"), _app(library))])
    async with _client(app) as client:
        answer = await client.get(prefix + path)
        assert answer.status_code == 404
        page = Sheet(answer.text)
        assert {urljoin(str(answer.url), url) for url in page.urls if url.endswith("./")} == {f"http://guide.test{prefix}"}


async def test_leave(client: AsyncClient) -> None:
    """Leave goes to the neutral page."""
    answer = await client.get("/leave")
    assert answer.status_code == 303
    assert answer.headers["location"] == SETTINGS.leave_url


async def test_farewell(person: Person, library: Library) -> None:
    """After the button Leave the page says truthfully what may remain, and carries no state any more."""
    answer = await person.press(-1)
    assert _said(library, Phrase.FAREWELL_WEB) in answer.text
    assert person.page.fields == {}
    assert person.page.presses == []


async def test_health(client: AsyncClient) -> None:
    """Health says that the guide is up, and nothing else."""
    answer = await client.get("/health")
    assert (answer.status_code, answer.content) == (204, b"")


async def test_files(client: AsyncClient) -> None:
    """The three files have their fixed types, and neutral names."""
    types = {"style.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"}
    for name, kind in types.items():
        answer = await client.get(f"/static/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


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
