import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from http_client import Post, client_of
from structlog.testing import capture_logs
from tiny_service import SCHEMA_HASH, TinyServer

from graphql_erp.api.call import Answer, Call
from graphql_erp.api.errors import failed
from graphql_erp.errors import TenantUnavailable
from graphql_erp.http.app import create_app

pytestmark = pytest.mark.anyio

LOST = TenantUnavailable("The connection to the tenant's database was lost.")

GRAPHQL_TYPE = "application/graphql-response+json; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"
GREETING = {"data": {"greeting": "Hello you"}}


def refusal(message: str, *, hint: str = "") -> dict[str, Any]:
    extensions = {"code": "BAD_REQUEST"} | ({"hint": hint} if hint else {})
    return {"errors": [{"message": message, "extensions": extensions}]}


async def test_post_is_answered_with_the_bytes_of_the_engine(
    post: Post, server: TinyServer
) -> None:
    response = await post(
        {
            "query": "query Greet($name: String!) { greeting(name: $name) }",
            "variables": {"name": "Zoë"},
            "operationName": "Greet",
            "extensions": {"trace": 1},
        }
    )

    assert response.status_code == 200
    assert response.content == '{"data":{"greeting":"Hello Zoë"}}'.encode()
    assert dict(response.headers) == {
        "content-type": GRAPHQL_TYPE,
        "cache-control": "no-store",
        "vary": "accept",
        "x-schema-hash": SCHEMA_HASH,
        "content-length": "34",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "x-frame-options": "DENY",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    }
    assert server.calls == [
        Call(
            "query Greet($name: String!) { greeting(name: $name) }",
            {"name": "Zoë"},
            "Greet",
            read_only=False,
        )
    ]


@pytest.mark.parametrize("member", ["variables", "operationName", "extensions"])
async def test_null_member_counts_as_absent(post: Post, member: str) -> None:
    response = await post({"query": "{ greeting }", member: None})

    assert (response.status_code, response.json()) == (200, GREETING)


@pytest.mark.parametrize(
    ("document", "status", "message"),
    [
        ("{", 400, "Syntax Error: Expected Name, found <EOF>."),
        ("{ nothing }", 400, "Cannot query field 'nothing' on type 'Query'."),
        (
            "query ($n: String!) { greeting(name: $n) }",
            400,
            (
                "Variable '$n' has invalid value: "
                "Expected a value of non-null type 'String!' to be provided."
            ),
        ),
    ],
)
async def test_failure_before_execution_has_a_status_only_under_the_graphql_type(
    post: Post, document: str, status: int, message: str
) -> None:
    modern = await post({"query": document})
    legacy = await post({"query": document}, accept="application/json")

    assert (modern.status_code, modern.headers["content-type"]) == (status, GRAPHQL_TYPE)
    assert (legacy.status_code, legacy.headers["content-type"]) == (200, JSON_TYPE)
    assert modern.json() == legacy.json()
    assert list(modern.json()) == ["errors"]
    assert modern.json()["errors"][0]["message"] == message


async def test_failure_of_one_field_is_a_success_of_the_request(post: Post) -> None:
    response = await post({"query": "{ greeting partial }"})

    assert response.status_code == 200
    assert response.json() == {
        "data": {"greeting": "Hello you", "partial": None},
        "errors": [
            {
                "message": "No greeting today.",
                "locations": [{"line": 1, "column": 12}],
                "path": ["partial"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The request body is empty."),
        (b"null", "The request body must be an object, not null."),
        (b"5", "The request body must be an object, not a number."),
        (b"true", "The request body must be an object, not a boolean."),
        (b'"{ greeting }"', "The request body must be an object, not a string."),
        (b"[]", "Lists of requests are not answered."),
        (b'[{"query":"{ greeting }"}]', "Lists of requests are not answered."),
        (b"{}", "`query` is missing."),
        (b'{"qeury":"{ greeting }"}', "`query` is missing."),
        (b'{"query":null}', "`query` must be a string, not null."),
        (b'{"query":0}', "`query` must be a string, not a number."),
        (b'{"query":false}', "`query` must be a string, not a boolean."),
        (b'{"query":["{ greeting }"]}', "`query` must be a string, not a list."),
        (b'{"query":{"a":1}}', "`query` must be a string, not an object."),
        (
            b'{"query":"{ greeting }","variables":[1]}',
            "`variables` must be an object or null, not a list.",
        ),
        (
            b'{"query":"{ greeting }","variables":"{}"}',
            "`variables` must be an object or null, not a string.",
        ),
        (
            b'{"query":"{ greeting }","operationName":1.5}',
            "`operationName` must be a string or null, not a number.",
        ),
        (
            b'{"query":"{ greeting }","extensions":false}',
            "`extensions` must be an object or null, not a boolean.",
        ),
        (
            b'{"query":"{ greeting }","query":"{ broken }"}',
            'The request body has the member "query" more than once.',
        ),
        (
            b'{"query":"{ greeting }","variables":{"a":' + b"[" * 5000 + b"]" * 5000 + b"}}",
            "The request body is nested deeper than 64 levels.",
        ),
        (
            b'{"query":"{ greeting }","variables":{"a":' + b"7" * 10_000 + b"}}",
            "The request body has a number that does not fit into 64 bits.",
        ),
        (
            b'{"query":"{ greeting }","variables":{"a":NaN}}',
            (
                "The request body is not JSON (line 1, column 42): unexpected character, "
                "expected a JSON value."
            ),
        ),
        (b'{"query":"\xff"}', "The request body is not encoded in UTF-8."),
        (
            b'{"query":"\\udc00"}',
            "The request body is not JSON (line 1, column 11): invalid high surrogate in string.",
        ),
    ],
)
async def test_malformed_body_is_refused_unexecuted(
    post: Post, server: TinyServer, body: bytes, message: str
) -> None:
    for accept, media_type in ((GRAPHQL_TYPE, GRAPHQL_TYPE), ("application/json", JSON_TYPE)):
        response = await post(body, accept=accept)

        assert response.status_code == 400
        assert response.headers["content-type"] == media_type
        (error,) = response.json()["errors"]
        assert error["message"] == message
        assert error["extensions"]["code"] == "BAD_REQUEST"
    assert server.calls == []


@pytest.mark.parametrize(
    ("headers", "status", "message", "hint"),
    [
        (
            {"content-type": "text/plain"},
            415,
            "The content type of the request body is not one this server reads.",
            "Send Content-Type: application/json, encoded in UTF-8.",
        ),
        (
            {"content-type": "multipart/form-data; boundary=x"},
            415,
            "The content type of the request body is not one this server reads.",
            "Send Content-Type: application/json, encoded in UTF-8.",
        ),
        (
            {"content-encoding": "gzip"},
            415,
            "Compressed request bodies are not read.",
            "Leave Content-Encoding out.",
        ),
        (
            {"accept": "image/png"},
            406,
            "None of the accepted media types can be answered.",
            "Accept application/graphql-response+json or application/json.",
        ),
    ],
)
async def test_headers_that_do_not_fit_are_refused(
    post: Post, server: TinyServer, headers: dict[str, str], status: int, message: str, hint: str
) -> None:
    response = await post({"query": "{ greeting }"}, **headers)

    assert (response.status_code, response.json()) == (status, refusal(message, hint=hint))
    assert server.calls == []


async def test_missing_content_type_is_refused(
    client: httpx2.AsyncClient, server: TinyServer
) -> None:
    response = await client.post("/graphql", content=b'{"query":"{ greeting }"}')

    assert response.status_code == 415
    assert server.calls == []


async def test_body_beyond_the_limit_is_refused(server: TinyServer) -> None:
    body = json.dumps({"query": "{ greeting }"}).encode()
    headers = {"content-type": "application/json"}

    for limit, status in ((len(body), 200), (len(body) - 1, 413)):
        async with client_of(create_app(server.service(max_body_bytes=limit))) as client:
            response = await client.post("/graphql", content=body, headers=headers)
            assert response.status_code == status
    assert response.json() == refusal(
        "The request body is longer than 24 bytes.", hint="Send the records in several requests."
    )
    assert len(server.calls) == 1


async def test_get_answers_queries_with_variables(
    client: httpx2.AsyncClient, server: TinyServer
) -> None:
    response = await client.get(
        "/graphql",
        params={
            "query": "query A($n: String!) { greeting(name: $n) } query B { greeting }",
            "variables": '{"n": "a+b & ü"}',
            "operationName": "A",
            "extensions": "",
        },
        headers={"accept": GRAPHQL_TYPE},
    )

    assert (response.status_code, response.json()) == (
        200,
        {"data": {"greeting": "Hello a+b & ü"}},
    )
    assert server.calls[0].read_only is True


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        ("", "`query` is missing."),
        ("variables={}", "`query` is missing."),
        ("query={greeting}&query={broken}", "The parameter `query` is given more than once."),
        (
            "query={greeting}&variables=[]",
            "`variables` must be an object or null, not a list.",
        ),
        (
            "query={greeting}&variables={%22a%22:1,%22a%22:2}",
            'The parameter `variables` has the member "a" more than once.',
        ),
        (
            "query={greeting}&variables={%22a%22:%22\\ud800%22}",
            "The parameter `variables` is not JSON (line 1, column 7): no low surrogate in string.",
        ),
        ("query={greeting}&extensions=1", "`extensions` must be an object or null, not a number."),
        ("query=%FF", "The query string is not encoded in UTF-8."),
        ("query={greeting}" + "&a=1" * 100, "The query string has more than 100 parameters."),
    ],
)
async def test_malformed_query_string_is_refused_unexecuted(
    client: httpx2.AsyncClient, server: TinyServer, query_string: str, message: str
) -> None:
    response = await client.get(f"/graphql?{query_string}")

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == message
    assert server.calls == []


@pytest.mark.parametrize("accept", [GRAPHQL_TYPE, "application/json"])
async def test_mutation_by_get_changes_nothing(
    client: httpx2.AsyncClient, server: TinyServer, accept: str
) -> None:
    response = await client.get(
        "/graphql", params={"query": 'mutation { rename(name: "x") }'}, headers={"accept": accept}
    )

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json() == refusal("Only queries are answered on GET.")
    assert server.names == []


async def test_mutation_by_post_is_executed(post: Post, server: TinyServer) -> None:
    response = await post({"query": 'mutation { rename(name: "x") }'})

    assert response.json() == {"data": {"rename": "x"}}
    assert server.names == ["x"]


async def test_get_can_be_switched_off(server: TinyServer) -> None:
    async with client_of(create_app(server.service(queries_by_get="off"))) as client:
        response = await client.get("/graphql", params={"query": "{ greeting }"})

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json() == refusal("GraphQL requests are sent by POST; GET is switched off.")
    assert server.calls == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_name_the_allowed_ones(client: httpx2.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql", content=b"{}")

    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert response.json() == refusal(f"GraphQL requests are sent by POST, not by {method}.")


@pytest.mark.parametrize(
    ("field", "modern", "legacy", "extensions"),
    [
        ("forbidden", 403, 200, {"code": "FORBIDDEN"}),
        ("timeout", 504, 504, {"code": "TIMEOUT", "hint": "Wait."}),
    ],
)
async def test_request_error_of_the_engine_keeps_code_status_and_hint(
    post: Post, field: str, modern: int, legacy: int, extensions: dict[str, str]
) -> None:
    document = {"query": f"{{ {field} }}"}
    first = await post(document)
    second = await post(document, accept="application/json")

    assert (first.status_code, second.status_code) == (modern, legacy)
    assert first.json() == second.json()
    assert first.json()["errors"][0]["extensions"] == extensions


@pytest.mark.parametrize("accept", [GRAPHQL_TYPE, "application/json"])
async def test_unexpected_failure_is_masked_and_logged_under_one_id(
    post: Post, accept: str
) -> None:
    with capture_logs() as logs:
        response = await post({"query": "{ broken }"}, accept=accept)

    assert response.status_code == 500
    (entry,) = logs
    assert entry["event"] == "graphql_request_failed"
    assert repr(entry["exc_info"]) == "ZeroDivisionError('secret')"
    assert response.json() == {
        "errors": [
            {
                "message": "The server failed to answer this request.",
                "extensions": {
                    "code": "INTERNAL",
                    "hint": "Report the error id to the operator of this server.",
                    "errorId": entry["error_id"],
                },
            }
        ]
    }


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_lost_database_keeps_its_status_under_every_type(
    server: TinyServer, accept: str
) -> None:
    async def lost(_call: Call, _scope: object) -> Answer:
        return failed(LOST)

    app = create_app(replace(server.service(), execute=lost))
    async with client_of(app) as client:
        headers = {"accept": accept}
        response = await client.post("/graphql", json={"query": "{greeting}"}, headers=headers)

    assert response.status_code == 503
    assert response.json() == {
        "errors": [{"message": LOST.message, "extensions": {"code": "TENANT_UNAVAILABLE"}}],
        "data": None,
    }
