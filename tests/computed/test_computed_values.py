"""What methods are given, and what becomes of what they give."""

from decimal import Decimal
from typing import Any

import pytest

from graphql_erp.behaviour.model import record
from graphql_erp.computed.values import compute_values
from graphql_erp.errors import ErpError, FieldNotLoaded
from graphql_erp.registry.registry import Registry
from graphql_erp.testing.declare import declare

MODELS = """
    model: Stage
    fields: {name: Char, sequence: Integer}
    ---
    model: Lead
    fields:
      name: Char
      revenue: {type: Decimal, digits: [6, 2]}
      stage: {type: ManyToOne, to: Stage}
      tags: {type: ManyToMany, to: Tag}
      score: {type: Decimal, digits: [6, 2], compute: [revenue, stage.sequence]}
      spy: {type: Char, compute: [stage, stage.sequence, tags.name]}
      kind: {type: Selection, options: [low, high], compute: [name]}
    ---
    model: Tag
    fields: {name: Char, weight: Integer}
"""
PYTHON = """
    from decimal import Decimal

    from graphql_erp import Model


    class Lead(Model):
        def compute_score(self) -> Decimal | None:
            return self.revenue / 3 if self.stage else None

        def compute_spy(self) -> str:
            seen = [sorted(self.stage.__dict__), *(sorted(tag.__dict__) for tag in self.tags)]
            return f"{sorted(self.__dict__)} {seen}"

        def compute_kind(self) -> str:
            return getattr(self, self.name)
"""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return declare(MODELS, python=PYTHON)


def lead(registry: Registry, **values: Any) -> Any:
    stage = record(registry.classes["Stage"], {"id": 3, "name": "Won", "sequence": 9})
    tag = record(registry.classes["Tag"], {"id": 5, "name": "vip", "weight": 1})
    known = {"id": 1, "name": "", "revenue": Decimal(1), "stage": stage, "tags": [tag]}
    return record(registry.classes["Lead"], known | values)


def computed(registry: Registry, field: str, *records: Any) -> list[Any]:
    return compute_values(records, registry.models["Lead"].fields[field])


def test_values_are_cleaned_by_the_field(registry: Registry) -> None:
    values = computed(
        registry, "score", lead(registry), lead(registry, stage=None), lead(registry, id=2)
    )

    assert [str(value) for value in values] == ["0.33", "None", "0.33"]
    assert computed(registry, "score") == []


def test_method_sees_its_inputs_and_nothing_else(registry: Registry) -> None:
    (seen,) = computed(registry, "spy", lead(registry))

    assert seen == "['stage', 'tags'] [['id', 'sequence'], ['id', 'name']]"


@pytest.mark.parametrize("name", ["revenue", "id", "tags", "env"])
def test_what_is_no_input_is_not_loaded(registry: Registry, name: str) -> None:
    with pytest.raises(FieldNotLoaded):
        computed(registry, "kind", lead(registry, name=name))


@pytest.mark.parametrize("missing", ["revenue", "stage"])
def test_input_that_is_not_loaded_is_told(registry: Registry, missing: str) -> None:
    incomplete = lead(registry)
    del incomplete.__dict__[missing]

    with pytest.raises(FieldNotLoaded, match=rf"^Lead\.{missing} is not loaded\."):
        computed(registry, "score", incomplete)


def test_value_that_does_not_fit_names_the_method(registry: Registry) -> None:
    with pytest.raises(ErpError) as caught:
        computed(registry, "score", lead(registry, revenue=Decimal(10) ** 9))

    assert caught.value.message == (
        "Lead.compute_score gives a value that must have at most 4 digits before the decimal point."
    )
    assert caught.value.hint == "Return a value that fits the field."
