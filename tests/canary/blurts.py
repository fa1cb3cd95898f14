"""Parts that fail and tell all that they were given, and what hears them: every logger, and the two outputs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import NoReturn

import pytest

from bot.core.private import Private

from .marks import Marks
from .test_layers import Ears, printed


def blurting(blurts: Marks, sound: object) -> Callable[..., object]:
    """Make a function, asynchronous like the sound one, that fails and tells in its message all that it was given."""
    mark = blurts.new("exception")

    def fail(*given: object, **named: object) -> NoReturn:
        private = [one.reveal() for one in given if isinstance(one, Private)]
        message = f"{mark} {given!r} {named!r} {private!r}"
        raise RuntimeError(message)

    async def fail_later(*given: object, **named: object) -> NoReturn:
        fail(*given, **named)

    return fail_later if iscoroutinefunction(sound) else fail


@dataclass
class Watch:
    """What hears a visit: every logger, and the two outputs. `breaks` plants a failure."""

    ears: Ears
    capfd: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    blurts: Marks = field(default_factory=Marks)

    @contextmanager
    def breaks(self, owner: object, name: str) -> Iterator[None]:
        """Let a part fail for a while."""
        with self.monkeypatch.context() as broken:
            broken.setattr(owner, name, blurting(self.blurts, getattr(owner, name)))
            yield

    def heard(self) -> dict[str, bytes]:
        """Give what was heard."""
        return {**printed(self.capfd), "log": "\n".join(self.ears.heard).encode()}
