"""A desk in a trial, and one with accounts in a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.content.library import Library

from .stage import Helper, Stage, staged


@pytest.fixture
async def stage(library: Library) -> AsyncIterator[Stage]:
    """Run a trial."""
    async with staged(library) as stage:
        yield stage


@pytest.fixture
async def kept(library: Library, tmp_path: Path) -> AsyncIterator[Stage]:
    """Run a desk whose helpers stand in a file."""
    async with staged(library, tmp_path / "agents.json") as stage:
        yield stage


@pytest.fixture
async def first(stage: Stage) -> Helper:
    """Let the first helper of the trial in."""
    helper = stage.helper()
    await helper.client.get(stage.desk.invitation())
    await helper.begin()
    return helper
