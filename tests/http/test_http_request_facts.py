import re
from typing import Any

import pytest

from graphql_erp.http.request_facts import request_facts
from graphql_erp.security.request_facts import RequestFacts


def scope(*headers: tuple[bytes, bytes], client: tuple[str, int] | None = None) -> dict[str, Any]:
    return {"type": "http", "headers": list(headers), "client": client}


def test_facts_are_those_of_the_client() -> None:
    found = request_facts(
        scope(
            (b"x-request-id", b"1-67891233-abcdef"),
            (b"user-agent", b"curl/8.5"),
            client=("192.0.2.7", 50123),
        )
    )

    assert found == RequestFacts(id="1-67891233-abcdef", ip="192.0.2.7", agent="curl/8.5")


def test_what_is_not_sent_is_unknown() -> None:
    found = request_facts(scope())

    assert (found.ip, found.agent) == (None, None)
    assert re.fullmatch("[0-9a-f]{32}", found.id or "")


def test_a_request_keeps_its_id() -> None:
    asked = scope()

    assert request_facts(asked) == request_facts(asked)
    assert request_facts(asked).id != request_facts(scope()).id


@pytest.mark.parametrize(
    "given", [b"", b"a b", b"-a", b"a" * 101, b"a\n", b"caf\xe9", b"a\r\nb: c"]
)
def test_ids_that_would_upset_a_log_are_replaced(given: bytes) -> None:
    assert re.fullmatch("[0-9a-f]{32}", request_facts(scope((b"x-request-id", given))).id or "")


def test_agent_is_cut_and_printable() -> None:
    found = request_facts(scope((b"user-agent", b"\x00\x1b[31m" + b"a" * 400 + b"\n")))

    assert found.agent == "[31m" + "a" * 296
