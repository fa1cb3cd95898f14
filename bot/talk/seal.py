"""The whole state of a conversation, sealed into 62 ASCII characters that only this chat can give back.

Layout before base64url, 46 bytes: 1 epoch, 16 AES-SIV tag, 29 sealed (3 minute of issue, 26 session number).
Bound by associated data to the shape of the guide, the channel, the bot and the chat.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag

from bot.core.session import Session
from bot.core.space import ROOM, Space
from bot.talk.keys import Keys
from bot.talk.ports import Address

LENGTH: Final = 62  # characters of a token
LIFE: Final = timedelta(hours=48)
SKEW: Final = timedelta(minutes=5)
BIRTH: Final = datetime(2025, 1, 1, tzinfo=UTC)  # minutes are counted from here; three bytes last until 2056
MINUTE: Final = timedelta(minutes=1)


class Seal:
    """Seals sessions of one guide and opens them again."""

    def __init__(self, keys: Keys, space: Space) -> None:
        """Take the keys and the numbering."""
        self._keys = keys
        self._space = space

    def close(self, session: Session, address: Address, now: datetime) -> str:
        """Seal a session for one chat."""
        minute = (now - BIRTH) // MINUTE
        plain = minute.to_bytes(3) + self._space.number(session).to_bytes(ROOM // 8)
        day = self._keys.today(now)
        sealed = self._keys.on(day).tokens.encrypt(plain, self._bound(address))
        return urlsafe_b64encode(bytes((day % 256,)) + sealed).rstrip(b"=").decode()

    def open(self, token: str, address: Address, now: datetime) -> Session | None:
        """Open a token; None if it is forged, foreign, expired, cut short or from an older guide."""
        raw = _decode(token)
        day = self._keys.day(raw[0], now) if raw else None
        if day is None:
            return None
        try:
            plain = self._keys.on(day).tokens.decrypt(raw[1:], self._bound(address))
        except InvalidTag:
            return None
        age = now - (BIRTH + int.from_bytes(plain[:3]) * MINUTE)
        return self._space.session(int.from_bytes(plain[3:])) if -SKEW <= age <= LIFE else None

    def _bound(self, address: Address) -> list[bytes]:
        chat = address.chat.reveal().encode()
        return [self._space.fingerprint, address.channel.encode(), address.bot.encode(), chat or b"\0"]


def _decode(token: str) -> bytes:
    """Decode base64url; nothing for what is not exactly one token (so no character has a twin)."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"==") if len(token) == LENGTH else b""
    except (Error, UnicodeEncodeError):
        return b""
    return raw if raw and urlsafe_b64encode(raw).rstrip(b"=").decode() == token else b""
