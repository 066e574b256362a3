"""Documents named by their hash, and servers that answer those alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from graphql_erp.api.call import Call
from graphql_erp.environment import documents
from graphql_erp.environment.documents import KnownDocuments, document_hash
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
    model: Lead
    fields: {name: {type: Char, required: true}}
"""
COUNT = "query Count { leads { totalCount } }"
CREATE = 'mutation Create { leadCreate(data: {name: "a"}) { errors { code } } }'
UNKNOWN = "sha256:" + "0" * 64


def id_of(text: str) -> str:
    return f"sha256:{document_hash(text)}"


async def register(client: Client, *texts: str) -> None:
    async with client.environment.pool.acquire() as connection:
        for text in texts:
            await connection.execute(
                "INSERT INTO erp_document VALUES ($1, $2, 'test', $3)",
                document_hash(text),
                text,
                datetime.now(UTC),
            )


async def forget(client: Client) -> None:
    async with client.environment.pool.acquire() as connection:
        await connection.execute("DELETE FROM erp_document")


@pytest.fixture
async def client(models: DeclaredModels) -> Client:
    models.declare(MODELS)
    return await models.client()


def test_hash_is_the_one_of_the_draft() -> None:
    assert id_of("query($id:ID!){user(id:$id){name}}") == (
        "sha256:71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b"
    )


async def test_registered_document_is_read_once(client: Client, models: DeclaredModels) -> None:
    await register(client, COUNT)
    (await models.queries.told()).clear()

    for _ in range(3):
        result = await client.call(Call("", document_id=id_of(COUNT)))
        assert result.data == {"leads": {"totalCount": 0}}

    asked = [text for text in models.queries.texts if "erp_document" in text]
    assert asked == [
        "SELECT hash FROM erp_document",
        "SELECT text FROM erp_document WHERE hash = $1",
    ]
    assert models.queries.count == 5


async def test_unknown_id_is_no_document(client: Client) -> None:
    result = await client.call(Call("", document_id=UNKNOWN))

    assert (result.answer.status, result.answer.has_data) == (404, False)
    assert result.errors == [
        {
            "message": "No document is registered under this id.",
            "extensions": {
                "code": "DOCUMENT_NOT_FOUND",
                "hint": "Send the document as `query`, or register it: erp documents register.",
            },
        }
    ]


async def test_a_thousand_unknown_ids_cost_one_statement(
    client: Client, models: DeclaredModels
) -> None:
    models.queries.clear()

    for number in range(1_000):
        result = await client.call(Call("", document_id=f"sha256:{number:064x}"))
        assert result.codes == ["DOCUMENT_NOT_FOUND"]

    assert models.queries.texts == ["SELECT hash FROM erp_document"]
    assert len(client.environment.documents._texts) == 0


@pytest.mark.parametrize(
    "document_id",
    ["", "0" * 64, "md5:" + "0" * 64, "sha256:" + "A" * 64, "sha256:" + "0" * 63, "../etc/passwd"],
)
async def test_what_is_no_id_is_refused(client: Client, document_id: str) -> None:
    result = await client.call(Call("", document_id=document_id))

    assert (result.answer.status, result.codes) == (400, ["BAD_REQUEST"])


async def test_new_document_is_found_within_a_second(client: Client) -> None:
    assert (await client.call(Call("", document_id=id_of(COUNT)))).codes == ["DOCUMENT_NOT_FOUND"]
    await register(client, COUNT)
    assert (await client.call(Call("", document_id=id_of(COUNT)))).codes == ["DOCUMENT_NOT_FOUND"]

    client.environment.documents._looked -= documents.NEWS_SECONDS

    result = await client.call(Call("", document_id=id_of(COUNT)))
    assert result.data == {"leads": {"totalCount": 0}}


async def test_forgotten_document_is_answered_no_longer(client: Client) -> None:
    await register(client, COUNT)
    call = Call("", document_id=id_of(COUNT))
    assert (await client.call(call)).codes == []
    await forget(client)

    client.environment.documents._looked -= documents.TRUST_SECONDS

    assert (await client.call(call)).codes == ["DOCUMENT_NOT_FOUND"]
    assert client.environment.documents.known_text(id_of(COUNT)) is None


async def test_texts_that_are_kept_are_bounded(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "_MAX_CHARACTERS", 100)
    texts = [f"query Count{number} {{ leads {{ totalCount }} }}" for number in range(9)]
    await register(client, *texts)

    for text in texts:
        assert (await client.call(Call("", document_id=id_of(text)))).codes == []

    known = client.environment.documents
    assert list(known._texts.values()) == texts[-2:]
    assert known._characters == sum(map(len, texts[-2:])) <= 100


async def test_text_beside_its_id_must_be_the_same(client: Client) -> None:
    await register(client, COUNT)

    same = await client.call(Call(COUNT, document_id=id_of(COUNT)))
    other = await client.call(Call("{ __typename }", document_id=id_of(COUNT)))

    assert same.data == {"leads": {"totalCount": 0}}
    assert (other.answer.status, other.codes) == (400, ["BAD_REQUEST"])


async def test_mutation_by_id_is_not_answered_on_get(client: Client) -> None:
    await register(client, CREATE)

    result = await client.call(Call("", read_only=True, document_id=id_of(CREATE)))

    assert (result.answer.status, result.codes) == (405, ["BAD_REQUEST"])
    assert (await client(COUNT)).data == {"leads": {"totalCount": 0}}


async def test_server_of_known_documents_refuses_all_others(models: DeclaredModels) -> None:
    models.declare(MODELS, documents="known-only", introspection="all")
    client = await models.client()
    await register(client, COUNT)

    by_text, by_id = await client(COUNT), await client.call(Call("", document_id=id_of(COUNT)))
    create, schema = await client(CREATE), await client("{ __schema { types { name } } }")

    assert by_text.data == by_id.data == {"leads": {"totalCount": 0}}
    for refused in (create, schema, await client(COUNT + " "), await client("{")):
        assert (refused.answer.status, refused.codes) == (404, ["DOCUMENT_NOT_FOUND"])
    # What the server itself asks is no document of a client.
    ours = await client.call(Call("{ __schema { queryType { name } } }", is_ours=True))
    assert ours.data == {"__schema": {"queryType": {"name": "Query"}}}


async def test_documents_of_one_tenant_are_unknown_to_another(client: Client) -> None:
    await register(client, COUNT)
    assert (await client.call(Call("", document_id=id_of(COUNT)))).codes == []
    other = replace(client.environment, documents=KnownDocuments())

    assert other.documents.known_text(id_of(COUNT)) is None
    assert client.environment.documents.known_text(id_of(COUNT)) == COUNT


async def test_log_is_told_of_document_operation_and_cost(client: Client) -> None:
    await register(client, COUNT)
    call = Call("", document_id=id_of(COUNT))

    await client.call(call)

    assert (call.told.operation, call.told.document) == ("Count", document_hash(COUNT))
    assert (call.told.cost, call.told.code, call.told.user) == (10, "", None)
