"""What Telegram would never bring to the webhook, and what it should never say when it refuses; with marks in all of it."""

from collections.abc import Iterator, Mapping

from tests.peers.answers import Drop, Failure, Refusal, ServerError, TooMany
from tests.peers.people import typed

from .doors import write
from .marks import Marks
from .telegram_doors import DATE, Update, Visitors
from .telegram_stage import HOOK, SECRET

TOO_LARGE = 600_000  # bytes, over the limit of an update
DEEP = 5_000  # brackets inside one another


def echoes(visitors: Visitors, chat: int) -> Iterator[tuple[str, Failure, bool]]:
    """Let Telegram fail, and repeat in its refusal what it should not. Tell whether a page is shown in the end all the same."""
    for code, shown in (
        (400, False),
        (401, False),
        (403, False),
        (404, False),
        (409, False),
        (413, False),
        (500, True),
        (502, True),
    ):
        words = visitors.words.new(f"refusal {code}")
        yield f"refused with {code}", Refusal(code, f"Bad Request: {words} {chat} can't parse: {words}"), shown
    yield "flood", TooMany(), True
    yield "a proxy's page", ServerError(502, html=True), True
    yield "no line", Drop(), True
    yield "no line after it was done", Drop(carried_out=True), True


def knocks(marks: Marks, secret: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Knock at the webhook as Telegram never would."""

    def post(body: str | bytes, path: str = HOOK, method: str = "POST", **headers: str) -> bytes:
        return write(method, path, body if isinstance(body, bytes) else body.encode(), headers)

    def named(more: Mapping[str, str]) -> bytes:
        return write("POST", HOOK, b"{}", {**secret, **more})

    text = '{"update_id": 7, "message": {"text": "{}"}}'
    yield "no secret", post(marks.new("no secret", text))
    yield "wrong secret", write("POST", HOOK, marks.new("body", text).encode(), {SECRET: marks.new("wrong secret")})
    yield "odd secret", write("POST", HOOK, b"{}", {SECRET: marks.new("odd secret", "é{}\t")})
    yield "secret in the query", post(marks.new("query", text), path=marks.new("query", HOOK + "?secret={}"))
    yield "GET", post(b"", method="GET", path=marks.new("GET", HOOK + "?{}={}"))
    yield "PUT", post(marks.new("PUT", text), method="PUT")
    yield "below", post(marks.new("below", text), path=marks.new("path", HOOK + "/{}"))
    yield "headers", named({"x-forwarded-for": marks.new("header"), "user-agent": marks.new("agent"), marks.new("name"): "1"})
    yield "type", named({"content-type": marks.new("type", "text/{}"), "content-encoding": marks.new("encoding")})
    bodies = {
        "no JSON": marks.new("no JSON", "{}{"),
        "cut": marks.new("cut", '{"update_id": 7, "message": {"text": "{}'),
        "no update": marks.new("no update", '["{}"]'),
        "wrong types": marks.new("wrong types", '{"update_id": "{}", "message": "{}", "{}": {"{}": 1}}'),
        "half a message": marks.new("half a message", text),
        "two numbers": marks.new("two numbers", '{"update_id": 1, "update_id": "{}"}'),
        "huge number": f'{{"update_id": {"9" * 5000}, "x": "{marks.new("huge number")}"}}',
        "deep": marks.new("deep", '{"x": "{}", "update_id": ') + "[" * DEEP,
        "too large": marks.new("too large") + " " * TOO_LARGE,
        "surrogate": marks.new("surrogate", '{"update_id": 7, "x": "\\ud800{}"}'),
    }
    for name, body in bodies.items():
        yield name, write("POST", HOOK, body.encode(), secret)
    yield "bytes", write("POST", HOOK, b"\xff\xfe" + marks.new("bytes").encode("utf-16"), secret)
    yield "nothing", write("POST", HOOK, b"", {**secret, "x": marks.new("nothing")})


def unasked(visitors: Visitors) -> Iterator[Update]:
    """Bring kinds of updates that were not asked for; a webhook may meet them all the same."""
    w, user = visitors.words.new, visitors.user
    yield Update(
        "inline", 0, "inline_query", {"id": w("inline: id"), "from": user("inline"), "query": w("inline"), "offset": ""}
    )
    chosen = {"result_id": w("chosen"), "from": user("chosen"), "query": w("chosen: query"), "inline_message_id": w("in")}
    yield Update("chosen", 0, "chosen_inline_result", chosen)
    voted = {"poll_id": w("poll answer"), "user": user("voter"), "option_ids": [0], "option_persistent_ids": ["0"]}
    yield Update("vote", 0, "poll_answer", voted)
    joins = {"chat": visitors.group("join"), "from": user("joiner"), "user_chat_id": 5, "date": DATE, "bio": w("bio")}
    yield Update("join", 0, "chat_join_request", joins)
    inline = {"id": w("inline tap"), "from": user("inline tap"), "inline_message_id": w("inline message"), "chat_instance": "1"}
    yield Update("inline tap", 0, "callback_query", inline | {"data": w("inline data"), "game_short_name": w("short name")})
    sender, chat = visitors.person("business")
    business = visitors.message(sender, chat, typed(w("business"))) | {"business_connection_id": w("connection")}
    yield Update("business", 0, "business_message", business)
    post = visitors.message(None, visitors.group("edited post", "channel"), typed(w("edited post")) | {"edit_date": DATE})
    yield Update("edited post", 0, "edited_channel_post", post)
    yield Update("tomorrow", 0, "kind_of_tomorrow", {"text": w("tomorrow"), w("key of tomorrow"): {"deep": [w("deep")]}})
