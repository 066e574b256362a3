import decimal

import pytest
from registry_files import Declare

from graphql_erp.errors import DeclarationError

MODELS = {
    "m/models/stage.yaml": "model: Stage\nfields:\n  name: {type: Char, required: true}\n",
    "m/models/lead.yaml": """\
model: Lead
fields:
  name: {type: Char, required: true}
  stage: {type: ManyToOne, to: Stage, required: true}
  price: Decimal
  tags: {type: ManyToMany, to: Stage}
  parent: {type: ManyToOne, to: Lead}
""",
}


def test_records_are_cleaned_and_their_references_full(declare: Declare) -> None:
    registry = declare(
        {
            **MODELS,
            "m/data/a.yaml": """\
records:
  Lead:
    first: {name: "e\u0301", stage: won, price: 1.005, tags: [won, m.lost], parent: null}
""",
            "m/demo/b.yaml": "records:\n  Stage:\n    won: {name: Won}\n    lost: {name: Lost}\n",
        }
    )

    lead, won, lost = registry.records

    assert (lead.model, lead.module, lead.identifier, lead.demo) == ("Lead", "m", "m.first", False)
    assert lead.values == {"name": "é", "price": decimal.Decimal("1.01"), "parent": None}
    assert lead.references == {"stage": "m.won"}
    assert lead.links == {"tags": ("m.won", "m.lost")}
    assert [(item.identifier, item.demo) for item in (won, lost)] == [
        ("m.won", True),
        ("m.lost", True),
    ]


SOURCE = """\
from graphql_erp import records


@records("Stage")
def stages():
    raise AssertionError("Read at installation only.")
"""


def test_records_may_refer_to_what_python_gives_at_installation(declare: Declare) -> None:
    registry = declare(
        {
            **MODELS,
            "m/reference.py": SOURCE,
            "m/data/a.yaml": "records:\n  Lead:\n    first: {name: A, stage: anything}\n",
        }
    )

    assert registry.records[0].references == {"stage": "m.anything"}
    assert [(item.model, item.module) for item in registry.record_sources] == [("Stage", "m")]


def test_other_models_of_that_module_must_exist(declare: Declare) -> None:
    files = {
        **MODELS,
        "m/reference.py": SOURCE,
        "m/data/a.yaml": "records:\n  Lead:\n    first: {name: A, stage: b, parent: anything}\n",
    }

    with pytest.raises(DeclarationError) as error:
        declare(files)

    assert [problem.check for problem in error.value.problems] == ["unknown_record"]
