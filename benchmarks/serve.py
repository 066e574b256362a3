"""What the hand-written servers share: their port, their pool, one uvicorn process."""

import argparse
import gc
import os
from collections.abc import Awaitable, Callable

import asyncpg
import uvicorn
from starlette.types import ASGIApp

DSN_VARIABLE = "BENCH_DSN"
POOL_VARIABLE = "ERP_POOL_MAX"
Setup = Callable[[asyncpg.Connection], Awaitable[None]]


async def _keep_session(_connection: asyncpg.Connection) -> None:
    """Reset nothing: no statement of these servers changes the session."""


def connection_pool(setup: Setup | None = None) -> asyncpg.Pool:
    """Return the pool of a server process, without asyncpg's reset query after each use."""
    return pool_of(os.environ[DSN_VARIABLE], int(os.environ[POOL_VARIABLE]), setup)


def pool_of(dsn: str, size: int, setup: Setup | None = None) -> asyncpg.Pool:
    """Return a pool of some connections, without asyncpg's reset query after each use."""
    return asyncpg.create_pool(dsn, min_size=size, max_size=size, init=setup, reset=_keep_session)


def serve(app: ASGIApp) -> None:
    """Serve until the process is told to stop: uvloop, httptools, no access log, one process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
    )
