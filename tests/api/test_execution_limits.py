"""Each limit of a document has an error of its own, and what is at the limit passes."""

import orjson
import pytest

from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    fields: {name: {type: Char, required: true, unique: true}}
    ---
    model: Lead
    fields: {name: Char, stage: {type: ManyToOne, to: Stage, inverse: leads}}
"""


def aliased(number: int) -> str:
    return "{" + " ".join(f"a{i}: __typename" for i in range(number)) + "}"


@pytest.mark.parametrize(
    ("settings", "within", "beyond", "code", "message"),
    [
        (
            {"max_tokens": 8},
            "{ leads { totalCount } }",
            "{ leads { totalCount __typename a: __typename } }",
            "GRAPHQL_PARSE_FAILED",
            "Syntax Error: Document contains more than 8 tokens. Parsing aborted.",
        ),
        (
            {"max_depth": 3},
            "{ leads { nodes { name } } }",
            "{ leads { nodes { stage { name } } } }",
            "COST_EXCEEDED",
            "Fields are nested 4 deep; the limit is 3.",
        ),
        (
            {"max_depth": 3},
            "{ leads { ...P } } fragment P on LeadConnection { nodes { name } }",
            "{ leads { ...P } } fragment P on LeadConnection { nodes { stage { name } } }",
            "COST_EXCEEDED",
            "Fields are nested 4 deep; the limit is 3.",
        ),
        (
            {"max_aliases": 3},
            aliased(3),
            aliased(4),
            "COST_EXCEEDED",
            "The document has 4 aliases; the limit is 3.",
        ),
        (
            {"max_same_response_name": 2},
            "{ leads { totalCount } ... { leads { totalCount } } }",
            "{ leads { totalCount } ... { leads { totalCount } } ... { leads { totalCount } } }",
            "COST_EXCEEDED",
            "More than 2 fields are named `leads`: 3 fields; the limit is 2.",
        ),
        (
            {"max_directives": 1},
            "{ leads { totalCount @skip(if: false) } }",
            "{ leads { totalCount @skip(if: false) @include(if: true) } }",
            "COST_EXCEEDED",
            "One place has 2 directives; the limit is 1.",
        ),
        (
            {"max_root_mutations": 1},
            'mutation { a: stageCreate(data: {name: "x"}) { errors { code } } }',
            'mutation { a: stageCreate(data: {name: "x"}) { errors { code } } __typename }',
            "COST_EXCEEDED",
            "The operation has 2 mutations; the limit is 1.",
        ),
        (
            {"max_nodes": 20},
            "{ stages(first: 4) { nodes { leads(first: 4) { nodes { name } } } } }",
            "{ stages(first: 4) { nodes { leads(first: 5) { nodes { name } } } } }",
            "COST_EXCEEDED",
            "The document may return 24 records, page sizes multiplied; the limit is 20.",
        ),
        (
            {"page_max": 2, "page_default": 1},
            "{ leads(last: 2) { nodes { name } } }",
            "{ leads(last: 3) { nodes { name } } }",
            "PAGE_TOO_LARGE",
            "`last: 3` is more than the 2 records a page may hold.",
        ),
        (
            {"bulk_max": 2},
            'mutation { stageCreateMany(data: [{name: "x"}, {name: "y"}]) { affected } }',
            'mutation {stageCreateMany(data: [{name: "p"}, {name: "q"}, {name: "r"}]) { affected}}',
            "BAD_USER_INPUT",
            "3 records are more than the 2 of one bulk.",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
async def test_limit(
    models: DeclaredModels,
    settings: dict[str, int],
    within: str,
    beyond: str,
    code: str,
    message: str,
) -> None:
    models.declare(MODELS, **settings)
    client = await models.client()

    allowed = await client(within)
    models.queries.clear()
    refused = await client(beyond)

    assert allowed.errors == []
    assert [(error["extensions"]["code"], error["message"]) for error in refused.errors] == [
        (code, message)
    ]
    assert not refused.data
    assert models.queries.count == 0


async def test_validation_stops_at_its_limit(models: DeclaredModels) -> None:
    models.declare(MODELS, max_validation_errors=3)
    client = await models.client()

    result = await client("{ a b c d e }")

    assert [error["message"] for error in result.errors] == [
        "Cannot query field 'a' on type 'Query'.",
        "Cannot query field 'b' on type 'Query'.",
        "Cannot query field 'c' on type 'Query'.",
        "Too many validation errors, error limit reached. Validation aborted.",
    ]
    assert set(result.codes) == {"GRAPHQL_VALIDATION_FAILED"}


async def test_suggestions_are_kept_back_outside_development(models: DeclaredModels) -> None:
    models.declare(MODELS, development=False)
    client = await models.client()

    result = await client("{ lead_ { totalCount } }")
    variable = await client(
        "query($d: StageFilter) { stages(filter: $d) { totalCount } }", d={"nam": 1}
    )

    assert [error["message"] for error in result.errors] == [
        "Cannot query field 'lead_' on type 'Query'."
    ]
    assert "Did you mean" not in variable.body.decode()
    assert variable.codes == ["BAD_USER_INPUT"]


async def test_fragment_cycle_is_a_validation_error(models: DeclaredModels) -> None:
    models.declare(MODELS)
    client = await models.client()

    result = await client("{ leads { ...A } } fragment A on LeadConnection { ...A }")

    assert result.codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_pages_inside_a_payload_are_limited_and_nothing_is_written(
    models: DeclaredModels,
) -> None:
    models.declare(MODELS, page_max=5, max_nodes=20)
    client = await models.client()
    document = (
        'mutation { stageCreate(data: {name: "x"}) { record { leads(first: %s) { nodes %s } } } }'
    )

    too_large = await client(document % (6, "{ name }"))
    too_many = await client(document % (5, "{ stage { leads(first: 5) { nodes { name } } } }"))

    assert too_large.codes == ["PAGE_TOO_LARGE"]
    assert too_large.errors[0]["path"] == ["stageCreate", "record", "leads"]
    assert too_many.codes == ["COST_EXCEEDED"]
    assert (await client("{ stages { totalCount } }")).data == {"stages": {"totalCount": 0}}


async def test_deeply_nested_text_is_refused(shop: Client) -> None:
    result = await shop("{ a" * 1600)

    assert result.codes == ["GRAPHQL_PARSE_FAILED"]


async def test_deeply_nested_value_is_refused(shop: Client) -> None:
    depth = 1200
    filters = "{NOT: " * depth + "{}" + "}" * depth

    result = await shop(f"{{ leads(filter: {filters}) {{ totalCount }} }}")

    assert len(result.errors) == 1
    assert result.codes in (["GRAPHQL_PARSE_FAILED"], ["COST_EXCEEDED"], ["BAD_USER_INPUT"])


async def test_deeply_nested_variable_is_refused(shop: Client) -> None:
    value: dict[str, object] = {}
    for _ in range(600):
        value = {"NOT": value}

    result = await shop("query($f: LeadFilter) { leads(filter: $f) { totalCount } }", f=value)

    assert result.codes == ["BAD_USER_INPUT"]


async def test_cost_is_reported_when_asked_for(models: DeclaredModels) -> None:
    models.declare(MODELS, report_cost=True)
    document = "{ stages(first: 3) { nodes { leads(first: 4) { totalCount nodes { id } } } } }"

    result = await models.gql(document)

    assert orjson.loads(result.body)["extensions"] == {"cost": 15}
