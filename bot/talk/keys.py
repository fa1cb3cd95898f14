"""Keys from one secret, one for each day. An old day's key is never made again, so its buttons are noise."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.core.private import Private

DAYS: Final = 3  # a token is honoured on its own day and the two after: as long as Telegram lets a bot delete (48 h)
SHORTEST: Final = 16  # bytes of a secret


class Ring(NamedTuple):
    """The keys of one day: for the tokens under buttons, for the places in the store, and for the names of chats there."""

    tokens: AESSIV
    places: AESSIV
    names: bytes


class Keys:
    """Makes the day's keys; holds no more than the days in use."""

    def __init__(self, secret: Private[bytes]) -> None:
        """Take the secret.

        Raises:
            ValueError: if it has fewer than 16 bytes.
        """
        if len(secret.reveal()) < SHORTEST:
            message = f"the secret is too short: give at least {SHORTEST} bytes"
            raise ValueError(message)
        self._secret = secret
        self._key = lru_cache(maxsize=DAYS + 1)(self._derive)

    def today(self, now: datetime) -> int:
        """Give the number of the day (UTC)."""
        return now.astimezone(UTC).toordinal()

    def on(self, day: int) -> Ring:
        """Give the keys of a day."""
        return self._key(day)

    def word(self, purpose: bytes) -> str:
        """Make a word of 64 hexadecimal digits that only those who know the secret can make; the same at every start."""
        return self._stretch(b"dhaal word " + purpose, 32).hex()

    def day(self, epoch: int, now: datetime) -> int | None:
        """Tell which honoured day an epoch byte means; None if it means none (a clock may be a day ahead)."""
        today = self.today(now)
        age = (today + 1 - epoch) % 256
        return today + 1 - age if age <= DAYS else None

    def _derive(self, day: int) -> Ring:
        keys = self._stretch(b"dhaal day %d" % day, 160)
        return Ring(AESSIV(keys[:64]), AESSIV(keys[64:128]), keys[128:])

    def _stretch(self, purpose: bytes, length: int) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(self._secret.reveal())
