"""Field types: what a field stores, accepts and answers."""

from collections.abc import Mapping
from types import MappingProxyType

from graphql_erp.fields.base import FieldType
from graphql_erp.fields.binary import Binary
from graphql_erp.fields.boolean import Boolean
from graphql_erp.fields.monetary import Monetary
from graphql_erp.fields.number import BigInteger, Decimal, Float, Integer
from graphql_erp.fields.reference import Reference
from graphql_erp.fields.relation import ManyToMany, ManyToOne, OneToMany, OneToOne
from graphql_erp.fields.secret import Secret
from graphql_erp.fields.selection import Selection
from graphql_erp.fields.structured import Json
from graphql_erp.fields.temporal import Date, Datetime, Time
from graphql_erp.fields.text import Char, Email, Text, Url

FIELD_TYPES: Mapping[str, type[FieldType]] = MappingProxyType(
    {
        item.name: item
        for item in (
            Char,
            Text,
            Email,
            Url,
            Integer,
            BigInteger,
            Float,
            Decimal,
            Monetary,
            Boolean,
            Date,
            Datetime,
            Time,
            Selection,
            Json,
            Binary,
            Secret,
            ManyToOne,
            OneToOne,
            OneToMany,
            ManyToMany,
            Reference,
        )
    }
)
"""Every type a module may use, by the name `type:` gives."""
