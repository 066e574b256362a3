"""Writes numbers until its input ends and says each one that the server acknowledged."""

import asyncio
import sys
import threading

import asyncpg

from graphql_erp.config import settings
from graphql_erp.tenants.server import open_server

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


async def write(database: str, number: int, end: threading.Event) -> None:
    server = open_server(settings())
    while not end.is_set():
        try:
            connection = await asyncpg.connect(server.app_dsn(database))
            while not end.is_set():
                number += 1
                await connection.execute("INSERT INTO written VALUES ($1)", number)
                sys.stdout.write(f"{number}\n")
                sys.stdout.flush()
            await connection.close()
        except LOST:
            revived = open_server(settings())
            server.close()
            server = revived
    server.close()


def watch(end: threading.Event) -> None:
    sys.stdin.read()
    end.set()


if __name__ == "__main__":
    ended = threading.Event()
    threading.Thread(target=watch, args=[ended], daemon=True).start()
    asyncio.run(write(sys.argv[1], int(sys.argv[2]), ended))
