"""Is the process alive, and can it answer requests?"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from graphql_erp.http.respond import send_response

READY_SECONDS = 5.0
"""A check that takes longer counts as failed."""

_HEADERS = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class LiveEndpoint:
    """Answers as long as the event loop runs."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the probe."""
        del receive
        head = scope["method"] == "HEAD"
        await send_response(send, 200, b'{"status":"alive"}', _HEADERS, head=head)


@dataclass(frozen=True, slots=True, eq=False)
class ReadyEndpoint:
    """Answers 200 when requests can be answered, else 503 with a reason code.

    Attributes:
        check: Gives an empty string or the reason code.
        seconds: How long the check may take.
    """

    check: Callable[[], Awaitable[str]]
    seconds: float = READY_SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the probe."""
        del receive
        reason = await self._reason()
        state = {"status": "unavailable", "reason": reason} if reason else {"status": "ready"}
        await send_response(
            send,
            503 if reason else 200,
            orjson.dumps(state),
            _HEADERS,
            head=scope["method"] == "HEAD",
        )

    async def _reason(self) -> str:
        try:
            async with asyncio.timeout(self.seconds):
                return await self.check()
        except TimeoutError:
            return "CHECK_TIMEOUT"
        except Exception as error:  # noqa: BLE001 -- an orchestrator needs an answer, not a reset
            _log.error("ready_check_failed", exc_info=error)
            return "CHECK_FAILED"
