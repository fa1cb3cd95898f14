"""What conversations leave behind in memory: nothing, if the guide keeps its word."""

import asyncio

from bench.load import Crowd, plans, talk
from bench.server import GUIDE, MIB, pinned, serving
from bench.sizes import Sizes
from bench.web import Walks

CONNECTIONS = 64
WALKS = 256  # whole walks that fill every cache before the count begins
WARM = 20  # and one conversation for so many that are counted


def measure(walks: Walks, sizes: Sizes) -> dict[str, object]:
    """Hold distinct conversations, each a first screen and a press in a chat of its own, and weigh the server."""
    with serving(GUIDE) as server, pinned(-1):
        start = server.resident()
        asyncio.run(talk(server.port, Crowd(plans(walks), WALKS), CONNECTIONS))
        asyncio.run(talk(server.port, Crowd(plans(walks, 1), sizes.chats // WARM), CONNECTIONS))
        warm = server.resident()
        took = asyncio.run(talk(server.port, Crowd(plans(walks, 1), sizes.chats), CONNECTIONS))
        end = server.resident()
    return {
        "conversations": sizes.chats,
        "seconds": round(took, 1),
        "start_mib": round(start / MIB, 1),
        "warm_mib": round(warm / MIB, 1),
        "end_mib": round(end / MIB, 1),
        "bytes_per_conversation": round((end - warm) / sizes.chats, 2),
    }
