"""Stored introspection: what the executor would answer, without asking it."""

from typing import Any

import orjson
import pytest
from contact_models import contact_schema
from graphql import build_client_schema, introspection_from_schema, validate_schema

from graphql_erp.api.schema import ApiSchema, build_schema, introspection_bytes
from graphql_erp.testing.declare import declare


@pytest.fixture(scope="module")
def schema() -> ApiSchema:
    return contact_schema()


def by_name(introspection: Any) -> dict[str, Any]:
    """Return the schema with its types and directives in the order of their names."""
    found = dict(introspection["__schema"])
    for part in ("types", "directives"):
        found[part] = sorted(found[part], key=lambda item: item["name"])
    for item in found["types"]:
        if item["possibleTypes"]:
            item["possibleTypes"] = sorted(item["possibleTypes"], key=lambda kind: kind["name"])
    return found


def test_stored_answer_is_the_executor_s(schema: ApiSchema) -> None:
    stored = orjson.loads(introspection_bytes(schema))

    assert list(stored) == ["data"]
    assert by_name(stored["data"]) == by_name(introspection_from_schema(schema.graphql))


def test_stored_answer_of_a_small_schema_is_the_executor_s() -> None:
    small = build_schema(declare("model: Tag\napi: read\nfields: {count: Integer}"))
    stored = orjson.loads(introspection_bytes(small))

    assert by_name(stored["data"]) == by_name(introspection_from_schema(small.graphql))


def test_client_builds_a_valid_schema_from_it(schema: ApiSchema) -> None:
    client = build_client_schema(orjson.loads(introspection_bytes(schema))["data"])

    assert validate_schema(client) == []
    assert client.get_type("ContactCreateInput") is not None


def test_same_schema_has_the_same_bytes(schema: ApiSchema) -> None:
    assert introspection_bytes(schema) == introspection_bytes(contact_schema())


def test_one_of_is_said_of_inputs_only(schema: ApiSchema) -> None:
    types = orjson.loads(introspection_bytes(schema))["data"]["__schema"]["types"]
    said = {item["name"]: item["isOneOf"] for item in types}

    assert said["ContactOrderBy"] is True
    assert said["ContactFilter"] is False
    assert said["Contact"] is None
