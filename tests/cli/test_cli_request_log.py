import pytest
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from graphql_erp.api.call import Call, Told
from graphql_erp.cli.request_log import OPERATION, RequestLog, operation_of
from graphql_erp.http.graphql import TOLD
from graphql_erp.http.request_facts import TENANT

pytestmark = pytest.mark.anyio


async def receive() -> Message:
    return {"type": "http.request", "body": b""}


async def send(message: Message) -> None:
    del message


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    scope[OPERATION] = "Guessed"
    scope[TOLD] = Told("Leads", "ab12", user=7, cost=60, code="TIMEOUT")
    scope[TENANT] = "acme"
    await send({"type": "http.response.start", "status": 201, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def answer_nothing_known(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    scope[OPERATION] = "Guessed"
    await send({"type": "http.response.start", "status": 400, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def fail(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive, send
    raise ValueError("broken")


def http() -> Scope:
    headers = [(b"x-request-id", b"cart-7")]
    return {"type": "http", "method": "POST", "path": "/graphql", "headers": headers}


async def test_request_is_one_line() -> None:
    with capture_logs() as lines:
        await RequestLog(answer)(http(), receive, send)

    assert len(lines) == 1
    assert 0 <= lines[0].pop("milliseconds") < 1000
    assert lines[0] == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "path": "/graphql",
        "operation": "Leads",
        "document": "ab12",
        "user": 7,
        "code": "TIMEOUT",
        "cost": 60,
        "request": "cart-7",
        "tenant": "acme",
        "status": 201,
    }


async def test_operation_that_was_not_found_is_guessed() -> None:
    with capture_logs() as lines:
        await RequestLog(answer_nothing_known)(http(), receive, send)

    assert [(line["operation"], line["user"], line["cost"]) for line in lines] == [
        ("Guessed", None, None)
    ]


async def test_request_that_breaks_is_logged_without_a_status() -> None:
    with capture_logs() as lines, pytest.raises(ValueError, match="broken"):
        await RequestLog(fail)(http(), receive, send)

    assert [(line["event"], line["status"]) for line in lines] == [("request", 0)]


async def test_start_of_the_process_is_no_request() -> None:
    with capture_logs() as lines:
        await RequestLog(answer)({"type": "lifespan"}, receive, send)

    assert lines == []


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (Call("query Leads { a }"), "Leads"),
        (Call("\n mutation Save_2($a: Int) { a }"), "Save_2"),
        (Call("{ a }"), ""),
        (Call("query ($a: Int) { a }"), ""),
        # The name beside the document may be anything, a password too.
        (Call("query A { a } query B { b }", operation_name="B"), "A"),
        (Call("{ a }", operation_name="B"), ""),
        (Call("query " + "A" * 101 + " { a }"), ""),
    ],
)
def test_operation_is_named(call: Call, name: str) -> None:
    assert operation_of(call) == name
