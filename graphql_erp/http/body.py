"""The bytes of a request body, read from ASGI messages with a limit."""

from starlette.types import Receive

from graphql_erp.errors import BodyTooLarge


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


async def read_body(receive: Receive, *, declared: bytes, limit: int) -> bytes:
    """Return the request body.

    Args:
        receive: The ASGI channel.
        declared: Value of the Content-Length header, empty when absent.
        limit: Most bytes that are read.

    Raises:
        BodyTooLarge: The body is longer than the limit, by its own word or when read.
        ClientGone: The client left before the end of the body.
    """
    if declared.isdigit() and int(declared[:20]) > limit:
        raise _too_large(limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message["type"] == "http.request" and not message.get("more_body", False):
        return _checked(body, limit)
    parts, length = [body], len(body)
    while message["type"] == "http.request":
        if length > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()
        part: bytes = message.get("body", b"")
        parts.append(part)
        length += len(part)
    raise ClientGone


def _checked(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"The request body is longer than {limit} bytes.",
        hint="Send the records in several requests.",
    )
