"""The one error of expressions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from graphql_erp.errors import ErpError


class ExpressionError(ErpError):
    """An expression that cannot be read, or that does not fit the model.

    Attributes:
        offset: Character in the text, from 0; None when there is no text.
    """

    code = "BAD_USER_INPUT"
    status = 400

    def __init__(self, message: str, *, hint: str = "", offset: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.offset = offset


@contextmanager
def located(offset: int | None) -> Iterator[None]:
    """Give errors raised inside the place in the text, unless they have one already."""
    try:
        yield
    except ExpressionError as error:
        if error.offset is None:
            error.offset = offset
        raise


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint with the nearest valid name, else all of them when they are few."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    few = 12
    return f"Known: {', '.join(sorted(names))}." if 0 < len(names) <= few else ""
