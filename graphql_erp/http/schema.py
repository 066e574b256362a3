"""The schema as stored bytes: SDL and introspection."""

from dataclasses import dataclass
from typing import Self

from graphql_erp.http.accept import JSON
from graphql_erp.http.respond import Header
from graphql_erp.http.stored import StoredBytes

SCHEMA_HASH_HEADER = b"x-schema-hash"
_TEXT = b"text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, eq=False)
class SchemaFiles:
    """Both forms of one schema and the header that names it.

    Attributes:
        sdl: The schema definition language.
        introspection: The answer of the full introspection query.
        hash_header: What every GraphQL response carries.
    """

    sdl: StoredBytes
    introspection: StoredBytes
    hash_header: Header

    @classmethod
    def of(cls, *, sdl: bytes, introspection: bytes, schema_hash: str) -> Self:
        """Prepare a schema for serving; made once per schema, since compressing takes time.

        Args:
            sdl: The schema definition language in UTF-8.
            introspection: JSON of the full introspection, with or without its `data` member.
            schema_hash: What changes whenever the schema does.
        """
        header = (SCHEMA_HASH_HEADER, schema_hash.encode("ascii"))
        return cls(
            StoredBytes.of(sdl, _TEXT, header, etag=schema_hash, is_private=True),
            StoredBytes.of(introspection, JSON, header, etag=schema_hash, is_private=True),
            header,
        )
