"""What wiring asks of a channel: where it is reached, and what runs while the application does."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, runtime_checkable

from starlette.routing import BaseRoute


class Service(Protocol):
    """One channel of a running guide."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """List the routes to mount."""

    def running(self, stop: Callable[[str], None]) -> AbstractAsyncContextManager[None]:
        """Run until the end of the block; `stop` is called with a sentence when the guide cannot go on."""


@runtime_checkable
class Inviting(Protocol):
    """A service whose first user comes by a link that works once."""

    def invitation(self) -> str:
        """Give the path of that link; empty if there is none."""


@runtime_checkable
class Streaming(Protocol):
    """A service with answers that do not end by themselves."""

    def hush(self) -> None:
        """End them now, as the server is about to stop and would wait for them."""
