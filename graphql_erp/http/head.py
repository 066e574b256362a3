"""What the endpoint reads of the request's headers."""

from typing import NamedTuple

from starlette.types import Scope


class RequestHead(NamedTuple):
    """The headers that matter, as bytes; empty when absent."""

    accept: bytes
    content_type: bytes
    content_encoding: bytes
    content_length: bytes
    if_none_match: bytes
    upgrade: bytes


def read_head(scope: Scope) -> RequestHead:
    """Collect the headers in one pass; several Accept headers count as one list."""
    accept = content_type = encoding = length = known = upgrade = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = accept + b", " + value if accept else value
        elif name == b"content-type":
            content_type = value
        elif name == b"content-length":
            length = value
        elif name == b"content-encoding":
            encoding = value
        elif name == b"if-none-match":
            known = known + b", " + value if known else value
        elif name == b"upgrade":
            upgrade = value
    return RequestHead(accept, content_type, encoding, length, known, upgrade)
