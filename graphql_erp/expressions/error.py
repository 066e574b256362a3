"""The one error of expressions."""

from __future__ import annotations

from collections.abc import Iterator
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
