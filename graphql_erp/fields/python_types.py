"""PYTHON_TYPES: what the values of a field are in Python."""

import datetime as dt
import decimal
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from graphql_erp.expressions.tree import Kind

PYTHON_TYPES: Mapping[Kind, Any] = MappingProxyType(
    {
        Kind.TEXT: str,
        Kind.INTEGER: int,
        Kind.DECIMAL: decimal.Decimal,
        Kind.FLOAT: float,
        Kind.BOOLEAN: bool,
        Kind.DATE: dt.date,
        Kind.DATETIME: dt.datetime,
        Kind.TIME: dt.time,
        Kind.DURATION: dt.timedelta,
        Kind.JSON: Any,
        Kind.BINARY: bytes,
    }
)
"""By kind; records are of the class of their model."""
