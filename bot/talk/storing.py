"""What a store gives: sealed bytes for minutes, and two ways to fail."""

from typing import Protocol


class StoreDownError(Exception):
    """The store does not answer, or may not be used. It carries no words."""


class UnsafeStoreError(Exception):
    """The store would write to disk or to another machine; the message is a sentence for the operator, with the remedy."""


class Store(Protocol):
    """What outlives a turn, for minutes: sealed bytes under keyed hashes. Every entry dies by itself.

    Each call touches one key, so any cluster can serve it. Keys and values are opaque without the guide's secret.
    """

    async def open(self) -> None:
        """Get ready.

        Raises:
            UnsafeStoreError: if it would keep what it is given beyond its time, or copy it elsewhere.
            StoreDownError: if it cannot be reached now; it is tried again later by itself.
        """

    async def put(self, key: bytes, value: bytes, seconds: int) -> None:
        """Hold a value for some seconds, in place of what was there.

        Raises:
            StoreDownError: if it does not answer, or has not been found safe yet.
        """

    async def get(self, key: bytes) -> bytes | None:
        """Give a value, if it is still there.

        Raises:
            StoreDownError: as above.
        """

    async def drop(self, key: bytes) -> None:
        """Forget a value now.

        Raises:
            StoreDownError: as above.
        """

    async def claim(self, key: bytes, seconds: int) -> bool:
        """Take a key for some seconds; True for the first who asks, False for everybody else meanwhile.

        Raises:
            StoreDownError: as above.
        """

    async def close(self) -> None:
        """Let go of everything; never fails."""
