"""A client that goes away cancels what is done for it."""

import asyncio

from starlette.types import Receive

WATCH_AFTER_SECONDS = 0.005
"""Most answers are ready before; only longer ones pay for a task that watches the connection."""


class DisconnectWatch:
    """Cancels the current task when the client closes the connection.

    Attributes:
        is_gone: True once the client left.
    """

    __slots__ = ("_receive", "_task", "_timer", "_watcher", "is_gone")

    def __init__(self, receive: Receive) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("A watch is started inside the task it may cancel.")
        self.is_gone = False
        self._receive = receive
        self._task = task
        self._watcher: asyncio.Task[None] | None = None
        self._timer = task.get_loop().call_later(WATCH_AFTER_SECONDS, self._start)

    def stop(self) -> None:
        """End the watch; the task is not cancelled by it any more."""
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def absorb(self) -> None:
        """Take back the cancellation that the client's leaving caused."""
        self._task.uncancel()

    def _start(self) -> None:
        self._watcher = self._task.get_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True
        self._task.cancel()
