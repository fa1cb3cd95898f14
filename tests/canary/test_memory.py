"""After the answer, no living object of the program holds a word: not a cache, not a table, not a forgotten name."""

import gc
import sys
from collections.abc import Collection, Iterator
from urllib.parse import urlencode

from bot.content.library import Library
from bot.core.private import Private
from bot.talk.conversation import Conversation
from bot.talk.ports import Address, Frame, Incoming, Opened, Press, Screen, Words

from .doors import FORM
from .marks import Marks
from .test_layers import site

ROOTS = ("bot", "urllib", "starlette", "babel", "re", "jinja2", "transitions", "gettext", "functools", "email", "http")


def living(roots: list[object], aside: Collection[object] = ()) -> Iterator[bytes]:
    """Give every text, number and row of bytes that can be reached from some objects, but not through those aside."""
    seen = {id(one) for one in aside}
    ahead = list(roots)
    while ahead:
        one = ahead.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str):
            yield one.encode("utf-8", "replace")
        elif isinstance(one, bytes | bytearray | memoryview):
            yield bytes(one)
        elif isinstance(one, int | float):
            yield repr(one).encode()
        else:
            ahead.extend(gc.get_referents(one))


def program(*more: str) -> list[object]:
    """List the modules that took part, and more packages; everything they remember hangs on them."""
    return [vars(module) for name, module in list(sys.modules.items()) if name.partition(".")[0] in {*ROOTS, *more}]


def test_the_talk_forgets(library: Library, conversation: Conversation) -> None:
    """When the turn is over, the talk and every module hold none of the words, addresses, hints and buttons it was given."""
    marks = Marks()
    here = Address("web", "web", Private(marks.new("chat")))
    screen = conversation.turn(Incoming(here, Opened(), marks.new("hint", "hi-{}")), Frame())
    assert isinstance(screen, Screen)
    for costume in ("{}", "i want to die {}", "India {}", "{} instagram", "english {}"):
        words = Private(marks.new("words", costume))
        conversation.turn(Incoming(here, Words(words, screen.token), "en"), Frame())
        del words
    conversation.turn(Incoming(here, Press(marks.new("press"))), Frame())
    del here, screen
    assert marks.find({"memory": b"\n".join(living([vars(conversation), library, *program()]))}) == []


async def test_the_page_forgets(library: Library) -> None:
    """When the answer is out, the web chat and every module hold nothing of the request: address, headers, body."""
    marks, app = Marks(), site(library)

    async def receive() -> dict[str, object]:
        fields = {"words": marks.new("words"), "lang": marks.new("lang")}
        return {"type": "http.request", "body": urlencode(fields).encode()}

    async def send(message: object) -> None:
        pass

    for method in ("GET", "POST"):
        scope = {
            "type": "http", "method": method, "path": "/", "raw_path": b"/", "root_path": "", "http_version": "1.1",
            "query_string": marks.new("query", "q={}").encode(), "scheme": "http", "server": ("guide.test", 80),
            "headers": [(b"content-type", FORM.encode()), (b"cookie", marks.new("cookie").encode()),
                        (b"accept-language", marks.new("language", "{},hi").encode())],
        }  # fmt: skip
        await app(scope, receive, send)
        del scope
    assert marks.find({"memory": b"\n".join(living([vars(app), *program()]))}) == []


def test_a_memory_is_found() -> None:
    """A word in a cache, a closure or a table is found: so the searches above can fail."""
    marks = Marks()
    words = marks.new("closure")
    kept = {"table": [Private(marks.new("table"))], "closure": lambda: words}
    found = {one.door for one in marks.find({"memory": b"\n".join(living([kept]))})}
    assert found == {"table", "closure"}
