"""Bytes that are served as they are: compressed beforehand, with an ETag."""

import gzip
import hashlib
from dataclasses import dataclass
from typing import Self

from starlette.types import Receive, Scope, Send

from graphql_erp.http.respond import Header, send_response

_COMPRESSION_LEVEL = 6
_DIGEST_CHARACTERS = 32
_PER_ACTOR: tuple[Header, ...] = ((b"vary", b"authorization, cookie"),)


@dataclass(frozen=True, slots=True, eq=False)
class StoredBytes:
    """An ASGI application that answers with the same bytes until they change.

    Attributes:
        body: The bytes.
        compressed: The same, by gzip.
        etag: Strong validator without its quotes.
        headers: Content type and whatever else belongs to the bytes.
    """

    body: bytes
    compressed: bytes
    etag: str
    headers: tuple[Header, ...]

    @classmethod
    def of(
        cls,
        body: bytes,
        content_type: bytes,
        *headers: Header,
        etag: str = "",
        is_private: bool = False,
    ) -> Self:
        """Prepare bytes for serving.

        Args:
            body: The bytes.
            content_type: Their media type.
            *headers: More headers of the response.
            etag: What names this version; a digest of the bytes when empty.
            is_private: Whether who asks decides if they are shown.
        """
        return cls(
            body,
            gzip.compress(body, _COMPRESSION_LEVEL, mtime=0),
            etag or hashlib.sha256(body).hexdigest()[:_DIGEST_CHARACTERS],
            (
                (b"content-type", content_type),
                (b"cache-control", b"private, no-cache" if is_private else b"no-cache"),
                (b"vary", b"accept-encoding"),
                *(_PER_ACTOR if is_private else ()),
                *headers,
            ),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the bytes, or with 304 when the client has them."""
        del receive
        wanted = _header(scope, b"if-none-match")
        zipped = accepts_gzip(_header(scope, b"accept-encoding"))
        # A strong validator belongs to one representation, hence the suffix.
        tag = f'"{self.etag}-gzip"' if zipped else f'"{self.etag}"'
        headers = (*self.headers, (b"etag", tag.encode()))
        if is_known(wanted, self.etag):
            await send_response(send, 304, b"", headers[1:])
            return
        encoding: tuple[Header, ...] = ((b"content-encoding", b"gzip"),) if zipped else ()
        await send_response(
            send,
            200,
            self.compressed if zipped else self.body,
            (*headers, *encoding),
            head=scope["method"] == "HEAD",
        )


def accepts_gzip(accept_encoding: bytes) -> bool:
    """Tell whether an Accept-Encoding header allows gzip."""
    for item in accept_encoding.decode("latin-1").lower().split(","):
        name, _, parameter = (part.strip() for part in item.partition(";"))
        if name in {"gzip", "*"}:
            return parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _header(scope: Scope, name: bytes) -> bytes:
    return b", ".join(value for key, value in scope["headers"] if key == name)


def is_known(if_none_match: bytes, etag: str) -> bool:
    """Tell whether a client has a version already, by what it says in If-None-Match."""
    items = if_none_match.decode("latin-1").split(",")
    known = {item.strip().removeprefix("W/") for item in items}
    return not known.isdisjoint({"*", f'"{etag}"', f'"{etag}-gzip"'})
