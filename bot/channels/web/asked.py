"""What a browser asked for: a small form, read within a limit, or nothing that can be used."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.asgi.body import read_body
from bot.asgi.languages import languages
from bot.core.private import Private
from bot.talk.codes import LENGTH as CODE
from bot.talk.ports import Input, Media, Press, Words
from bot.talk.seal import LENGTH

LIMIT: Final = 16 * 1024  # bytes of a body
FIELDS: Final = 16  # the most fields of a form
LONGEST: Final = 1000  # characters of typed words; the page's own input takes no more
LONGEST_TAG: Final = 35  # RFC 5646 §4.4.1: room for any language tag worth having
FORM: Final = "application/x-www-form-urlencoded"
CHAT: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
TOKEN: Final = re.compile(rf"[A-Za-z0-9_-]{{{LENGTH}}}", re.ASCII)
LOST: Final = Press("")  # opens nothing, so it leads to the menu

Choose = Callable[[str | None], str]  # Conversation.locale


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what was done, in which page's chat, a guess of the language, and the status to answer with.

    `code` is that of the first button of the page, if it is of a handoff.
    """

    input: Input
    chat: str
    hint: str | None
    status: int = 200
    code: str = ""

    @property
    def token(self) -> str:
        """Give the sealed state that came along, if it has the shape of one."""
        match self.input:
            case Press(data):
                token: str | None = data[:LENGTH]
            case Words(_, token):
                pass
            case _:
                token = None
        return token if token and TOKEN.fullmatch(token) else ""


def new_chat() -> str:
    """Make the name of a page's own chat: 16 random bytes, so that no other page can use its tokens."""
    return secrets.token_urlsafe(16)


async def read(request: Request, choose: Choose) -> Asked:
    """Read a posted form. A file is not read, a body over the limit is not kept, anything odd leads to the menu."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    hint = tongue(request, choose)
    if kind not in {FORM, ""}:
        return Asked(Media(), new_chat(), hint)
    body = await read_body(request, LIMIT)
    if body is None:
        return Asked(LOST, new_chat(), hint, 413)
    fields = _fields(body)
    chat, lang = fields.get("chat", ""), fields.get("lang", "")[:LONGEST_TAG]
    code = fields.get("token", "")[LENGTH : LENGTH + CODE]
    return Asked(_input(fields), chat if CHAT.fullmatch(chat) else new_chat(), lang or hint, code=code)


def tongue(request: Request, choose: Choose) -> str | None:
    """Find the first language of the browser that the guide speaks."""
    tags = [tag[:LONGEST_TAG] for tag, _ in languages(request)]
    return next((tag for tag in tags if tag and _main(choose(tag)) == _main(tag)), None)


def _main(tag: str) -> str:
    return tag.partition("-")[0].lower()


def _fields(body: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS))
    except ValueError:
        return {}


def _input(fields: Mapping[str, str]) -> Input:
    if "press" in fields:
        return Press(fields["press"])
    if "words" in fields:
        return Words(Private(fields["words"][:LONGEST]), fields.get("token", "")[:LENGTH])
    return LOST
