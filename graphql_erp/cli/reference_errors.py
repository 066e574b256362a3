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


def errors_reference() -> str:
    """Return the page, made from the tree of errors and the tables of checks."""
    requests = [
        (code(error.code), str(error.status), summary(error))
        for error in sorted(_request_errors(), key=lambda item: (item.code, item.status))
    ]
    users = [(code(name),) for name in get_args(errors.UserErrorCode)]
    found = [section(name, f"{text}\n", level=3) for name, text in sorted(checks().items())]
    return page(
        "Errors",
        _INTRODUCTION,
        section("Requests that fail", table(["code", "status", "meaning"], requests)),
        section("Errors in payloads", table(["code"], users)),
        section("Mistakes in declarations", f"{_DECLARATIONS}\n", *found),
    )


def checks() -> Mapping[str, str]:
    """Return the sentence of every check by its id; layers with one id say one thing each."""
    texts: dict[str, str] = {}
    for table_of_checks in (declaration_checks.CHECKS, registry_checks.CHECKS, clashes.CHECKS):
        for name, text in table_of_checks.items():
            texts[name] = f"{texts[name]} {text}" if name in texts else text
    return texts


def _request_errors() -> Iterator[type[errors.RequestError]]:
    for _, item in inspect.getmembers(errors, inspect.isclass):
        if issubclass(item, errors.RequestError):
            yield item
