"""Errors -> the `errors` member of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import asyncpg
import orjson

from graphql_erp.api.call import Answer
from graphql_erp.api.documents import RequestErrors
from graphql_erp.errors import (
    AtomicAborted,
    BadUserInput,
    CostExceeded,
    ForbiddenField,
    RateLimited,
    RequestError,
    TenantUnavailable,
    Timeout,
    UserProblem,
)
from graphql_erp.tenants.connection import is_lost

_LONGEST_TEXT = 1_000
_SUGGESTION = re.compile(r" ?(?:Did you mean [^?]*\?|Known(?:, among others)?: [^.]*\.)")


def listed(error: RequestError) -> list[RequestError]:
    """Return the errors an error stands for."""
    return error.errors if isinstance(error, RequestErrors) else [error]


def error_member(error: RequestError) -> dict[str, Any]:
    """Return one error as the specification writes it, with our code and hint."""
    member: dict[str, Any] = {"message": _well_formed(error.message)}
    if error.locations:
        member["locations"] = [{"line": line, "column": column} for line, column in error.locations]
    if error.path:
        member["path"] = list(error.path)
    member["extensions"] = {"code": error.code}
    if isinstance(error, AtomicAborted):
        member["extensions"]["errors"] = [_shown(problem) for problem in error.problems]
    if isinstance(error, ForbiddenField):
        member["extensions"]["coordinates"] = error.coordinates
    if error.hint:
        member["extensions"]["hint"] = _well_formed(error.hint)
    return member


def _shown(problem: UserProblem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": _well_formed(problem.message),
        "path": list(problem.path) or None,
        "index": problem.index,
    }


def read_refusal(error: asyncpg.PostgresError) -> RequestError | None:
    """Return what a client is told when a read is refused; None for a failure of ours."""
    if isinstance(error, asyncpg.QueryCanceledError):
        return _too_slow(is_write=False)
    if isinstance(error, asyncpg.DataError):
        return BadUserInput(
            f"A value cannot be used: {error}.", hint="Check the values of filters."
        )
    if isinstance(error, asyncpg.ProgramLimitExceededError):
        return CostExceeded(
            f"The database cannot do as much at once: {error}.", hint="Split the document."
        )
    return None


def driver_refusal(error: Exception, *, is_write: bool) -> RequestError | None:
    """Return what a client is told when the driver fails; None for a failure of ours.

    Args:
        error: What was raised while a statement ran.
        is_write: Whether it belonged to a mutation.
    """
    # Where the server is not told the limit of a statement, the driver keeps it.
    if isinstance(error, TimeoutError):
        return _too_slow(is_write=is_write)
    if not is_lost(error):
        return None
    if is_write:
        return TenantUnavailable(
            "The connection to the tenant's database was lost; the outcome of the mutation is"
            " unknown.",
            hint="Read what it was to change before you send it again.",
        )
    return TenantUnavailable(
        "The connection to the tenant's database was lost.", hint="Try again in a moment."
    )


def _too_slow(*, is_write: bool) -> Timeout:
    if is_write:
        return Timeout("The write took longer than the limit.", hint="Write less at once.")
    return Timeout("The query took longer than the limit.", hint="Ask for less, filter more.")


def _well_formed(text: str) -> str:
    """Return a text that can be sent: it may quote a megabyte, or half of a surrogate pair."""
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT] + "…"
    return text if text.isascii() else text.encode(errors="replace").decode()


def without_suggestions(error: RequestError) -> RequestError:
    """Take the names of the schema that were not asked for out of an error.

    Whoever may not read the schema could otherwise guess it: of unknown names the nearest known
    ones are told, by the library and by our own checks alike.
    """
    for item in listed(error):
        # What is longer is cut when it is sent, and cutting it first bounds the search.
        item.message = _SUGGESTION.sub("", item.message[: _LONGEST_TEXT + 1])
        item.hint = _SUGGESTION.sub("", item.hint[: _LONGEST_TEXT + 1]).strip()
    return error


def errors_json(errors: Iterable[RequestError]) -> bytes:
    """Return the list of errors as JSON."""
    return orjson.dumps([error_member(error) for error in errors])


def refused(error: RequestError) -> Answer:
    """Return the answer to a request that failed before execution: no `data` member."""
    errors = listed(error)
    return Answer(
        b'{"errors":' + errors_json(errors) + b"}",
        has_data=False,
        status=errors[0].status,
        code=errors[0].code,
        retry_after=error.retry_after if isinstance(error, RateLimited) else None,
    )


def failed(error: RequestError) -> Answer:
    """Return the answer to a request that failed while it was executed: `data` is null.

    Its status is 200 unless there is no database to answer it.
    """
    errors = listed(error)
    status = error.status if isinstance(error, TenantUnavailable) else 200
    body = b'{"errors":' + errors_json(errors) + b',"data":null}'
    return Answer(body, has_data=True, status=status, code=errors[0].code)
