from dataclasses import replace

from graphql_erp.planning.plan import FieldValue, Member, Strategy
from graphql_erp.planning.strategy import strategy_of
from graphql_erp.testing.declare import declare


def test_record_comes_to_python_only_when_a_selected_field_needs_it() -> None:
    model = declare("model: Lead\nfields: {name: Char, score: Integer}\n").models["Lead"]
    in_python = replace(model.fields["score"], column="")
    model = replace(model, fields={**model.fields, "score": in_python})
    name, score = (Member(key, FieldValue(key)) for key in ("name", "score"))

    assert strategy_of(model, (name,)) is Strategy.SQL
    assert strategy_of(model, (name, score)) is Strategy.ROWS
