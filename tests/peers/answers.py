"""What the Bot API says when it does not do as asked, and the ways in which it fails. The texts are Telegram's own.

Source of the texts: https://github.com/tdlib/telegram-bot-api (Client.cpp, ClientManager.cpp) and what bots meet in the field.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeAlias

Json: TypeAlias = dict[str, Any]

NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
OLD_QUERY: Final = "query is too old and response timeout expired or query ID is invalid"
WEBHOOK_ACTIVE: Final = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER_POLL: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"
SET_WEBHOOK: Final = "terminated by setWebhook request"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not `ok`."""

    code: int
    description: str
    retry_after: int | None = None

    def body(self) -> Json:
        """Write it as Telegram does."""
        more = {} if self.retry_after is None else {"parameters": {"retry_after": self.retry_after}}
        return {"ok": False, "error_code": self.code, "description": self.description, **more}


class RefusedError(Exception):
    """A call was refused."""

    def __init__(self, refusal: Refusal) -> None:
        """Take the answer."""
        super().__init__(refusal.description)
        self.refusal = refusal


def bad(reason: str) -> NoReturn:
    """Refuse a call that asks for what cannot be."""
    raise RefusedError(Refusal(400, f"Bad Request: {reason}"))


def forbidden(reason: str) -> NoReturn:
    """Refuse a call that somebody does not want."""
    raise RefusedError(Refusal(403, f"Forbidden: {reason}"))


def conflict(reason: str) -> NoReturn:
    """Refuse one of two who want the updates."""
    raise RefusedError(Refusal(409, f"Conflict: {reason}"))


@dataclass(frozen=True, slots=True)
class TooMany(Refusal):
    """429: come back after some seconds."""

    code: int = field(default=429, init=False)
    description: str = field(default="", init=False)
    retry_after: int | None = 1

    def __post_init__(self) -> None:
        """Say how long to wait."""
        object.__setattr__(self, "description", f"Too Many Requests: retry after {self.retry_after}")


@dataclass(frozen=True, slots=True)
class Blocked(Refusal):
    """The person does not want to hear from the bot."""

    code: int = 403
    description: str = "Forbidden: bot was blocked by the user"


@dataclass(frozen=True, slots=True)
class NotModified(Refusal):
    """An edit that changes nothing."""

    code: int = 400
    description: str = f"Bad Request: {NOT_MODIFIED}"


@dataclass(frozen=True, slots=True)
class OldQuery(Refusal):
    """A tap that is answered too late, or twice."""

    code: int = 400
    description: str = f"Bad Request: {OLD_QUERY}"


@dataclass(frozen=True, slots=True)
class NotFound(Refusal):
    """The message to edit is gone; another `description` for other things that are gone."""

    code: int = 400
    description: str = "Bad Request: message to edit not found"


@dataclass(frozen=True, slots=True)
class Unauthorized(Refusal):
    """The token was taken back."""

    code: int = 401
    description: str = "Unauthorized"


@dataclass(frozen=True, slots=True)
class ServerError:
    """500, 502 or 504; `html` for the page of a proxy instead of JSON. The call is not carried out."""

    code: int = 500
    html: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """The answer comes late. With `carried_out`, the call is done at once all the same."""

    seconds: float
    carried_out: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection ends without an answer. With `carried_out`, the call was done all the same."""

    carried_out: bool = False


Failure: TypeAlias = Refusal | ServerError | Hang | Drop
