"""The reference page of errors."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import get_args

from graphql_erp import errors
from graphql_erp.api import clashes
from graphql_erp.cli.markdown import code, page, section, table
from graphql_erp.declarations import checks as declaration_checks
from graphql_erp.declarations.docstrings import summary
from graphql_erp.registry import checks as registry_checks

_INTRODUCTION = (
    "Codes are stable; messages may change. An answer carries the code of a failed request in\n"
    "`extensions.code`, and that of something a user can correct in `errors { code }` of a payload."
)
_DECLARATIONS = (
    "Each mistake is shown with file, line and column; `erp module check` shows all of them in\n"
    "one run. The last line of a mistake leads to its section here."
)

_USER_ERRORS: Mapping[str, str] = {
    "REQUIRED": "A value that must be given is missing.",
    "INVALID": "A value does not fit its field, or the input contradicts itself.",
    "UNIQUE": "Another record has this value, and only one may.",
    "NOT_FOUND": "There is no such record, or none that may be read.",
    "FORBIDDEN": "The record may be read, but not changed like this.",
    "CONFLICT": "Somebody else changed the record since the version that was given.",
    "RESTRICTED": "Other records need it: it cannot be deleted, or not be let go.",
    "BUSINESS_RULE": "A rule of the model refuses it; `reason` says which.",
    "RATE_LIMITED": "Too many attempts; `details` says after how many seconds to try again.",
    "IDEMPOTENCY_MISMATCH": "The key of `@idempotent` was used before, for another request.",
}


def errors_reference() -> str:
    """Return the page, made from the tree of errors and the tables of checks."""
    requests = [
        (code(error.code), str(error.status), summary(error))
        for error in sorted(_request_errors(), key=lambda item: (item.code, item.status))
    ]
    users = [(code(name), _USER_ERRORS[name]) for name in get_args(errors.UserErrorCode)]
    found = [section(name, f"{text}\n", level=3) for name, text in sorted(checks().items())]
    return page(
        "Errors",
        _INTRODUCTION,
        section("Requests that fail", table(["code", "status", "meaning"], requests)),
        section("Errors in payloads", table(["code", "meaning"], users)),
        section("Mistakes in declarations", f"{_DECLARATIONS}\n", *found),
    )


def checks() -> Mapping[str, str]:
    """Return the sentence of every check by its id, those of all layers."""
    return {**declaration_checks.CHECKS, **registry_checks.CHECKS, **clashes.CHECKS}


def _request_errors() -> Iterator[type[errors.RequestError]]:
    for _, item in inspect.getmembers(errors, inspect.isclass):
        if issubclass(item, errors.RequestError) and item is not errors.RequestError:
            yield item
