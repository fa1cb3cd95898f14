"""What every door of HTTP needs."""

from starlette.requests import ClientDisconnect, Request


async def read_body(request: Request, limit: int) -> bytes | None:
    """Take the body; None if it has more than `limit` bytes, which are then not kept; empty if the caller hangs up."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return None
    except ClientDisconnect:
        return b""
    return body
