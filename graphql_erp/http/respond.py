"""Response headers and the bodies of errors."""

from collections.abc import Iterable
from uuid import uuid4

import orjson
import structlog
from starlette.types import Send

from graphql_erp.errors import BadRequest, Internal, RequestError
from graphql_erp.http.accept import JSON

Header = tuple[bytes, bytes]

SECURITY_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

_OF_THE_CLIENT = frozenset({401, 429})
FIRST_SERVER_ERROR = 500
"""From here on a status is never hidden behind 200."""

_log = structlog.get_logger(__name__)


async def send_response(
    send: Send, status: int, body: bytes, headers: Iterable[Header], *, head: bool = False
) -> None:
    """Send a whole response.

    Args:
        send: The ASGI channel.
        status: HTTP status.
        body: All of the body.
        headers: What is sent beside the content length and the security headers.
        head: Keep the body back, as the answer to HEAD.
    """
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                *headers,
                (b"content-length", str(len(body)).encode()),
                *SECURITY_HEADERS,
            ],
        }
    )
    await send({"type": "http.response.body", "body": b"" if head else body})


def error_body(error: RequestError, **extensions: str) -> bytes:
    """Return the GraphQL answer of a request that failed as a whole.

    Args:
        error: What went wrong.
        **extensions: Members beside `code` and `hint`.
    """
    entry: dict[str, object] = {"message": error.message}
    if error.locations:
        entry["locations"] = [{"line": line, "column": column} for line, column in error.locations]
    if error.path:
        entry["path"] = error.path
    hint = {"hint": error.hint} if error.hint else {}
    entry["extensions"] = {"code": error.code, **hint, **extensions}
    return orjson.dumps({"errors": [entry]})


def masked_body(error: Exception, *, event: str) -> bytes:
    """Log an unexpected failure and return the answer that shows nothing of it but an id."""
    error_id = uuid4().hex
    _log.error(event, error_id=error_id, exc_info=error)
    masked = Internal(
        "The server failed to answer this request.",
        hint="Report the error id to the operator of this server.",
    )
    return error_body(masked, errorId=error_id)


def error_status(error: RequestError, media_type: bytes) -> int:
    """Return the HTTP status of a failed request.

    Under `application/json` a well-formed request is answered with 200 whatever its document
    does; only what the server or HTTP itself has to say keeps its status.
    """
    if media_type != JSON or isinstance(error, BadRequest):
        return error.status
    is_of_the_server = error.status >= FIRST_SERVER_ERROR or error.status in _OF_THE_CLIENT
    return error.status if is_of_the_server else 200
