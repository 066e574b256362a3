"""A connection of a tenant pool."""

import struct
from contextlib import suppress
from datetime import date
from typing import Any

import asyncpg

from graphql_erp.config import Settings
from graphql_erp.errors import TenantUnavailable

_CONNECT_SECONDS = 10
_LONGEST_KEPT_STATEMENT = 32_768
"""PostgreSQL keeps fifty times a statement's length for it, on each connection."""
_DAYS = struct.Struct("!i")
_EPOCH = date(2000, 1, 1).toordinal()
"""PostgreSQL counts days from here."""


def is_lost(error: BaseException) -> bool:
    """Tell whether an error of the driver means that the server is gone or ended the session."""
    if isinstance(error, asyncpg.QueryCanceledError):
        return False
    if isinstance(error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError):
        return True
    if isinstance(error, asyncpg.InterfaceError):
        # Misuse of a connection that is alive has the same class, so that only the text is left.
        return "closed" in str(error)
    # Its subclasses tell of other things, such as types that a migration changed.
    return type(error) is asyncpg.InternalClientError or isinstance(error, OSError)


class TenantConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """An asyncpg connection that is handed on without a reset query.

    Whoever uses it sets what he needs for one transaction (`SET LOCAL`), never for the session.
    """

    def get_reset_query(self) -> str:
        """Return nothing: the reset query costs a round trip, and no session state is made."""
        return ""

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        """Send a command and return its status.

        Raises:
            asyncpg.InFailedSQLTransactionError: It was to commit, but a statement had failed: the
                server then undoes the transaction and calls that no error.
        """
        status: str = await super().execute(query, *args, **options)
        if status == "ROLLBACK" and query.startswith("COMMIT"):
            raise asyncpg.InFailedSQLTransactionError("A statement failed; nothing is committed.")
        return status

    def is_settled(self) -> bool:
        """Tell whether the next user can have it as it is: no transaction, no cancellation."""
        protocol = self._protocol
        return not (
            self.is_closed()
            or self._top_xact is not None
            or protocol.is_in_transaction()
            # asyncpg's own pool asks the same before it resets a connection.
            or protocol._is_cancelling()  # noqa: SLF001
        )

    async def settle(self) -> None:
        """Wait for a cancellation under way and leave any transaction."""
        # This statement also takes in a cancellation that arrives too late for its own.
        with suppress(asyncpg.QueryCanceledError, asyncpg.InFailedSQLTransactionError):
            await self.execute("SELECT")
        self._top_xact = None
        if self.is_in_transaction():
            await self.execute("ROLLBACK")


async def connect_tenant(dsn: str, settings: Settings) -> TenantConnection:
    """Open a connection with the session settings every statement relies on.

    Raises:
        TenantUnavailable: The database does not exist or cannot be reached.
    """
    session = {"application_name": settings.database_prefix, "TimeZone": "UTC"}
    command_timeout: float | None = None
    if settings.statement_cache:
        session["statement_timeout"] = str(round(settings.statement_timeout * 1000))
        session["jit"] = "off"
    else:
        # A transaction-pooling proxy refuses start-up parameters it does not know.
        command_timeout = settings.statement_timeout
    try:
        connection: TenantConnection = await asyncpg.connect(
            dsn,
            timeout=_CONNECT_SECONDS,
            connection_class=TenantConnection,
            statement_cache_size=settings.statement_cache,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=_LONGEST_KEPT_STATEMENT,
            command_timeout=command_timeout,
            server_settings=session,
        )
        await _prepare(connection)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise TenantUnavailable(
            "The tenant's database cannot be reached.", hint="Is its name right, and is it up?"
        ) from error
    return connection


async def _prepare(connection: TenantConnection) -> None:
    """Set the codecs of a connection nobody knows of yet: who fails here must close it."""
    try:
        await set_codecs(connection)
    except BaseException:
        connection.terminate()
        raise


async def set_codecs(connection: asyncpg.Connection) -> None:
    """Set how values travel where the driver's own way does not suit.

    Answers are JSON made by PostgreSQL: their bytes go to the client as they are. The driver takes
    the first and the last day of Python for infinity, and people write 9999-12-31 for "no end".
    """
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary"
    )
    await connection.set_type_codec(
        "date", schema="pg_catalog", encoder=_write_day, decoder=_read_day, format="binary"
    )
    # The driver learns a type when it meets it in a column, not when it meets it inside of a row.
    await connection.fetch("SELECT ARRAY[ROW(1)]")


def _write_day(day: date) -> bytes:
    return _DAYS.pack(day.toordinal() - _EPOCH)


def _read_day(days: bytes) -> date:
    return date.fromordinal(_DAYS.unpack(days)[0] + _EPOCH)
