"""The web chat's addresses, headers and limits."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from httpx import AsyncClient
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.talk.conversation import Conversation

from .visitor import CANARY, FORM, SETTINGS, Chunks, Person, Sheet, Stumbling, connect, said, web

TOO_MUCH = 16 * 1024 + 1
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


@pytest.mark.parametrize("asked", REQUESTS)
@pytest.mark.parametrize("state", ["sound", "stumbling"])
async def test_headers(library: Library, state: str, asked: tuple[str, str, dict[str, str], bytes]) -> None:
    """Every answer, errors included, forbids to store, frame, sniff, refer and load from elsewhere, and sets no cookie."""
    method, path, headers, body = asked
    async with connect(web(library, Stumbling if state == "stumbling" else Conversation)) as client:
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


async def test_too_much_is_not_read(client: AsyncClient, library: Library) -> None:
    """A form over 16 KiB is answered with a calm 413, and its rest is not taken."""
    chunks = Chunks(f"words={CANARY}".encode() * 100, 1000)
    answer = await client.post("/", content=chunks, headers=FORM)
    assert answer.status_code == 413
    assert said(library, Phrase.HINT_LOST) in answer.text
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
    assert said(library, Phrase.HINT_SHARED) in answer.text
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
    await web(library)(scope, receive, send)
    assert sent


async def test_head(client: AsyncClient) -> None:
    """HEAD answers as GET would, without a body."""
    for path, status in (("/", 200), ("/nowhere", 404), ("/health", 204), ("/leave", 303), ("/static/page.js", 200)):
        answer = await client.head(path)
        assert answer.status_code == status
        assert answer.content == b""


def _relative(page: Sheet) -> Iterator[str]:
    return (url for url in page.urls if "://" not in url and not url.startswith(("tel:", "sms:", "mailto:")))


async def test_under_a_prefix(library: Library) -> None:
    """Mounted anywhere, every address of the page is relative and stays under the mount; a talk works there."""
    app = Starlette(routes=[Mount("/some/place", web(library))])
    async with connect(app) as client:
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
    app = Starlette(routes=[Mount(prefix.rstrip("/"), web(library))])
    async with connect(app) as client:
        answer = await client.get(prefix + path)
        assert answer.status_code == 404
        page = Sheet(answer.text)
        assert {urljoin(str(answer.url), url) for url in page.urls if url.endswith("./")} == {f"http://guide.test{prefix}"}


async def test_leave(client: AsyncClient) -> None:
    """Leave goes to the neutral page."""
    answer = await client.get("/leave")
    assert answer.status_code == 303
    assert answer.headers["location"] == SETTINGS.leave_url


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
