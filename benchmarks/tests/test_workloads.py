from itertools import islice

import orjson
import pytest

from benchmarks.workloads import WORKLOADS, Workload


def test_workloads_are_those_of_the_issue() -> None:
    assert list(WORKLOADS) == ["1", "2", "3", "4", "5", "8"]


@pytest.mark.parametrize("workload", WORKLOADS.values(), ids=WORKLOADS)
def test_variables_vary_and_are_the_same_in_every_run(workload: Workload) -> None:
    first, again = (list(islice(workload.variables(), 50)) for _ in range(2))
    assert first == again
    assert len({orjson.dumps(variables) for variables in first}) > 20


def test_body_holds_document_and_variables() -> None:
    workload = WORKLOADS["1"]
    variables = next(workload.variables())
    assert orjson.loads(workload.bodies(1)[0]) == {
        "query": workload.document,
        "variables": variables,
    }


def test_found_gives_one_record_as_a_list() -> None:
    assert WORKLOADS["1"].found({"data": {"benchOrder": None}}) == [None]
    assert WORKLOADS["2"].found({"data": {"benchOrders": {"nodes": [1, 2]}}}) == [1, 2]
