"""Reading that takes long, done beside the event loop by one thread of the process.

Long documents and bodies cost tens of milliseconds of Python, whoever sends them. One after the
other, they leave the loop to requests that are answered from what is known already.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

LONG_DOCUMENT = 1_000
"""Characters from which on a document is read beside the loop; others take a few milliseconds."""

LONG_BODY = 50_000
"""Bytes from which on a body and its variables are."""

_SWITCH_SECONDS = 0.0005
"""How long the loop waits for the thread to stand back; Python's own 5 ms are felt."""

Given = ParamSpec("Given")
Result = TypeVar("Result")

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="erp-reading")


async def beside_the_loop(
    function: Callable[Given, Result], *arguments: Given.args, **options: Given.kwargs
) -> Result:
    """Return what a function gives, called by the one thread for long work."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_thread, lambda: function(*arguments, **options))


class Stopwatch:
    """Takes the time a call takes, without the time it waited for its turn."""

    def __init__(self) -> None:
        self.milliseconds = 0.0

    def timed(self, function: Callable[Given, Result]) -> Callable[Given, Result]:
        """Return a function that adds its processor time, whether it fails or not."""

        def run(*arguments: Given.args, **options: Given.kwargs) -> Result:
            started = time.thread_time()
            try:
                return function(*arguments, **options)
            finally:
                self.milliseconds += (time.thread_time() - started) * 1_000

        return run
