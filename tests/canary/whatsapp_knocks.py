"""What Meta would never bring to the webhook, and what it should never say when it refuses; with marks in all of it."""

from collections.abc import Iterator, Mapping

from .doors import write
from .line import HTML, Breach, refuse, reset, say
from .marks import Marks
from .whatsapp_doors import Guest, Guests, signed

HOOK = "/hooks/whatsapp"
SHOWN = "x-hub-signature-256"
TOO_LARGE = 3_500_000  # bytes, over the limit of a batch
DEEP = 5_000  # brackets inside one another
AGAIN = {"out of order": (500, 1), "busy": (400, 130429), "too fast": (400, 131056), "unknown": (500, 131000)}
FINAL = {
    "no such field": (400, 100),
    "token": (401, 190),
    "24 hours": (400, 131047),
    "not there": (400, 131026),
    "odd": (418, 0),
}


def echoes(guests: Guests, guest: Guest) -> Iterator[tuple[str, Breach, bool]]:
    """Let Meta fail, and repeat in its refusal what it should not. Tell whether a message is taken in the end all the same."""
    words = guests.words.new
    for shown, refusals in ((True, AGAIN), (False, FINAL)):
        for door, (status, code) in refusals.items():
            yield f"refused: {door}", refuse(status, code, f"{words(f'refused: {door}')} {guest.phone} {guest.user}"), shown
    yield "a proxy's page", say(502, HTML.format(words("a proxy's page")), "text/html"), True
    yield "no JSON", say(500, words("no JSON", "{}{")), True
    yield "list", say(503, words("list", '["{}"]')), True
    yield "half an answer", say(500, words("half an answer", '{"error": {"message": "{}'), missing=50), True
    yield "no line", reset, True


def knocks(marks: Marks, secret: str, word: str) -> Iterator[tuple[str, bytes]]:
    """Knock at the webhook as Meta never would. `word` is what it shows when the webhook is set up."""

    def post(body: str | bytes, path: str = HOOK, method: str = "POST", **headers: str) -> bytes:
        return write(method, path, body if isinstance(body, bytes) else body.encode(), headers)

    def signing(body: str | bytes, more: Mapping[str, str] = {}) -> bytes:
        raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
        return write("POST", HOOK, raw, {**signed(raw, secret), **more})

    text = '{"object": "whatsapp_business_account", "entry": [{"changes": "{}"}]}'
    yield "no signature", post(marks.new("no signature", text))
    for name, costume in {"wrong signature": "sha256={}", "other method": "sha1={}", "odd signature": "sha256=é{}\t"}.items():
        yield name, write("POST", HOOK, marks.new(f"{name}: body", text).encode(), {SHOWN: marks.new(name, costume)})
    other = marks.new("signed for another body", text).encode()
    yield "signed for another body", write("POST", HOOK, other, signed(b"{}", secret))
    yield "signature in the query", post(marks.new("query", text), path=marks.new("query", HOOK + "?signature={}"))
    right = f"?hub.mode=subscribe&hub.verify_token={word}&hub.challenge=1"
    queries = {
        "GET": "?{}={}", "wrong word": "?hub.mode=subscribe&hub.verify_token={}&hub.challenge={}", "more": right + "&{}={}",
        "wrong mode": right.replace("subscribe", "{}"), "long challenge": right + "{}" + "9" * 300,
        "odd word": "?hub.mode=subscribe&hub.verify_token=%C3%A9{}",
    }  # fmt: skip
    for name, query in queries.items():
        yield f"verify: {name}", post(b"", HOOK + marks.new(f"verify: {name}", query), "GET")
    yield "PUT", post(marks.new("PUT", text), method="PUT")
    yield "below", post(marks.new("below", text), path=marks.new("path", HOOK + "/{}"))
    headers = {"x-forwarded-for": marks.new("header"), "user-agent": marks.new("agent"), marks.new("header name"): "1"}
    yield "headers", signing(b"{}", headers)
    yield "type", signing(b"{}", {"content-type": marks.new("type", "text/{}"), "content-encoding": marks.new("encoding")})
    for name, body in _bodies(marks).items():
        yield name, signing(body)
    yield "bytes", signing(b"\xff\xfe" + marks.new("bytes").encode("utf-16"))
    yield "nothing", signing(b"", {"x": marks.new("nothing")})


def _bodies(marks: Marks) -> dict[str, str]:
    begins = '{"object": "whatsapp_business_account", "entry": '
    value = begins + '[{"changes": [{"field": "messages", "value": {"metadata": {"phone_number_id": "106540352242922"}, '
    costumes = {
        "no JSON": "{}{", "cut": value + '"messages": [{"id": "{}"', "no batch": '["{}"]', "other object": '{"object": "{}"}',
        "words for entries": begins + '"{}"}', "words for changes": _batch(begins, '[{"changes": "{}"}, "{}"]'),
        "words for a change": _batch(begins, '[{"changes": ["{}", {"field": "messages", "value": "{}"}]}]'),
        "words for messages": value + '"messages": "{}", "contacts": "{}", "statuses": "{}"}}]}]}',
        "words for a message": value + '"messages": ["{}"], "contacts": ["{}"], "statuses": ["{}"]}}]}]}',
        "nobody's message": value + '"messages": [{"id": "{}", "type": "text", "text": {"body": "{}"}}]}}]}]}',
        "wrong types": value + '"messages": [{"id": "{}", "from": ["{}"], "timestamp": {"{}": 1}, "type": ["{}"]}]}}]}]}',
        "odd time": value + '"messages": [{"id": "{}", "from": "1", "timestamp": "٣{}", "type": "reaction"}]}}]}]}',
        "two objects": '{"object": "whatsapp_business_account", "object": "{}"}', "deep": '{"object": "{}", "x": ' + "[" * DEEP,
        "surrogate": value + '"messages": [{"id": "\\ud800{}", "from": "1", "type": "reaction"}]}}]}]}',
        "huge number": '{"object": "{}", "x": ' + "9" * 5000 + "}", "too large": "{}" + " " * TOO_LARGE,
    }  # fmt: skip
    return {name: marks.new(name, costume) for name, costume in costumes.items()}


def _batch(begins: str, rest: str) -> str:
    """Put a batch together."""
    return begins + rest + "}"
