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
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
"""What every answer carries."""

CONTENT_SECURITY_POLICY = b"content-security-policy"
NO_CONTENT: Header = (CONTENT_SECURITY_POLICY, b"default-src 'none'; frame-ancestors 'none'")
"""The policy of everything that is no page."""

_ALWAYS_TOLD = frozenset({401, 405, 429})
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
        headers: What is sent beside the content length and the security headers; a page names its
            own content security policy.
        head: Keep the body back, as the answer to HEAD.
    """
    sent = [*headers, (b"content-length", str(len(body)).encode()), *SECURITY_HEADERS]
    if not any(name == CONTENT_SECURITY_POLICY for name, _ in sent):
        sent.append(NO_CONTENT)
    await send({"type": "http.response.start", "status": status, "headers": sent})
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
    """Return the HTTP status of a failed request."""
    return error.status if isinstance(error, BadRequest) else shown_status(error.status, media_type)


def shown_status(status: int, media_type: bytes) -> int:
    """Return the HTTP status under which an answer is sent.

    Under `application/json` a well-formed request is answered with 200 whatever its document
    does; only what the server or HTTP itself has to say keeps its status.
    """
    if media_type != JSON or status >= FIRST_SERVER_ERROR or status in _ALWAYS_TOLD:
        return status
    return 200
