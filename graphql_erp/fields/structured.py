"""Json: structured values whose shape is nobody's business but the module's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import FieldType, InvalidValue
from graphql_erp.fields.parse import BIG_INTEGER_RANGE, parse_float, parse_integer, parse_text

MAX_DEPTH = 64


@dataclass(frozen=True, kw_only=True)
class Json(FieldType):
    """A JSON value: objects, lists, texts, numbers, true, false.

    Example:
        settings: {type: Json, default: {}}
    """

    name = "Json"
    kind = Kind.JSON
    graphql_type = "JSON"
    lookups = frozenset({"has", "isnull", "isnotnull"})
    is_orderable = False

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return JSONB."""
        return JSONB()

    def clean(self, value: Any) -> Any:
        """Return the value with composed texts and finite numbers."""
        return _clean(value, MAX_DEPTH)

    def from_column(self, value: Any) -> Any:
        """Return the value of a JSON text."""
        return orjson.loads(value)


def _clean(value: Any, depth: int) -> Any:
    if depth == 0:
        raise InvalidValue(f"must not be nested deeper than {MAX_DEPTH} levels.")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return parse_text(value)
    if isinstance(value, int):
        return parse_integer(value, BIG_INTEGER_RANGE)
    if isinstance(value, float):
        return parse_float(value)
    if isinstance(value, list | tuple):
        return [_clean(item, depth - 1) for item in value]
    if isinstance(value, Mapping):
        return {_key(key): _clean(item, depth - 1) for key, item in value.items()}
    raise InvalidValue("must be made of objects, lists, texts, numbers, true, false and null.")


def _key(key: Any) -> str:
    if isinstance(key, str):
        return parse_text(key)
    raise InvalidValue("must have texts as keys of objects.")
