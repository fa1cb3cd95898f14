"""Everything that can be sent to the web chat, each with a mark in it, honest and malformed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from .marks import LENGTH, Marks

FORM = "application/x-www-form-urlencoded"
TOO_MUCH = 20_000  # bytes, over the limit of a form
TOO_WIDE = 20_000  # bytes, over the limit of a header
COSTUMES = {
    "words": "{}",
    "sentence": "please help me {} i do not know what to do",
    "name": "My name is {} O'Brien & <b>{}</b>",
    "e-mail": "{}@mail.example",
    "URL": "https://{}.example/{}?{}#{}",
    "Devanagari": "मेरा नाम {} है",
    "danger": "i want to die says {}",
    "country": "India {}",
    "quote": "\"{}' -- {{ {} }} ${} {% {} %}",
    "lines": "one\r\nset-cookie: {}\r\n\r\ntwo",
    "null": "\0{}\0",
}
HEADERS = ("cookie", "user-agent", "referer", "accept", "authorization", "x-forwarded-for", "x-request-id", "origin", "dnt")


@dataclass(frozen=True, slots=True)
class Knock:
    """One request as it goes over the wire."""

    name: str
    raw: bytes
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The state that a first page carries."""

    chat: str
    token: str

    @classmethod
    def of(cls, answer: bytes) -> "Page":
        """Find it in an answer."""
        found = dict(re.findall(r'name="(chat|token)" value="([^"]+)"', answer.decode()))
        return cls(found["chat"], found["token"])


def ask(method: str = "GET", path: str = "/", body: bytes = b"", **headers: str) -> bytes:
    """Write a request."""
    return write(method, path, body, headers)


def write(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Write a request with headers of any name."""
    named = {"host": "guide.test", "connection": "close", **headers}
    if body or method == "POST":
        named.setdefault("content-length", str(len(body)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in named.items())]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def form(fields: dict[str, str]) -> bytes:
    """Write a request that posts a form."""
    return ask("POST", body=urlencode(fields).encode(), content_type=FORM)


def honest(marks: Marks, page: Page) -> Iterator[Knock]:
    """Send what a browser would send: typed words of every kind, addresses, headers, files."""
    state = {"chat": page.chat, "lang": "en", "token": page.token}
    for name, costume in COSTUMES.items():
        yield Knock(name, form({**state, "words": marks.new(name, costume)}))
    yield Knock("phone", form({**state, "words": marks.phone("phone", "call +91 {}")}))
    yield Knock("long", form({**state, "words": marks.new("long", "{} " * 200)}))
    yield Knock("no token", form({"words": marks.new("no token")}))
    yield Knock("query", ask(path="/?" + marks.new("query", "q={}&{}={}")))
    yield Knock("health query", ask(path=marks.new("health query", "/health?{}")))
    yield Knock("leave query", ask(path=marks.new("leave query", "/leave?to={}")))
    for header in HEADERS:
        yield Knock(header, write("GET", "/", b"", {header: marks.new(header, "v={}; {}")}))
    yield Knock("accept-language", ask(accept_language=marks.new("accept-language", "hi-{},{};q=0.9,x-{};q={}")))
    yield Knock("header name", write("GET", "/", b"", {marks.new("header name", "x-{}"): "1"}))


def forged(marks: Marks, page: Page) -> Iterator[Knock]:
    """Send forms that no page of ours would send."""
    press = {"chat": page.chat, "lang": "en"}
    yield Knock("press", form({**press, "press": marks.new("press", "{}")}))
    yield Knock(
        "press like a token", form({**press, "press": marks.new("press like a token", "{}" + "A" * (62 - LENGTH) + "00")})
    )
    yield Knock("press after a token", form({**press, "press": page.token + marks.new("press after a token")}))
    yield Knock("token", form({**press, "words": "1", "token": marks.new("token")}))
    yield Knock("chat", form({"chat": marks.new("chat", "{}!"), "words": "1"}))
    yield Knock("lang", form({"chat": page.chat, "lang": marks.new("lang", "hi-{}"), "words": "1"}))
    yield Knock("field name", form({**press, marks.new("field name"): "1"}))
    yield Knock("many fields", form({marks.new("many fields"): "1", **{f"f{number}": "1" for number in range(40)}}))
    yield Knock("bad percent", ask("POST", body=marks.new("bad percent", "words=%zz%ff{}%").encode(), content_type=FORM))
    yield Knock("lost address", ask(path=marks.new("lost address", "/some/{}/{}")))
    yield Knock("static", ask(path=marks.new("static", "/static/{}.css")))
    yield Knock("climbing", ask(path=marks.new("climbing", "/static/..%2f..%2f{}")))
    yield Knock("put", ask("PUT", body=marks.new("put").encode()))
    yield Knock("head", ask("HEAD", path=marks.new("head", "/?{}")))
    yield Knock(
        "options", ask("OPTIONS", origin=marks.new("options", "https://{}.example"), access_control_request_method="PUT")
    )
    yield Knock("method", ask(marks.new("method").upper()))


def files(marks: Marks, page: Page) -> Iterator[Knock]:
    """Send files, pictures and other things that are not forms."""
    part = 'content-disposition: form-data; name="{}"; filename="{}.jpg"\r\ncontent-type: image/{}\r\n\r\n{}\r\n'
    body = f"--b\r\n{marks.new('file', part)}--b--\r\n".encode()
    yield Knock("file", ask("POST", body=body, content_type="multipart/form-data; boundary=b"))
    big = f"--b\r\n{marks.new('big file', part)}{'x' * TOO_MUCH}\r\n--b--\r\n".encode()
    yield Knock("big file", ask("POST", body=big, content_type="multipart/form-data; boundary=b"))
    yield Knock("boundary", ask("POST", content_type=marks.new("boundary", "multipart/form-data; boundary={}")))
    yield Knock("JSON", ask("POST", body=marks.new("JSON", '{"words": "{}"}').encode(), content_type="application/json"))
    yield Knock("type", ask("POST", body=b"1", content_type=marks.new("type", "image/{}")))


def broken(marks: Marks, page: Page) -> Iterator[Knock]:
    """Send what is too big, cut short, or no HTTP at all."""
    huge = f"words={marks.new('huge')}{'y' * TOO_MUCH}".encode()
    yield Knock("huge", ask("POST", body=huge, content_type=FORM))
    chunk = f"words={marks.new('chunks')}{'y' * TOO_MUCH}".encode()
    chunked = ask("POST", content_type=FORM, transfer_encoding="chunked").replace(b"content-length: 0\r\n", b"")
    yield Knock("chunks", chunked + b"%x\r\n%s\r\n0\r\n\r\n" % (len(chunk), chunk))
    yield Knock("bad chunk", chunked + marks.new("bad chunk", "{}\r\n{}\r\n0\r\n\r\n").encode(), hang_up=True)
    half = f"words={marks.new('half a body')}".encode()
    yield Knock("half a body", ask("POST", body=half, content_type=FORM, content_length="4000"), hang_up=True)
    yield Knock(
        "half a head", marks.new("half a head", "POST /{} HTTP/1.1\r\nhost: guide.test\r\nx-{}: {}").encode(), hang_up=True
    )
    yield Knock("no HTTP", marks.new("no HTTP", "{} {} {}\r\n\r\n").encode(), hang_up=True)
    yield Knock("bad header", marks.new("bad header", "GET / HTTP/1.1\r\nhost: a\r\n{} {}\r\n\r\n").encode(), hang_up=True)
    yield Knock("bad length", ask("POST", content_length=marks.new("bad length")), hang_up=True)
    yield Knock("wide header", ask(x_wide=marks.new("wide header") + "w" * TOO_WIDE), hang_up=True)
    yield Knock("long address", ask(path="/" + marks.new("long address") + "w" * TOO_WIDE), hang_up=True)
    yield Knock("no host", marks.new("no host", "GET /?{} HTTP/1.1\r\n\r\n").encode(), hang_up=True)
    yield Knock("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc" + marks.new("TLS").encode() + b"\r\n\r\n", hang_up=True)
    yield Knock("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + marks.new("HTTP/2").encode(), hang_up=True)
    yield Knock(
        "continue", ask("POST", body=marks.new("continue", "words={}").encode(), content_type=FORM, expect="100-continue")
    )
    two = ask("POST", body=marks.new("two at once", "words={}").encode(), content_type=FORM).replace(b"close", b"keep-alive")
    yield Knock("two at once", two + ask(path=marks.new("second", "/?{}")))
    key = {"upgrade": "websocket", "connection": "upgrade", "sec-websocket-version": "13"}
    key |= {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-protocol": marks.new("websocket protocol")}
    yield Knock("websocket", write("GET", marks.new("websocket", "/{}?{}"), b"", key), hang_up=True)


def every(marks: Marks, page: Page) -> Iterator[Knock]:
    """Knock at every door."""
    for knocks in (honest, forged, files, broken):
        yield from knocks(marks, page)
