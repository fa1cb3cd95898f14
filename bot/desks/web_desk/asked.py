"""What a browser asks of the desk: who it is, what its form holds, and whether our own page sent it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from bot.asgi.body import read_body
from bot.asgi.languages import languages
from bot.core.private import Private

LIMIT: Final = 32 * 1024  # bytes of a body
FIELDS: Final = 32
FORM: Final = "application/x-www-form-urlencoded"
SHOWS: Final = "x-desk-stamp"  # the header in which the page's script sends what its forms hold


def tongues(request: Request) -> list[str]:
    """List the languages that a browser asks for, the most wanted first, each also without its last parts."""
    wanted = [tag.split("-") for tag, weight in languages(request) if weight]
    return ["-".join(tag[:length]) for tag in wanted for length in range(len(tag), 0, -1)]


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form. What a person or a helper typed comes out as `Private`."""

    fields: Mapping[str, str]

    def get(self, name: str, longest: int = 100) -> str:
        """Give a short field; empty if it is missing or longer."""
        value = self.fields.get(name, "")
        return value if len(value) <= longest else ""

    def private(self, name: str) -> Private[str]:
        """Give what was typed."""
        return Private(self.fields.get(name, "").replace("\r\n", "\n"))

    def length(self, name: str) -> int:
        """Give the length of what was typed; 0 if it is only space."""
        value = self.fields.get(name, "").replace("\r\n", "\n")
        return len(value) if value.strip() else 0

    def several(self, name: str) -> set[str]:
        """Give the ticked values of a group; each is a field of its own, `name.value`."""
        return {key.partition(".")[2] for key in self.fields if key.startswith(f"{name}.")}


async def read(request: Request) -> Form | None:
    """Read a posted form; None if it is none, or too large."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return None
    body = await read_body(request, LIMIT)
    try:
        pairs = parse_qsl((body or b"").decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        return None
    return Form(dict(pairs)) if body is not None else None


def ours(request: Request, public_url: str | None) -> bool:
    """Tell whether a request comes from a page of this site: browsers write where a form was sent from."""
    origin = urlsplit(request.headers.get("origin", ""))
    hosts = {request.headers.get("host", ""), *([urlsplit(public_url).netloc] if public_url else [])}
    return origin.scheme in {"http", "https"} and origin.netloc in hosts
