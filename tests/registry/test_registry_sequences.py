"""Sequences: bound to their model, read-only for clients, keys of the table."""

import pytest
from registry_files import Declare

from graphql_erp.declarations.text import Text
from graphql_erp.expressions.tree import Literal, Lookup, Path
from graphql_erp.fields import Char
from graphql_erp.fields.numbering import Numbering
from graphql_erp.registry.model import UniqueDef
from graphql_erp.registry.sequence import SequenceDef

COMPANY = "model: Company\nfields:\n  name: Char\n"
ORDER = """\
model: Order
table: sale
fields:
  company: {type: ManyToOne, to: Company}
  state: {type: Selection, options: [draft, confirmed], default: draft}
  ordered_on: Date
  number:
    type: Char
    sequence:
      prefix: SO/{year}/{month}-
      padding: 5
      per: [company, month]
      gapless: true
      date: ordered_on
      when: Q(state="confirmed")
"""


def test_sequence_is_bound_to_its_model(declare: Declare) -> None:
    registry = declare({"m/models/company.yaml": COMPANY, "m/models/order.yaml": ORDER})

    field = registry.model("Order").field("number")

    assert field.sequence == SequenceDef(
        name="sale.number",
        prefix=("SO/", "year", "/", "month", "-"),
        padding=5,
        period="month",
        company="company_id",
        is_gapless=True,
        date="ordered_on",
        when=Lookup(Path(("state",)), "eq", Literal("confirmed")),
    )
    assert not field.is_writable
    assert field.column == "number"


def test_sequence_that_says_nothing_counts(declare: Declare) -> None:
    order = "model: Order\nfields:\n  name: Char\n  number: {type: Char, sequence: {}}\n"
    registry = declare({"m/models/order.yaml": order})

    model = registry.model("Order")

    assert model.field("number").sequence == SequenceDef(
        name="order.number", prefix=("",), padding=1, period=""
    )
    assert model.field("name").sequence is None
    assert model.field("name").is_writable


def test_numbers_are_a_key_of_the_table_with_the_company_when_each_counts(
    declare: Declare,
) -> None:
    registry = declare({"m/models/company.yaml": COMPANY, "m/models/order.yaml": ORDER})

    assert registry.model("Order").unique == (
        UniqueDef(name="uq_sale_number", fields=("number", "company")),
    )


@pytest.mark.parametrize(
    ("per", "fields"),
    [("[year]", ("number",)), ("[]", ("number",)), ("[year, company]", ("number", "company"))],
)
def test_key_without_a_period(declare: Declare, per: str, fields: tuple[str, ...]) -> None:
    order = (
        "model: Order\nfields:\n  company: {type: ManyToOne, to: Company}\n"
        f'  number: {{type: Char, sequence: {{prefix: "{{year}}/", per: {per}}}}}\n'
    )
    registry = declare({"m/models/company.yaml": COMPANY, "m/models/order.yaml": order})

    assert [key.fields for key in registry.model("Order").unique] == [fields]


def test_key_that_is_declared_is_not_made_twice(declare: Declare) -> None:
    key = "unique:\n  once: {fields: [company, number], message: This number is taken.}\n"
    registry = declare({"m/models/company.yaml": COMPANY, "m/models/order.yaml": ORDER + key})

    assert registry.model("Order").unique == (
        UniqueDef(
            name="uq_sale_once", fields=("company", "number"), message="This number is taken."
        ),
    )


def test_numbered_field_is_read_only_whatever_else_is_changed() -> None:
    numbering = Numbering(prefix="A", when=Text("Q(id=1)"))

    assert Char(sequence=numbering).readonly
    assert Char(sequence=numbering).with_options(label="No.").readonly
    assert not Char().readonly
