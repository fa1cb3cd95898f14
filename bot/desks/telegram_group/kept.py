"""What outlives the process for some hours, so that the next one can clear up: the numbers of open topics, sealed."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag

from bot.talk.keys import Keys
from bot.talk.storing import Store, StoreDownError

SLOTS: Final = 64  # topics that are known at most; a group that writes twenty messages a minute has fewer
HOURS: Final = 12  # as long as a topic is known
LEASE: Final = 20  # seconds for which a process leads without a new sign
DAY: Final = timedelta(days=1)


class Kept:
    """Open topics, and which process leads. With the store down or in memory, the next process knows of nothing."""

    def __init__(self, store: Store, keys: Keys, now: Callable[[], datetime]) -> None:
        """Take the store, the keys and a clock that gives aware datetimes."""
        self._store = store
        self._keys = keys
        self._now = now
        self._word = bytes.fromhex(keys.word(b"telegram desk"))
        self._slots: dict[int, int] = {}
        self._ident = secrets.token_bytes(8)
        self._led = False

    def agent(self, user: int) -> str:
        """Name a helper towards the exchange: it says nothing without the key."""
        return "tg" + self._name(b"agent %d" % user)[:6].hex()

    async def keep(self, thread: int) -> None:
        """Know a topic as open."""
        slot = next((slot for slot in range(SLOTS) if slot not in self._slots.values()), None)
        if slot is not None:
            self._slots[thread] = slot
            await self._put(b"topic %d" % slot, str(thread).encode(), HOURS * 3600)

    async def forget(self, thread: int) -> None:
        """Know it no more."""
        slot = self._slots.pop(thread, None)
        if slot is not None:
            await self._drop(b"topic %d" % slot)

    async def left(self) -> list[int]:
        """List the topics that a process before this one left open."""
        found = [(slot, await self._get(b"topic %d" % slot)) for slot in range(SLOTS)]
        self._slots |= {int(thread): slot for slot, thread in found if thread}
        return list(self._slots)

    async def lead(self) -> bool:
        """Tell whether this process serves the group. Two that poll for one bot would take each other's updates."""
        try:
            first = await self._store.get(self._name(b"lead")) is None
            if (first and await self._store.claim(self._name(b"lead"), LEASE)) or await self._get(b"lead") == self._ident:
                await self._put(b"lead", self._ident, LEASE)
                self._led = True
            else:
                self._led = False
        except StoreDownError:
            pass
        return self._led

    async def yield_lead(self) -> None:
        """Let another process lead at once."""
        if self._led:
            self._led = False
            await self._drop(b"lead")

    def _name(self, what: bytes) -> bytes:
        return blake2b(what, digest_size=16, key=self._word).digest()

    async def _put(self, what: bytes, value: bytes, seconds: int) -> None:
        name = self._name(what)
        ring = self._keys.on(self._keys.today(self._now()))
        with suppress(StoreDownError):
            await self._store.put(name, ring.places.encrypt(value, [name]), seconds)

    async def _get(self, what: bytes) -> bytes | None:
        name = self._name(what)
        with suppress(StoreDownError):
            sealed = await self._store.get(name)
            for moment in (self._now(), self._now() - DAY) if sealed else ():
                with suppress(InvalidTag):
                    return self._keys.on(self._keys.today(moment)).places.decrypt(sealed or b"", [name])
        return None

    async def _drop(self, what: bytes) -> None:
        with suppress(StoreDownError):
            await self._store.drop(self._name(what))
