"""Time that tests drive: a clock, and as much of an event loop as a store needs."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class DrivenClock:
    """A clock that goes when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


@dataclass(eq=False)
class DrivenTimer:
    """A call to come."""

    loop: "DrivenLoop"
    when: float
    callback: Callable[[], None]

    def cancel(self) -> None:
        """Call it off."""
        self.loop.timers.discard(self)


@dataclass
class DrivenLoop:
    """A loop whose time goes when it is told to; `timers` are the calls to come."""

    now: float = 1000.0
    timers: set[DrivenTimer] = field(default_factory=set)

    def time(self) -> float:
        """Give the time."""
        return self.now

    def call_at(self, when: float, callback: Callable[[], None], /) -> DrivenTimer:
        """Call back at a time."""
        timer = DrivenTimer(self, when, callback)
        self.timers.add(timer)
        return timer

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and make the calls that are due."""
        self.now += seconds
        for timer in [timer for timer in self.timers if timer.when <= self.now]:
            self.timers.discard(timer)
            timer.callback()
