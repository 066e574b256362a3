"""Binary: bytes in the row, base64 text to clients, in both directions."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp.api.scalars import GRAPHQL_SCALARS
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Paper
    fields:
      name: {type: Char, required: true}
      seal: {type: Binary, max_size: 100}
      mark: {type: Binary, default: "AQI="}
      is_sealed: {type: Boolean, compute: Q(seal__isnull=False)}
      either: {type: Binary, compute: "coalesce(seal, mark)"}
"""
CREATE = """mutation($name: String!, $seal: Binary) {
  paperCreate(data: {name: $name, seal: $seal}) {
    record { seal mark isSealed either } errors { code message path }
  }
}"""


@pytest.fixture
async def papers(models: DeclaredModels) -> Client:
    """Give a client of a model with bytes."""
    models.declare(MODELS)
    return await models.client()


@pytest.mark.parametrize("size", [0, 1, 57, 58, 100])
async def test_bytes_come_back_as_one_line_of_base64(papers: Client, size: int) -> None:
    text = base64.b64encode(bytes(range(size))).decode()

    result = await papers(CREATE, name="a", seal=text)

    record = {"seal": text, "mark": "AQI=", "isSealed": True, "either": text}
    assert result.data["paperCreate"] == {"record": record, "errors": []}


async def test_null_and_absent(papers: Client) -> None:
    absent = await papers(CREATE, name="a")
    null = await papers(CREATE, name="b", seal=None)

    record = {"seal": None, "mark": "AQI=", "isSealed": False, "either": "AQI="}
    assert absent.data == null.data == {"paperCreate": {"record": record, "errors": []}}


async def test_too_many_bytes_are_refused(papers: Client) -> None:
    result = await papers(CREATE, name="a", seal=base64.b64encode(bytes(101)).decode())

    error = {"code": "INVALID", "path": ["seal"]}
    message = "Seal: must not be larger than 100 bytes."
    assert result.data["paperCreate"] == {"record": None, "errors": [{**error, "message": message}]}
    assert (await papers("{ papers { totalCount } }")).data == {"papers": {"totalCount": 0}}


@pytest.mark.parametrize("text", ["QQ", "QQ==\n", " QQ==", "-_8=", "QR==", "é", 5, True, ["QQ=="]])
async def test_what_is_no_base64_is_refused(papers: Client, text: Any) -> None:
    result = await papers(CREATE, name="a", seal=text)

    assert result.codes == ["BAD_USER_INPUT"]
    assert (await papers("{ papers { totalCount } }")).data == {"papers": {"totalCount": 0}}


async def test_literal_is_read_as_strictly(papers: Client) -> None:
    good = await papers(
        'mutation { paperCreate(data: {name: "a", mark: "QQ=="}) { record { mark } } }'
    )
    bad = await papers(
        'mutation { paperCreate(data: {name: "a", mark: "QQ"}) { record { mark } } }'
    )

    assert good.data == {"paperCreate": {"record": {"mark": "QQ=="}}}
    assert bad.codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_filter_knows_only_whether_there_is_a_value(papers: Client, queries: Queries) -> None:
    await papers(CREATE, name="with", seal="QQ==")
    await papers(CREATE, name="without")
    queries.clear()

    result = await papers("{ papers(filter: {seal: {isnull: false}}) { nodes { name } } }")
    by_q = await papers('{ papers(q: "Q(seal__isnull=True)") { nodes { name } } }')
    refused = await papers('{ papers(q: "Q(seal=\\"QQ==\\")") { nodes { name } } }')

    assert result.data == {"papers": {"nodes": [{"name": "with"}]}}
    assert by_q.data == {"papers": {"nodes": [{"name": "without"}]}}
    assert refused.codes == ["BAD_USER_INPUT"]
    assert queries.count == 2


async def test_schema_offers_neither_order_nor_groups_nor_figures(papers: Client) -> None:
    types: Any = papers.engine.schema.graphql.type_map

    assert list(types["BinaryFilter"].fields) == ["isnull"]
    assert "seal" not in types["PaperOrderBy"].fields
    assert "SEAL" not in types["PaperFieldName"].values
    assert "seal" not in types["PaperExtremes"].fields
    assert "seal" not in types["PaperGroupingKey"].fields


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300))
def test_scalar_reads_what_it_writes(content: bytes) -> None:
    scalar = GRAPHQL_SCALARS["Binary"]

    assert scalar.coerce_input_value(scalar.coerce_output_value(content)) == content
