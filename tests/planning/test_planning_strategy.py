from dataclasses import replace

import pytest
from planned import ENGINE, planned

from graphql_erp.api.execution import Engine
from graphql_erp.api.roots import plan_roots
from graphql_erp.planning.explain import explain
from graphql_erp.planning.plan import (
    EdgeNode,
    Edges,
    FieldValue,
    GroupKey,
    GroupKeyValue,
    GroupNodes,
    GroupRecords,
    Groups,
    Member,
    MethodValue,
    Nodes,
    ObjectPlan,
    PagePlan,
    Strategy,
    ToMany,
    ToOne,
    TotalCount,
    Value,
)
from graphql_erp.planning.strategy import needs_rows, strategy_of
from graphql_erp.security.permission import UNRESTRICTED
from graphql_erp.testing.declare import declare
from graphql_erp.testing.server import settings_for_tests

PURE = ObjectPlan("Lead", (Member("name", FieldValue("name")),))
IN_PYTHON = ObjectPlan("Lead", (Member("score", FieldValue("score")),), Strategy.ROWS)


def page(plan: ObjectPlan) -> PagePlan:
    return PagePlan("Lead", (Member("nodes", Nodes(plan)), Member("total", TotalCount())))


def places(plan: ObjectPlan) -> list[Value]:
    by = (GroupKey(("stage",), "stage"),)
    key = GroupKeyValue((Member("stage", ToOne("stage", plan)),))
    inner = Groups(by, (Member("n", GroupNodes((Member("r", GroupRecords(page(plan))),))),))
    return [
        ToOne("stage", plan),
        ToMany("parts", page(plan)),
        Nodes(plan),
        Edges((Member("node", EdgeNode(plan)),)),
        Groups(by, (Member("nodes", GroupNodes((Member("key", key),))),)),
        Groups(by, (Member("nodes", GroupNodes((Member("groups", inner),))),)),
    ]


def test_record_comes_to_python_only_when_a_selected_field_needs_it() -> None:
    model = declare("model: Lead\nfields: {name: Char, score: Integer}\n").models["Lead"]
    in_python = replace(model.fields["score"], column="")
    model = replace(model, fields={**model.fields, "score": in_python})
    name, score = (Member(key, FieldValue(key)) for key in ("name", "score"))

    assert strategy_of(model, (name,)) is Strategy.SQL
    assert strategy_of(model, (name, score)) is Strategy.ROWS
    assert strategy_of(model, (name, Member("chance", MethodValue("chance")))) is Strategy.ROWS


@pytest.mark.parametrize("number", range(6))
def test_what_holds_a_record_that_needs_python_needs_it_too(number: int) -> None:
    pure, in_python = places(PURE)[number], places(IN_PYTHON)[number]

    assert needs_rows((Member("x", pure),)) is False
    assert needs_rows((Member("y", pure), Member("x", in_python))) is True


def test_all_records_can_be_brought_to_python() -> None:
    document = "{ stages { nodes { name parent { name } } } }"
    forced = Engine(ENGINE.registry, settings_for_tests(), forces_rows=True)
    operation = forced.documents.get(document).operation(None)
    reader = operation.reader(operation.coerce({}))

    found = plan_roots(forced.planner, forced.schema, reader, operation, UNRESTRICTED)

    assert "strategy" not in explain(planned(document))
    assert explain(replace(planned(document), roots=found.roots)).count("strategy=rows") == 2
