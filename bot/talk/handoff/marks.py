"""The little that the store holds of a handoff: sealed, under keyed hashes of a chat, and dropped when it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag

from bot.talk.keys import Keys, Ring
from bot.talk.ports import Address
from bot.talk.recall import Recall
from bot.talk.storing import Store, StoreDownError

KNOWN: Final = timedelta(minutes=15)  # that a chat's case is known if its process dies; as long as a silent talk lasts
AWAY: Final = timedelta(hours=1)  # that somebody who was abusive cannot ask again
ASKS: Final = timedelta(seconds=2)  # until every process has heard that somebody waits
CASE, SHUN, ASK = b"case", b"shun", b"ask"


class Marks:
    """Remembers which case a chat has, for all processes. With the store down nothing is known, and nothing breaks."""

    def __init__(self, store: Store, keys: Keys, clock: Callable[[], datetime]) -> None:
        """Take the store, the keys and a clock that gives aware datetimes."""
        self._store = store
        self._keys = keys
        self._clock = clock
        self._recall = Recall(store, keys, clock)

    async def first(self, address: Address) -> bool:
        """Tell whether nobody has asked for this chat at this very moment; True if nobody can tell."""
        name, _ = self._name(ASK, address, self._clock())
        try:
            return await self._store.claim(name, int(ASKS.total_seconds()))
        except StoreDownError:
            return True

    async def keep(self, address: Address, case: str) -> None:
        """Let every process know which case a chat has."""
        await self._put(CASE, address, case.encode(), KNOWN)

    async def case(self, address: Address) -> str:
        """Give the case of a chat; empty if there is none."""
        return (await self._get(CASE, address, KNOWN) or b"").decode()

    async def forget(self, address: Address) -> None:
        """Forget the case of a chat, and that it was asked for."""
        await self._drop(CASE, address, KNOWN)
        await self.unask(address)

    async def unask(self, address: Address) -> None:
        """Forget that a chat was asked for."""
        await self._drop(ASK, address, ASKS)

    async def shun(self, address: Address) -> None:
        """Keep a chat from asking again for an hour."""
        await self._put(SHUN, address, b"1", AWAY)

    async def shunned(self, address: Address) -> bool:
        """Tell whether a chat cannot ask."""
        return await self._get(SHUN, address, AWAY) is not None

    async def _put(self, purpose: bytes, address: Address, value: bytes, span: timedelta) -> None:
        name, ring = self._name(purpose, address, self._clock())
        try:
            await self._store.put(name, ring.places.encrypt(value, [name]), int(span.total_seconds()))
        except StoreDownError:
            return

    async def _get(self, purpose: bytes, address: Address, span: timedelta) -> bytes | None:
        for name, ring in self._names(purpose, address, span):
            try:
                sealed = await self._store.get(name)
                if sealed is not None:
                    return ring.places.decrypt(sealed, [name])
            except (StoreDownError, InvalidTag):
                return None
        return None

    async def _drop(self, purpose: bytes, address: Address, span: timedelta) -> None:
        for name, _ in self._names(purpose, address, span):
            try:
                await self._store.drop(name)
            except StoreDownError:
                return

    def _names(self, purpose: bytes, address: Address, span: timedelta) -> list[tuple[bytes, Ring]]:
        """Give each name under which a mark may stand, with the keys of its day: one, or two shortly after midnight."""
        now = self._clock()
        return list(dict(self._name(purpose, address, moment) for moment in (now, now - span)).items())

    def _name(self, purpose: bytes, address: Address, moment: datetime) -> tuple[bytes, Ring]:
        ring = self._keys.on(self._keys.today(moment))
        who = self._recall.who(address, moment)
        return blake2b(who, digest_size=16, key=ring.names, person=purpose).digest(), ring
