"""A peer for each test, and somebody who calls it without a library."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeAlias

import pytest
from aiohttp import ClientSession

from tests.peers.bot_api import BotApi, serving_bot_api

Caller: TypeAlias = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Serve a Bot API."""
    with serving_bot_api() as serving:
        yield serving


@pytest.fixture
async def call(api: BotApi) -> AsyncIterator[Caller]:
    """Call a method with JSON, and give what came back."""
    async with ClientSession() as session:

        async def one(method: str, **params: object) -> dict[str, Any]:
            async with session.post(f"{api.url}/bot{api.token}/{method}", json=params) as response:
                answer = await response.json()
                assert isinstance(answer, dict)
                assert answer["ok"] is (response.status == 200)
                return answer

        yield one
