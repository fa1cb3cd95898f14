"""Connections to the web chat."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from bot.content.library import Library

from .visitor import Person, Stumbling, connect, web


@pytest.fixture
async def client(library: Library) -> AsyncIterator[AsyncClient]:
    """Give a browser's connection."""
    async with connect(web(library)) as client:
        yield client


@pytest.fixture
async def broken(library: Library) -> AsyncIterator[AsyncClient]:
    """Give a connection to a guide whose every turn fails."""
    async with connect(web(library, Stumbling)) as client:
        yield client


@pytest.fixture
async def person(client: AsyncClient) -> Person:
    """Give somebody who has just opened the guide."""
    person = Person(client)
    await person.open()
    return person
