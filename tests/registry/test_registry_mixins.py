"""Abstract models folded into those that mix them in; kinds of models."""

from registry_files import Declare

from graphql_erp.fields import Boolean, Char, Integer
from graphql_erp.registry.model import OrderKey, Relation, RelationKind
from graphql_erp.tables.build import build_tables

ARCHIVABLE = """\
model: Archivable
abstract: true
archive: active
order_by: [-active]
fields:
  active: {type: Boolean, required: true, default: true}
  reason: {type: Char, max_length: 20}
checks:
  reason_if_archived: {where: Q(active=True) | Q(reason__isnull=False), message: Say why.}
indexes:
  put_aside: [active, reason]
"""
CODED = """\
model: Coded
abstract: true
mixins: [Archivable]
display_name: code
search: [code]
fields:
  code: {type: Char, required: true}
unique:
  code_and_reason: [code, reason]
"""


def names(declare: Declare, files: dict[str, str], model: str) -> list[str]:
    fields = declare(files).model(model).fields.values()
    return [field.name for field in fields if not field.is_system]


def test_a_mixin_is_folded_in_before_the_own_declarations(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/a.yaml": ARCHIVABLE,
            "m/models/b.yaml": CODED,
            "m/models/c.yaml": "model: Lead\nmixins: [Coded]\nfields: {name: Char}\n",
        }
    )

    lead = registry.model("Lead")

    assert list(registry.models) == ["Lead"]
    assert list(lead.fields)[5:] == ["active", "reason", "code", "name"]
    assert lead.mixins == ("Coded", "Archivable")
    assert lead.archive == "active"
    assert lead.order_by == (OrderKey(("active",), descending=True), OrderKey(("id",)))
    assert lead.search == ("code",)
    assert [check.name for check in lead.checks] == ["reason_if_archived"]
    assert [(item.name, item.fields) for item in lead.unique] == [
        ("uq_lead_code_and_reason", ("code", "reason"))
    ]
    assert [(item.name, item.fields) for item in lead.indexes] == [
        ("ix_lead_put_aside", ("active", "reason"))
    ]
    assert list(build_tables(registry).models) == ["Lead"]


def test_own_declarations_win(declare: Declare) -> None:
    lead = declare(
        {
            "m/models/a.yaml": ARCHIVABLE,
            "m/models/c.yaml": """\
model: Lead
mixins: [Archivable]
order_by: [name]
fields:
  name: Char
  reason: Integer
checks:
  reason_if_archived: {where: Q(reason__gt=1), message: More.}
""",
        }
    ).model("Lead")

    assert list(lead.fields)[5:] == ["active", "reason", "name"]
    assert lead.fields["reason"].type == Integer()
    assert lead.order_by[0] == OrderKey(("name",))
    assert [check.message for check in lead.checks] == ["More."]


def test_own_declaration_decides_between_two_mixins(declare: Declare) -> None:
    lead = declare(
        {
            "m/models/a.yaml": "model: A\nabstract: true\nfields: {code: Char}\n",
            "m/models/b.yaml": "model: B\nabstract: true\nfields: {code: Integer}\n",
            "m/models/c.yaml": "model: Lead\nmixins: [A, B]\nfields: {code: Boolean}\n",
        }
    ).model("Lead")

    assert lead.fields["code"].type == Boolean()


def test_two_mixins_may_agree(declare: Declare) -> None:
    files = {
        "m/models/a.yaml": "model: A\nabstract: true\nfields: {code: Char}\n",
        "m/models/b.yaml": "model: B\nabstract: true\nfields: {code: {type: Char}, more: Char}\n",
        "m/models/c.yaml": "model: Lead\nmixins: [A, B]\n",
    }

    assert names(declare, files, "Lead") == ["code", "more"]


def test_a_mixin_overrides_those_it_mixes_in_in_any_order(declare: Declare) -> None:
    files = {
        "m/models/a.yaml": "model: A\nabstract: true\nfields: {code: Char}\n",
        "m/models/b.yaml": "model: B\nabstract: true\nmixins: [A]\nfields: {code: Integer}\n",
        "m/models/c.yaml": "model: Lead\nmixins: [A, B]\n",
        "m/models/d.yaml": "model: Task\nmixins: [B, A]\n",
    }

    models = declare(files).models

    assert [models[name].fields["code"].type for name in models] == [Integer(), Integer()]
    assert [models[name].mixins for name in models] == [("B", "A"), ("B", "A")]


def test_extension_of_a_mixin_reaches_all_that_mix_it_in(declare: Declare) -> None:
    registry = declare(
        {
            "base/models/a.yaml": ARCHIVABLE,
            "base/models/thing.yaml": "model: Thing\nmixins: [Archivable]\nfields: {name: Char}\n",
            "more/manifest.yaml": (
                'name: More\nidentifier: more\nversion: "1.0"\ndependencies: [base]\n'
            ),
            "more/models/a.yaml": (
                "extend: Archivable\nfields: {put_aside_on: Date, reason: {label: Why}}\n"
            ),
            "more/models/lead.yaml": "model: Lead\nmixins: [Archivable]\n",
        }
    )

    for name in ("Thing", "Lead"):
        fields = registry.model(name).fields
        assert list(fields)[5:8] == ["active", "reason", "put_aside_on"]
        assert fields["reason"].label == "Why"


def test_an_extension_adds_a_mixin(declare: Declare) -> None:
    registry = declare(
        {
            "base/models/a.yaml": ARCHIVABLE,
            "base/models/thing.yaml": (
                "model: Thing\nfields: {name: Char, reason: {type: Char, max_length: 5}}\n"
            ),
            "more/manifest.yaml": (
                'name: More\nidentifier: more\nversion: "1.0"\ndependencies: [base]\n'
            ),
            "more/models/thing.yaml": """\
extend: Thing
mixins: [Archivable]
fields: {reason: {label: Why}, active: {label: In use}}
""",
        }
    )

    thing = registry.model("Thing")

    assert thing.archive == "active"
    assert thing.fields["active"].label == "In use"
    assert thing.fields["reason"].type == Char(max_length=5, label="Why")


def test_behaviour_of_a_mixin_comes_after_the_own_one(declare: Declare) -> None:
    def behaviour(name: str) -> str:
        return (
            "from graphql_erp import Model\n\n\n"
            f"class {name}(Model):\n"
            "    def words(self):\n"
            '        above = getattr(super(), "words", list)()\n'
            '        return [__name__.split(".")[1] + __qualname__.split(".")[0], *above]\n'
        ).replace("__qualname__", f'"{name}"')

    registry = declare(
        {
            "base/models/a.yaml": ARCHIVABLE,
            "base/models/a.py": behaviour("Archivable"),
            "base/models/b.yaml": CODED,
            "base/models/b.py": behaviour("Coded"),
            "base/models/thing.yaml": "model: Thing\nmixins: [Archivable, Coded]\n",
            "base/models/thing.py": behaviour("Thing"),
            "base/models/other.yaml": "model: Other\nmixins: [Archivable]\n",
            "base/models/plain.yaml": "model: Plain\nfields: {name: Char}\n",
            "more/manifest.yaml": (
                'name: More\nidentifier: more\nversion: "1.0"\ndependencies: [base]\n'
            ),
            "more/models/thing.py": behaviour("Thing"),
            "more/models/a.py": behaviour("Archivable"),
        }
    )

    def words(name: str) -> list[str]:
        kind = registry.model(name).behaviour
        assert kind is not None
        return kind.words(kind())  # type: ignore[attr-defined, no-any-return]

    assert words("Thing") == [
        "moreThing",
        "baseThing",
        "baseCoded",
        "moreArchivable",
        "baseArchivable",
    ]
    assert words("Other") == ["moreArchivable", "baseArchivable"]
    assert registry.model("Plain").behaviour is None


def test_a_tree_has_parent_children_and_lineage(declare: Declare) -> None:
    category = declare(
        {"m/models/a.yaml": "model: Category\ntree: true\nfields: {name: Char}\n"}
    ).model("Category")

    assert category.is_tree
    assert list(category.fields)[5:] == ["name", "parent", "ancestors", "descendants", "children"]
    parent = category.fields["parent"]
    assert parent.relation == Relation(
        kind=RelationKind.TO_ONE,
        target="Category",
        inverse="children",
        column="parent_id",
        on_delete="restrict",
    )
    for name in ("ancestors", "descendants"):
        field = category.fields[name]
        assert field.is_to_many
        assert not field.is_writable
        assert field.relation == Relation(
            kind=RelationKind(name), target="Category", column="parent_id"
        )


def test_a_tree_may_declare_its_parent(declare: Declare) -> None:
    category = declare(
        {
            "m/models/a.yaml": """\
model: Category
tree: true
fields: {parent: {type: ManyToOne, to: Category, inverse: parts, on_delete: cascade}}
"""
        }
    ).model("Category")

    assert list(category.fields)[5:] == ["parent", "ancestors", "descendants", "parts"]
    assert category.fields["parent"].relation is not None
    assert category.fields["parent"].relation.on_delete == "cascade"


def test_tree_and_transient_come_from_mixins_too(declare: Declare) -> None:
    model = declare(
        {
            "m/models/a.yaml": "model: Nested\nabstract: true\ntree: true\ntransient: true\n",
            "m/models/b.yaml": "model: Step\nmixins: [Nested]\nfields: {name: Char}\n",
        }
    ).model("Step")

    assert (model.is_tree, model.is_transient) == (True, True)
    assert model.fields["parent"].relation is not None
    assert model.fields["parent"].relation.target == "Step"


def test_a_lasting_model_may_point_to_a_transient_one(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/a.yaml": "model: Wizard\ntransient: true\nfields: {name: Char}\n",
            "m/models/b.yaml": """\
model: Lead
fields: {wizard: {type: ManyToOne, to: Wizard, on_delete: set_null}}
""",
            "m/models/c.yaml": """\
model: WizardLine
transient: true
fields: {wizard: {type: ManyToOne, to: Wizard, required: true, on_delete: cascade}}
""",
        }
    )

    assert [model.is_transient for model in registry.models.values()] == [True, False, True]
