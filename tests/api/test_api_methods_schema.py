"""What methods add to the schema."""

import orjson
import pytest
from graphql import (
    build_schema as build_graphql,
)
from graphql import (
    introspection_from_schema,
    lexicographic_sort_schema,
    print_schema,
    validate_schema,
)

from graphql_erp.api.schema import ApiSchema, build_schema, introspection_bytes
from graphql_erp.errors import DeclarationError
from graphql_erp.testing.declare import declare

MODELS = """
    model: Lead
    fields:
      name: Char
      tags: {type: ManyToMany, to: Tag}
    ---
    model: Tag
    api: read
    fields: {name: Char}
    ---
    model: Secret
    api: none
    fields: {name: Char}
"""
PYTHON = """
    from dataclasses import dataclass, field
    from datetime import date
    from decimal import Decimal
    from enum import Enum
    from typing import Self

    from graphql_erp import (
        ActionResult, Close, Environment, Model, Upload, mutation, query,
    )


    class Mood(Enum):
        '''How it went.'''
        good = 1
        bad = 2


    @dataclass(frozen=True)
    class Options:
        '''How to merge.'''
        keep: bool = True
        '''Whether to keep the others.'''
        moods: list[Mood] = field(default_factory=lambda: [Mood.good])
        tag: "Tag | None" = None


    @dataclass(frozen=True)
    class Merged:
        record: "Lead"
        merged: "list[Lead]"
        options: Options | None


    class Lead(Model):
        @mutation
        def win(self, note: str = "won", by: "Tag | None" = None) -> Self:
            '''Win the lead.

            Args:
                note: What is said of it.
            '''

        @mutation
        @classmethod
        def merge(cls, records: list[Self], options: Options = Options()) -> Merged:
            '''Merge leads.'''

        @mutation
        @classmethod
        def load_file(cls, env: Environment, file: Upload, limits: list[Decimal] = []) -> int:
            '''Load a file.'''

        @mutation
        def step(self, on: date | None = None) -> ActionResult:
            '''Go on.'''

        @query
        def balance(self, as_of: date | None = None) -> Decimal:
            '''Return the balance.'''

        @query
        @classmethod
        def like(cls, env: Environment, threshold: float = 0.8) -> list[Self]:
            '''Find similar leads.'''

        @query
        @classmethod
        def secrets(cls, env: Environment) -> "list[Secret]":
            '''Give what the schema does not show.'''


    class Tag(Model):
        @mutation
        @classmethod
        def paint(cls, records: list[Self], mood: Mood = Mood.bad) -> list[Self]:
            '''Paint tags.'''


    class Secret(Model):
        @mutation
        def tell(self) -> None:
            '''Tell it.'''
"""


@pytest.fixture(scope="module")
def schema() -> ApiSchema:
    return build_schema(declare(MODELS, python=PYTHON))


def field(schema: ApiSchema, owner: str, name: str) -> str:
    """Return a field as the SDL has it."""
    types = [block for block in schema.sdl.split("\n\n") if name in block]
    lines = "\n\n".join(types).splitlines()
    found = [line.strip() for line in lines if line.strip().startswith((f"{name}(", f"{name}:"))]
    assert found, owner
    return found[0]


def block(schema: ApiSchema, opening: str) -> str:
    """Return a type as the SDL has it."""
    start = schema.sdl.index(f"{opening} ")
    return schema.sdl[start : schema.sdl.index("}\n", start) + 1]


def test_schema_is_valid(schema: ApiSchema) -> None:
    assert validate_schema(schema.graphql) == []


def test_sdl_describes_the_executable_schema(schema: ApiSchema) -> None:
    written = lexicographic_sort_schema(build_graphql(schema.sdl))

    assert print_schema(written) == print_schema(lexicographic_sort_schema(schema.graphql))


def test_stored_introspection_is_the_executor_s(schema: ApiSchema) -> None:
    stored = orjson.loads(introspection_bytes(schema))["data"]["__schema"]["types"]
    executed = introspection_from_schema(schema.graphql)["__schema"]["types"]

    assert {item["name"]: item for item in stored} == {item["name"]: item for item in executed}


def test_mutation_on_a_record_takes_its_id_and_version(schema: ApiSchema) -> None:
    assert (
        '''  """Win the lead."""
  leadWin(
    id: ID!
    version: Int

    """What is said of it."""
    note: String! = "won"
    by: ID
  ): LeadPayload!'''
        in schema.sdl
    )


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        ("Lead", "balance", "balance(asOf: Date): Decimal!"),
        ("Query", "leadLike", "leadLike(threshold: Float! = 0.8): [Lead!]!"),
        (
            "Mutation",
            "leadMerge",
            "leadMerge(ids: [ID!]!, options: OptionsInput): LeadMergePayload!",
        ),
        (
            "Mutation",
            "leadLoadFile",
            "leadLoadFile(file: UploadInput!, limits: [Decimal!]! = []): LeadLoadFilePayload!",
        ),
        ("Mutation", "leadStep", "leadStep(id: ID!, version: Int, on: Date): LeadStepPayload!"),
        ("Mutation", "tagPaint", "tagPaint(ids: [ID!]!, mood: Mood! = BAD): TagBulkPayload!"),
    ],
)
def test_field_of_a_method(schema: ApiSchema, owner: str, name: str, expected: str) -> None:
    assert field(schema, owner, name) == expected


TYPES = {
    "type LeadMergePayload": """\
type LeadMergePayload {
  record: Lead
  merged: [Lead!]!
  options: Options
  errors: [UserError!]!
}""",
    "type LeadLoadFilePayload": """\
type LeadLoadFilePayload {
  result: Int
  errors: [UserError!]!
}""",
    "type LeadStepPayload": """\
type LeadStepPayload {
  action: ActionResult
  errors: [UserError!]!
}""",
    "input OptionsInput": '''\
input OptionsInput {
  """Whether to keep the others."""
  keep: Boolean! = true
  moods: [Mood!]! = [GOOD]
  tag: ID
}''',
    "type Options": '''\
type Options {
  """Whether to keep the others."""
  keep: Boolean!
  moods: [Mood!]!
  tag: Tag
}''',
    "enum Mood": "enum Mood {\n  GOOD\n  BAD\n}",
}


@pytest.mark.parametrize(("opening", "expected"), TYPES.items())
def test_type_of_a_method(schema: ApiSchema, opening: str, expected: str) -> None:
    assert block(schema, opening) == expected


def test_actions_are_a_union(schema: ApiSchema) -> None:
    union = "union ActionResult = Close | Reload | OpenAction | OpenUrl | Download | Notification"

    assert union in schema.sdl


def test_classes_are_described_by_their_docstrings(schema: ApiSchema) -> None:
    assert '"""How to merge."""\ninput OptionsInput {' in schema.sdl
    assert '"""How it went."""\nenum Mood {' in schema.sdl


def test_types_no_method_needs_are_not_there(schema: ApiSchema) -> None:
    plain = build_schema(declare("model: Lead\nfields: {name: Char}"))

    added = {"ActionResult", "Download", "NoticeLevel", "UploadInput", "Mood", "Options"}
    assert added <= set(schema.shapes)
    assert added.isdisjoint(plain.shapes)


def test_methods_of_what_is_not_shown_are_not_there(schema: ApiSchema) -> None:
    assert "Secret" not in schema.sdl
    assert "secret" not in schema.sdl


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("update", 'field "leadUpdate" of GraphQL type "Mutation" is made twice'),
        ("create_many", 'field "leadCreateMany" of GraphQL type "Mutation" is made twice'),
    ],
)
def test_mutation_with_the_name_of_a_generated_one_is_refused(name: str, what: str) -> None:
    python = f"""
        from graphql_erp import Model, mutation

        class Lead(Model):
            @mutation
            async def {name}(self) -> None:
                '''Do it.'''
    """

    with pytest.raises(DeclarationError) as caught:
        build_schema(declare("model: Lead\nfields: {name: Char}", python=python))

    (problem,) = caught.value.problems
    place = "modules/test/models/1.yaml:1"
    action = name.replace("_", " ")
    assert problem.message == (
        f"{what}: by the {action} mutation of model Lead ({place}) and by method {name} of model"
        " Lead (modules/test/models/behaviour.py:4)."
    )
    assert (problem.path, problem.line) == ("modules/test/models/behaviour.py", 4)


def test_query_with_the_name_of_a_field_is_refused() -> None:
    python = """
        from graphql_erp import Model, query

        class Lead(Model):
            @query
            def name(self) -> str:
                '''Give the name.'''
    """

    with pytest.raises(DeclarationError, match='field "name" of GraphQL type "Lead" is made twice'):
        build_schema(declare("model: Lead\nfields: {name: Char}", python=python))


def test_dataclass_with_the_name_of_a_generated_type_is_refused() -> None:
    python = """
        from dataclasses import dataclass
        from graphql_erp import Model, query

        @dataclass(frozen=True)
        class LeadPayload:
            count: int

        class Lead(Model):
            @query
            def figures(self) -> LeadPayload:
                '''Give figures.'''
    """

    with pytest.raises(DeclarationError, match='GraphQL type "LeadPayload" is made twice'):
        build_schema(declare("model: Lead\nfields: {name: Char}", python=python))
