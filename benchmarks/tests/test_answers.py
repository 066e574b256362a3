from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson
import pytest
from graphql import build_schema, parse, validate
from starlette.testclient import TestClient

from benchmarks import limit, strawberry_target
from benchmarks.data import SMALL
from benchmarks.workloads import WORKLOADS

DRAWS = 15


class Targets:
    """Both hand-written servers over one database."""

    def __init__(self, hand: TestClient, plain: TestClient) -> None:
        self._hand = hand
        self._plain = plain

    def limit(self, workload: str, variables: Any) -> Any:
        return self._answer(self._hand, f"/{workload}", workload, variables)

    def strawberry(self, workload: str, variables: Any) -> Any:
        return self._answer(self._plain, "/graphql", workload, variables)

    def _answer(self, client: TestClient, path: str, workload: str, variables: Any) -> Any:
        body = {"query": WORKLOADS[workload].document, "variables": variables}
        answer = client.post(path, json=body)
        assert answer.status_code == 200
        return orjson.loads(answer.content)


@pytest.fixture
def targets(served_shop: str) -> Iterator[Targets]:
    del served_shop
    with (
        TestClient(limit.create_app()) as hand,
        TestClient(strawberry_target.create_app()) as plain,
    ):
        yield Targets(hand, plain)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_targets_give_equal_answers_with_records(targets: Targets, workload: str) -> None:
    filled = 0
    for variables in islice(WORKLOADS[workload].variables(SMALL), DRAWS):
        answer = targets.limit(workload, variables)
        assert answer == targets.strawberry(workload, variables)
        filled += bool(WORKLOADS[workload].found(answer))
    assert filled >= DRAWS * 0.7


@pytest.mark.parametrize("text", ["%", "_", "\\", "a%b", "'", "O_", "\u00e9"])
def test_search_takes_every_character_literally(targets: Targets, text: str) -> None:
    expected = {"data": {"benchContacts": {"totalCount": 0, "nodes": []}}}
    assert targets.limit("8", {"text": text}) == expected
    assert targets.strawberry("8", {"text": text}) == expected


def test_search_ignores_case(targets: Targets) -> None:
    small, large = (targets.limit("8", {"text": text}) for text in ("bergheim", "BERGHEIM"))
    assert small == large
    assert small["data"]["benchContacts"]["totalCount"] > 0


def test_unknown_id_is_null(targets: Targets) -> None:
    expected = {"data": {"benchOrder": None}}
    assert targets.limit("1", {"id": "999999999"}) == expected
    assert targets.strawberry("1", {"id": "999999999"}) == expected


def test_page_without_records_is_an_empty_list(targets: Targets) -> None:
    expected: Any = {"data": {"benchOrders": {"nodes": []}}}
    for workload, variables in (
        ("2", {"state": "DONE", "until": "1999-01-01"}),
        ("3", {"until": "1999-01-01"}),
    ):
        assert targets.limit(workload, variables) == expected
        assert targets.strawberry(workload, variables) == expected


def test_one_order_reads_as_the_issue_says(targets: Targets) -> None:
    assert targets.limit("1", {"id": "18"}) == {
        "data": {
            "benchOrder": {
                "id": "18",
                "number": "SO000018",
                "state": "CONFIRMED",
                "priority": 2,
                "orderedOn": "2020-01-17",
                "confirmedAt": "2020-01-17T00:00:18.000018Z",
                "reference": None,
                "total": "28.05",
            }
        }
    }


@pytest.mark.parametrize("workload", WORKLOADS)
def test_documents_are_valid(workload: str) -> None:
    schema = build_schema(strawberry_target.create_schema().as_str())
    assert validate(schema, parse(WORKLOADS[workload].document)) == []
