import json
from collections.abc import Mapping
from typing import Any

import pytest
from crm_files import CORE_MANIFEST, EXTENSION, LEAD, MANIFEST, SECURITY, STAGE, STAGES
from jsonschema import Draft7Validator

from graphql_erp.declarations.json_schema import schemas
from graphql_erp.declarations.strict_yaml import read_yaml
from graphql_erp.errors import Problem
from graphql_erp.fields import FIELD_TYPES

SCHEMAS: Mapping[str, dict[str, Any]] = schemas(FIELD_TYPES)


def is_valid(kind: str, text: str) -> bool:
    problems: list[Problem] = []
    item = read_yaml(text, "f.yaml", problems)
    assert item is not None
    assert problems == []
    return Draft7Validator(SCHEMAS[kind]).is_valid(item.plain())


def described(schema: Any) -> set[str]:
    """Return the keys of all properties that have a description."""
    if isinstance(schema, list):
        return {key for item in schema for key in described(item)}
    if not isinstance(schema, dict):
        return set()
    own = {
        key
        for key, value in schema.get("properties", {}).items()
        if isinstance(value, dict) and "description" in value
    }
    return own | {key for value in schema.values() for key in described(value)}


def test_one_schema_per_kind_of_file() -> None:
    assert list(SCHEMAS) == ["manifest.json", "model.json", "records.json", "security.json"]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schema_is_draft_7_and_plain_json(kind: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[kind])

    assert json.loads(json.dumps(SCHEMAS[kind])) == SCHEMAS[kind]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("manifest.json", MANIFEST),
        ("manifest.json", CORE_MANIFEST),
        ("model.json", STAGE),
        ("model.json", LEAD),
        ("model.json", EXTENSION),
        ("model.json", "model: A\naccess: {A: {user: all}}"),
        ("model.json", "model: A\nfields: {s: {type: Selection, options: {a: A}}}"),
        ("model.json", "model: A\nfields: {s: {type: Selection, options: [a]}}"),
        ("model.json", "model: A\nfields: {n: {type: Char, sequence: {}}}"),
        ("model.json", "model: A\nfields: {n: {type: Char, sequence: {prefix: A, per: [year]}}}"),
        ("records.json", STAGES),
        ("security.json", SECURITY),
    ],
)
def test_what_the_loader_accepts_is_accepted(kind: str, text: str) -> None:
    assert is_valid(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("manifest.json", "name: A\nidentifier: a"),
        ("manifest.json", "name: A\nidentifier: a\nversion: 1.0"),
        ("manifest.json", 'name: A\nidentifier: a\nversion: "1"\ndependancies: []'),
        ("manifest.json", 'name: A\nidentifier: a\nversion: "1"\nsource: x'),
        ("model.json", "label: A"),
        ("model.json", "model: a"),
        ("model.json", "model: A\nextend: B"),
        ("model.json", "model: A\nlable: A"),
        ("model.json", "model: A\napi: none at all"),
        ("model.json", "model: A\nfields: {n: {type: Char, sequence: {prefx: A}}}"),
        ("model.json", "model: A\nfields: {n: {type: Char, sequence: {per: [day]}}}"),
        ("model.json", "model: A\nfields: {n: {type: Char, sequence: A}}"),
        ("model.json", "model: A\norder_by: name"),
        ("model.json", "model: A\nfields: {name: Chr}"),
        ("model.json", "model: A\nfields: {name: {required: true}}"),
        ("model.json", "model: A\nfields: {name: {type: Chr}}"),
        ("model.json", "model: A\nfields: {name: {type: Char, digits: [1, 2]}}"),
        ("model.json", "model: A\nfields: {name: {type: Char, required: 1}}"),
        ("model.json", "model: A\nfields: {name: {type: Decimal, digits: [1]}}"),
        ("model.json", "model: A\nfields: {name: {type: ManyToOne, on_delete: explode}}"),
        ("model.json", "model: A\nfields: {address_2: Char}"),
        ("model.json", "extend: A\nfields: {name: {type: Char, digits: [1, 2]}}"),
        ("model.json", "extend: A\nfields: {name: {nothing: true}}"),
        ("model.json", "model: A\nchecks: {c: {where: Q(a=1)}}"),
        ("model.json", "model: A\nunique: {c: {message: Once.}}"),
        ("records.json", "records: {stage: {one: {}}}"),
        ("records.json", "records: {Stage: {One: {}}}"),
        ("records.json", "records: {Stage: {one: 1}}"),
        ("security.json", "access: {Lead: {user: some}}"),
        ("security.json", "access: {Lead: {user: {where: Q(a=1)}}}"),
        ("security.json", "groups: {user: {implies: other}}"),
        ("security.json", "rules: {r: {model: Lead}}"),
        ("security.json", "menus: {}"),
    ],
)
def test_typical_mistakes_are_refused(kind: str, text: str) -> None:
    assert not is_valid(kind, text)


def test_options_are_completed_per_type() -> None:
    definitions = SCHEMAS["model.json"]["definitions"]

    assert set(definitions["typeDecimal"]["properties"]) - set(
        definitions["typeBoolean"]["properties"]
    ) == {"digits"}
    assert definitions["field"]["anyOf"][0]["enum"] == list(FIELD_TYPES)


def test_every_key_is_described() -> None:
    definitions = SCHEMAS["model.json"]["definitions"]
    keys = {key for name in FIELD_TYPES for key in definitions[f"type{name}"]["properties"]}
    keys |= set(SCHEMAS["manifest.json"]["properties"]) | set(SCHEMAS["model.json"]["properties"])
    keys |= {"implies", "allow", "where", "message"}

    assert keys - described(dict(SCHEMAS)) == set()


def test_description_is_the_string_under_the_attribute() -> None:
    digits = SCHEMAS["model.json"]["definitions"]["typeDecimal"]["properties"]["digits"]

    assert digits["description"] == "Total digits and decimal places, as in NUMERIC(16, 2)."


def test_attributes_of_bases_are_described_by_the_nearest_class() -> None:
    types = SCHEMAS["model.json"]["definitions"]
    texts = {
        types[f"type{name}"]["properties"]["inverse"]["description"]
        for name in ("ManyToOne", "OneToMany", "ManyToMany")
    }

    assert len(texts) == 3
