"""The garbage collector, held while a schema is made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Keep the cyclic collector from running.

    Building a schema makes hundreds of thousands of objects and no garbage; the collector walks
    them again and again, which takes half of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
