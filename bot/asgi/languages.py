"""Which languages a browser asks for."""

from typing import Final

from starlette.requests import Request

TAGS: Final = 10  # of an Accept-Language header that are looked at


def languages(request: Request) -> list[tuple[str, float]]:
    """List the tags of a browser's header with their weights, the most wanted first; one that makes no sense has none."""
    parts = request.headers.get("accept-language", "").replace(" ", "").split(",")[:TAGS]
    return sorted(((part.partition(";")[0], _weight(part)) for part in parts), key=lambda wanted: -wanted[1])


def _weight(part: str) -> float:
    try:
        return float(part.partition(";q=")[2] or 1)
    except ValueError:
        return 0.0
