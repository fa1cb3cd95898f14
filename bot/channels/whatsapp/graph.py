"""Our own line to Meta's Graph API: one connection pool, JSON, and no address or answer in any error."""

import json
from typing import Any, Final, TypeAlias

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector

from bot.core.private import Private

PATIENCE: Final = 10.0  # seconds for a call
LINES: Final = 512  # connections to Meta at once
Texts: TypeAlias = dict[str, str]
WELL: Final = 200
BROKEN: Final = 500


class GraphError(Exception):
    """Meta refused a call, or could not be reached. It carries Meta's number for the reason, and no words."""

    def __init__(self, code: int, *, down: bool = False) -> None:
        """Take Meta's code, 0 if there is none, and whether Meta itself is out of order."""
        super().__init__(code)
        self.code = code
        self.down = down


class Graph:
    """Calls Meta as one app. The address holds the version of the API, such as https://graph.facebook.com/v23.0."""

    def __init__(self, address: str, token: Private[str]) -> None:
        """Take where to call and the token; nothing is opened yet."""
        self._address = address
        self._head = {"authorization": f"Bearer {token.reveal()}", "content-type": "application/json"}
        self._session: ClientSession | None = None

    async def post(self, path: str, body: dict[str, Any]) -> None:
        """Send; that it worked is all that is looked at.

        Raises:
            GraphError: if it was refused or not heard.
        """
        await self._call("POST", path, json.dumps(body, ensure_ascii=False).encode())

    async def get(self, path: str, head: Texts | None = None, **query: str) -> dict[str, Any]:
        """Ask. `head` takes the place of our own authorization.

        Raises:
            GraphError: as above.
        """
        return _object(await self._call("GET", path, None, head or {}, query))

    async def close(self) -> None:
        """Let go of all connections."""
        if self._session is not None:
            await self._session.close()

    async def _call(
        self, method: str, path: str, body: bytes | None, head: Texts | None = None, query: Texts | None = None
    ) -> bytes:
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=LINES), timeout=ClientTimeout(total=PATIENCE), auto_decompress=True
            )
        url = f"{self._address}/{path}"
        try:
            async with self._session.request(
                method, url, data=body, params=query, headers={**self._head, **(head or {})}, allow_redirects=False
            ) as answer:
                told = await _told(answer)
        except (ClientError, TimeoutError, OSError):
            raise GraphError(0, down=True) from None  # the library's own message would hold the address
        if answer.status == WELL:
            return told
        raise GraphError(_code(_object(told)), down=answer.status >= BROKEN)


async def _told(answer: ClientResponse) -> bytes:
    """Take what Meta says. Where it breaks off after a message was taken, that is enough: another try would send it twice."""
    try:
        return await answer.read()
    except (ClientError, TimeoutError, OSError):
        if answer.status == WELL and answer.method == "POST":
            return b""
        raise


def _code(told: dict[str, Any]) -> int:
    match told:
        case {"error": {"code": int(code)}}:
            return code
        case _:
            return 0


def _object(told: bytes) -> dict[str, Any]:
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
