"""The server's HTTP protocol with a limit to the head of a request."""

from __future__ import annotations

from typing import Any

from graphql_erp.cli.target_protocol import TargetProtocol
from graphql_erp.config import settings

_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 36\r\nconnection: close\r\n\r\n"
    b"The head of the request is too long."
)


class BoundedProtocol(TargetProtocol):
    """Refuses requests whose line and headers are longer than the setting `max_header_bytes`.

    The parser keeps what it has of a header until the header ends, however long that takes: bytes
    are counted as they arrive, and once more when the head is complete, which may come at once.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        chosen = settings()
        self._most_head = chosen.max_header_bytes
        # Bodies in parts take more than their bytes; what trails them is not the body's any more.
        self._most = chosen.max_header_bytes + 2 * chosen.max_body_bytes
        self._received = self._head = 0
        self._begins = False
        self._is_open = True

    def data_received(self, data: bytes) -> None:
        """Take in bytes of the client."""
        if self.transport.is_closing():
            return
        self._begins = False
        super().data_received(data)
        self._received = 0 if self._begins else self._received + len(data)
        if self._received > (self._most_head if self._is_open else self._most):
            self._refuse()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._begins = self._is_open = True
        self._head = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header, or what trails a body in parts."""
        super().on_header(name, value)
        self._head += len(name) + len(value)
        if self._head > self._most_head:
            self._refuse()

    def on_headers_complete(self) -> None:
        """Answer the request, unless its head is too long."""
        self._is_open = False
        if len(self.url) + self._head > self._most_head:
            self._refuse()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body, unless the request was refused."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request, unless it was refused."""
        if not self.transport.is_closing():
            super().on_message_complete()

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_REFUSAL)
            self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: the endpoint tells the client, and anybody could fill the log."""
