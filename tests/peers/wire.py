"""Reading what a bot puts on the wire: JSON, a form, or a form in parts; and writing down every byte of it."""

import json
from asyncio import AbstractEventLoop
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from aiohttp.web import Server
from aiohttp.web_protocol import RequestHandler, _RequestHandler

FILE = "attach://"


def read_body(kind: str, body: bytes) -> dict[str, object]:
    """Read the parameters of a body.

    Raises:
        ValueError: if it is not what its type says.
    """
    if kind.startswith("application/json"):
        read = json.loads(body or b"{}")
        if not isinstance(read, dict):
            raise ValueError(kind)
        return {str(name): value for name, value in read.items() if value is not None}
    if kind.startswith("multipart/"):
        return _parts(kind, body)
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _parts(kind: str, body: bytes) -> dict[str, object]:
    """Read a form in parts; a file is told by its name only."""
    form = BytesParser(EmailMessage, policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    found: dict[str, object] = {}
    for part in form.iter_parts():
        content = part.get_payload(decode=True)
        name = str(part.get_param("name", "", header="content-disposition"))
        found[name] = content.decode() if isinstance(content, bytes) and not part.get_filename() else FILE + name
    return found


class Ear(RequestHandler):
    """A connection that writes down what it hears."""

    __slots__ = ("heard",)
    heard: bytearray

    def data_received(self, data: bytes) -> None:
        """Write it down, then go on."""
        self.heard += data
        super().data_received(data)


class Listener(Server):
    """A server that keeps every byte, connection by connection."""

    def __init__(self, handler: _RequestHandler, loop: AbstractEventLoop) -> None:
        """Listen for one handler; a call whose caller went away is given up."""
        super().__init__(handler, handler_cancellation=True, loop=loop, access_log=None)
        self.heard: list[bytearray] = []

    def __call__(self) -> Ear:
        """Take a connection."""
        ear = Ear(self, loop=self._loop, **self._kwargs)
        ear.heard = bytearray()
        self.heard.append(ear.heard)
        return ear
