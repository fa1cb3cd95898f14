"""Servers for the tests of stores."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from .server import KINDS, Server, serving_valkey

Serve = Callable[[str], Server]


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Serve one safe server of each kind that is asked for to a whole file."""
    with ExitStack() as stack:
        yield cache(lambda kind: stack.enter_context(serving_valkey(kind=kind)))


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Serve a safe server of each kind to one test, which may ill-treat it."""
    with serving_valkey(kind=request.param) as server:
        yield server
