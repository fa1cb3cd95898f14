"""The webhook: the signature is compared over the raw body, 200 is given at once, and then the turns are taken."""

import hashlib
import hmac
import json
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.asgi.body import read_body
from bot.channels.turns import Turns
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.guide import Guide
from bot.channels.whatsapp.read import read
from bot.log import Moment, note
from bot.settings import Whatsapp
from bot.talk.pace import CROWD

PATH: Final = "/hooks/whatsapp"
HEADER: Final = "x-hub-signature-256"
METHOD: Final = "sha256="
LIMIT: Final = 3 * 1024 * 1024  # bytes of a batch (LIMITS.md)
LONGEST: Final = 256  # characters of a challenge
TAKEN, REFUSED, FORBIDDEN, TOO_LARGE, FULL = 200, 401, 403, 413, 503


class Webhook:
    """The door at which Meta knocks."""

    def __init__(self, guide: Guide, graph: Graph, settings: Whatsapp, turns: Turns) -> None:
        """Take who answers, over which line, the secrets that Meta shows, and where turns go on after the answer."""
        self._guide = guide
        self._graph = graph
        self._phone_id = settings.phone_id
        self._secret = settings.app_secret.reveal().encode()
        self._word = settings.verify_token.reveal().encode()
        self._turns = turns

    @property
    def routes(self) -> tuple[Route, ...]:
        """Give the routes to mount."""
        return Route(PATH, self.verify, methods=["GET"]), Route(PATH, self.knock, methods=["POST"])

    async def verify(self, request: Request) -> Response:
        """Give Meta its challenge back, if it knows our word: so it asks, once, when the webhook is set up."""
        asked = request.query_params
        word, challenge = asked.get("hub.verify_token", ""), asked.get("hub.challenge", "")
        known = hmac.compare_digest(word.encode(), self._word) and asked.get("hub.mode") == "subscribe"
        if not known or len(challenge) > LONGEST:
            return Response(status_code=FORBIDDEN)
        return PlainTextResponse(challenge, headers={"x-content-type-options": "nosniff", "cache-control": "no-store"})

    async def knock(self, request: Request) -> Response:
        """Take a batch. What cannot be read is taken as well, or Meta would bring it again for a week."""
        shown = request.headers.get(HEADER, "")
        if not shown.startswith(METHOD):
            return Response(status_code=REFUSED)
        body = await read_body(request, LIMIT)
        if body is None:
            return Response(status_code=TOO_LARGE)
        right = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(shown.removeprefix(METHOD).encode(), right.encode()):
            return Response(status_code=REFUSED)
        full = len(self._turns) >= CROWD
        self._begin(body)  # also when full: help and leaving pass; the rest is let go, and Meta is asked to bring it again
        return Response(status_code=FULL if full else TAKEN)

    def _begin(self, body: bytes) -> None:
        """Begin a turn for each thing that was done, in the order of the batch."""
        try:
            found = list(read(json.loads(body), self._phone_id))
        except Exception:  # noqa: BLE001 - its message would show what was sent
            note(Moment.FAILED)
            return
        for received in found:
            self._turns.begin(self._guide.take(self._graph, received))
