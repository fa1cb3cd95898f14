"""What outlives a turn for minutes, so that typed words have a context: one sealed line for each chat, under a keyed hash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag

from bot.talk.codes import LENGTH as CODE
from bot.talk.keys import Keys, Ring
from bot.talk.ports import Address
from bot.talk.seal import LENGTH
from bot.talk.storing import Store, StoreDownError

IDLE: Final = timedelta(minutes=30)  # an unused place dies (R47)
ONCE: Final = timedelta(minutes=10)  # a repeated update is known this long; Telegram stops repeating once it had its answer
MOST: Final = 32  # messages of ours that a place names besides the living one
WIDTH: Final = 8  # bytes of a message's number


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chat stands: the sealed state under its buttons, the living message, and others that Leave deletes.

    The token of a chat that was just left is empty. `code` is that of the first button, where helpers are asked or waited for.
    """

    token: str
    living: int
    others: tuple[int, ...] = ()
    code: str = ""


class Recall:
    """Remembers places for half an hour. With the store down, nothing is known and nothing breaks."""

    def __init__(self, store: Store, keys: Keys, clock: Callable[[], datetime]) -> None:
        """Take the store, the keys and a clock that gives aware datetimes."""
        self._store = store
        self._keys = keys
        self._clock = clock

    def who(self, address: Address, now: datetime | None = None) -> bytes:
        """Give the day's pseudonym of a chat: 16 bytes that mean nothing without the key."""
        return self._keyed(b"chat", _named(address), now or self._clock())

    async def place(self, address: Address) -> Place | None:
        """Give the place of a chat, if it was used within half an hour; around midnight it may stand under the day before."""
        for who, moment in self._names(address).items():
            try:
                sealed = await self._store.get(who)
            except StoreDownError:
                return None
            if sealed is not None:
                return self._open(who, sealed, moment)
        return None

    async def keep(self, address: Address, place: Place, span: timedelta = IDLE) -> None:
        """Remember a place for a span from now."""
        now = self._clock()
        who = self.who(address, now)
        numbers = (place.living, *place.others[-MOST:])
        written = place.token.ljust(LENGTH) + place.code.ljust(CODE)
        plain = written.encode() + b"".join(number.to_bytes(WIDTH) for number in numbers)
        try:
            await self._store.put(who, self._ring(now).places.encrypt(plain, [who]), int(span.total_seconds()))
        except StoreDownError:
            return

    async def forget(self, address: Address) -> None:
        """Forget a place now."""
        for who in self._names(address):
            try:
                await self._store.drop(who)
            except StoreDownError:
                return

    async def first(self, address: Address, what: str, span: timedelta = ONCE) -> bool:
        """Tell whether this is the first time, within a span, that something happens in a chat; True if nobody can tell."""
        try:
            mark = self._keyed(b"once", _named(address) + what.encode(), self._clock())
            return await self._store.claim(mark, int(span.total_seconds()))
        except StoreDownError:
            return True

    def named(self, purpose: bytes, what: bytes) -> bytes:
        """Give a keyed name of the day for something else that lives in the store for a short while."""
        return self._keyed(purpose, what, self._clock())

    def _names(self, address: Address) -> dict[bytes, datetime]:
        """Give each name under which a place may stand, with a moment of its day: one name, or two shortly after midnight."""
        now = self._clock()
        return {self.who(address, moment): moment for moment in (now, now - IDLE)}

    def _open(self, who: bytes, sealed: bytes, moment: datetime) -> Place | None:
        try:
            plain = self._ring(moment).places.decrypt(sealed, [who])
        except InvalidTag:
            return None
        written, rest = plain[: LENGTH + CODE].decode(), plain[LENGTH + CODE :]
        living, *others = (int.from_bytes(rest[at : at + WIDTH]) for at in range(0, len(rest), WIDTH))
        return Place(written[:LENGTH].strip(), living, tuple(others), written[LENGTH:].strip())

    def _ring(self, moment: datetime) -> Ring:
        return self._keys.on(self._keys.today(moment))

    def _keyed(self, purpose: bytes, what: bytes, now: datetime) -> bytes:
        return blake2b(what, digest_size=16, key=self._ring(now).names, person=purpose).digest()


def _named(address: Address) -> bytes:
    """Write an address so that no two are alike."""
    return b"\0".join((address.channel.encode(), address.bot.encode(), address.chat.reveal().encode(), b""))
