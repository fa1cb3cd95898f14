"""Whether a Valkey server may be used: it must keep nothing beyond its time, and send nothing elsewhere."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from valkey.asyncio import Connection
from valkey.exceptions import ResponseError

SILENT: Final = (
    "The Valkey server does not tell whether it keeps what it is given. Allow the user of DHAAL_STORE the commands CONFIG GET"
    " and INFO. Where a host forbids them, run a server of your own: docker-compose.yml has one."
)
REPLICA: Final = "The Valkey server is a replica of another one. Give Dhaal a server that stands alone."
COPIED: Final = "The Valkey server sends copies to replicas. Take them away, or give Dhaal a server that stands alone."
WANTED: Final = {  # what CONFIG GET must say, and what is wrong if it says something else
    "save": (b"", 'The Valkey server saves its memory to disk. Start it with --save "".'),
    "appendonly": (b"no", "The Valkey server writes every change to disk. Start it with --appendonly no."),
    "maxmemory-policy": (
        b"volatile-ttl",
        "The Valkey server, when full, does not drop what would end first. Start it with --maxmemory-policy volatile-ttl.",
    ),
    "cluster-enabled": (
        b"no",
        "The Valkey server is part of a cluster, and Dhaal sees only one part. Give Dhaal a server that stands alone.",
    ),
}


async def faults(connection: Connection) -> tuple[str, ...]:
    """Ask the server, in one go, whether it keeps what it is given or sends it elsewhere; say what is wrong."""
    asked = [*(("CONFIG", "GET", name) for name in WANTED), ("INFO", "replication")]
    for command in asked:
        await connection.send_command(*command)
    *told, info = [await _answer(connection) for _ in asked]
    return tuple(dict.fromkeys([*_settings(told), *_copies(info)]))


async def _answer(connection: Connection) -> object:
    with suppress(ResponseError):  # refused, or unknown
        return await connection.read_response()
    return None


def _settings(told: list[object]) -> Iterator[str]:
    for answer, (wanted, fault) in zip(told, WANTED.values(), strict=True):
        match answer:
            case [_, bytes(value)]:
                yield from () if value == wanted else (fault,)
            case _:
                yield SILENT


def _copies(info: object) -> Iterator[str]:
    """Read who copies whom. ROLE would not tell of a replica that is still being filled."""
    lines = info.splitlines() if isinstance(info, bytes) else []
    if b"role:slave" in lines:
        yield REPLICA
    elif b"role:master" not in lines:
        yield SILENT
    elif b"connected_slaves:0" not in lines:
        yield COPIED
