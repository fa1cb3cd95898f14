"""The turns under way, so that none is lost when the guide stops."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Turns:
    """Holds turns that nobody waits for."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Count the turns under way."""
        return len(self._tasks)

    def begin(self, turn: Coroutine[Any, Any, None]) -> None:
        """Take a turn without waiting for it."""
        task = asyncio.create_task(turn)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Wait until all are done. What takes longer is given up: the next tap goes on where the person was."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
