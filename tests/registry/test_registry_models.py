import pytest
from registry_files import Declare

from graphql_erp.expressions.tree import Call, Literal, Path
from graphql_erp.fields import Char, Decimal, Integer, Selection, Text
from graphql_erp.registry.model import IndexDef, OrderKey, Relation, RelationKind, UniqueDef

USER = "model: User\nfields:\n  name: {type: Char, required: true}\n"


def test_every_model_has_the_fields_of_the_engine_first(declare: Declare) -> None:
    registry = declare({"m/models/user.yaml": USER})

    fields = registry.model("User").fields

    assert [(item.name, item.graphql_name, item.column) for item in fields.values()] == [
        ("id", "id", "id"),
        ("version", "version", "version"),
        ("created_at", "createdAt", "created_at"),
        ("created_by", "createdBy", "created_by_id"),
        ("updated_at", "updatedAt", "updated_at"),
        ("updated_by", "updatedBy", "updated_by_id"),
        ("display_name", "displayName", ""),
        ("name", "name", "name"),
    ]
    assert [item.name for item in fields.values() if item.is_writable] == ["name"]
    assert [item.name for item in fields.values() if item.is_system] == list(fields)[:7]


def test_without_users_nobody_is_recorded(declare: Declare) -> None:
    registry = declare({"m/models/thing.yaml": "model: Thing\nfields:\n  name: Char\n"})

    assert list(registry.model("Thing").fields) == [
        "id",
        "version",
        "created_at",
        "updated_at",
        "display_name",
        "name",
    ]


FALLBACK = Call("concat", (Literal("Thing "), Path(("id",))))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("fields:\n  name: {type: Char, required: true}\n", Path(("name",))),
        ("fields:\n  name: Char\n", Call("coalesce", (Path(("name",)), FALLBACK))),
        ("fields:\n  code: Char\n", FALLBACK),
        (
            "display_name: number\nfields:\n  number: {type: Integer, required: true}\n",
            Call("concat", (Literal(""), Path(("number",)))),
        ),
        (
            "display_name: parent\nfields:\n  parent: {type: ManyToOne, to: Thing2}\n",
            Call("coalesce", (Path(("parent", "display_name")), FALLBACK)),
        ),
        (
            'display_name: concat(code, "!")\nfields:\n  code: Char\n',
            Call("concat", (Path(("code",)), Literal("!"))),
        ),
    ],
)
def test_display_name_is_never_null(declare: Declare, model: str, expected: object) -> None:
    files = {
        "m/models/a.yaml": f"model: Thing\n{model}",
        "m/models/b.yaml": "model: Thing2\nfields:\n  name: Char\n",
    }

    field = declare(files).model("Thing").field("display_name")

    assert (field.expression, field.type) == (expected, Text(required=True, readonly=True))


def test_names_of_graphql_and_tables(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/a.yaml": "model: CrmCategory\nfields:\n  name: Char\n",
            "m/models/b.yaml": "model: Staff\nplural: staffMembers\ntable: m_staff\n"
            "fields:\n  home_town: Char\n",
        }
    )

    names = [(item.singular, item.plural, item.table) for item in registry.models.values()]

    assert names == [
        ("crmCategory", "crmCategories", "crm_category"),
        ("staff", "staffMembers", "m_staff"),
    ]
    assert registry.model("Staff").by_graphql_name["homeTown"].label == "Home town"


def test_order_ends_in_the_id(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/a.yaml": "model: A\norder_by: [-b.name, code]\nfields:\n  code: Char\n"
            "  b: {type: ManyToOne, to: B}\n",
            "m/models/b.yaml": "model: B\norder_by: [-id]\nfields:\n  name: Char\n",
        }
    )

    assert registry.model("A").order_by == (
        OrderKey(("b", "name"), descending=True),
        OrderKey(("code",)),
        OrderKey(("id",)),
    )
    assert registry.model("B").order_by == (OrderKey(("id",), descending=True),)


def test_search_fields(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/a.yaml": "model: A\nfields:\n  name: Char\n"
            "  code: {type: Char, index: search}\n  mail: {type: Email, index: search}\n",
            "m/models/b.yaml": "model: B\nfields:\n  name: Char\n",
            "m/models/c.yaml": "model: C\nsearch: [code]\nfields:\n  name: Char\n  code: Text\n",
            "m/models/d.yaml": "model: D\nfields:\n  name: Integer\n",
        }
    )

    assert [item.search for item in registry.models.values()] == [
        ("code", "mail"),
        ("name",),
        ("code",),
        (),
    ]


def test_keys_and_indexes_have_names_of_their_own(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/a.yaml": """\
model: Thing
fields:
  name: {type: Char, index: true}
  mail: {type: Email, index: search, unique: true}
  size: {type: Integer, index: true}
  owner: {type: ManyToOne, to: Thing}
  maker: {type: ManyToOne, to: Thing}
unique:
  by_maker: {fields: [maker, name], message: Exists.}
indexes:
  by_size: [size, owner]
"""
        }
    )

    model = registry.model("Thing")

    assert model.unique == (
        UniqueDef(name="uq_thing_mail", fields=("mail",)),
        UniqueDef(name="uq_thing_by_maker", fields=("maker", "name"), message="Exists."),
    )
    assert model.keys() == (("id",), ("mail",), ("maker", "name"))
    assert model.indexes == (
        IndexDef(name="ix_thing_name", fields=("name",)),
        IndexDef(name="ix_thing_name_sort", fields=("name",), method="sort"),
        IndexDef(name="ix_thing_mail_search", fields=("mail",), method="trigram"),
        IndexDef(name="ix_thing_owner_id", fields=("owner",)),
        IndexDef(name="ix_thing_by_size", fields=("size", "owner")),
    )


def test_extension_adds_and_changes(declare: Declare, two_modules: dict[str, str]) -> None:
    registry = declare(two_modules)

    model = registry.model("Thing")

    assert (model.label, model.module, model.order_by[0].path) == (
        "Some thing",
        "base",
        ("weight",),
    )
    assert [(item.name, item.module) for item in model.fields.values() if not item.is_system] == [
        ("name", "base"),
        ("code", "base"),
        ("state", "base"),
        ("weight", "more"),
    ]
    assert model.field("code").type == Char(
        max_length=8,
        label="Short name",
        hint="At most eight.",
        required=True,
        index=True,
        default="none",
    )
    state = model.field("state").type
    assert isinstance(state, Selection)
    assert (state.labels, state.default) == (
        {"draft": "Draft", "done": "Done", "lost": "Given up"},
        "lost",
    )
    assert [(item.name, item.is_database) for item in model.checks] == [("light", True)]


def test_defaults_are_cleaned(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/a.yaml": "model: A\nfields:\n  price: {type: Decimal, default: 1.005}\n"
            "  day: {type: Date, default: today}\n  count: {type: Integer, default: '7'}\n"
        }
    )

    fields = registry.model("A").fields

    assert str(fields["price"].type.default) == "1.01"
    assert (fields["day"].type.default, fields["day"].type.named_default) == ("today", "today")
    assert fields["count"].type == Integer(default=7)
    assert fields["price"].type.value_type().scale == 2


LINES = """\
model: Line
fields:
  order: {type: ManyToOne, to: Order, required: true, on_delete: cascade%s}
"""
LINES_RELATION = Relation(
    kind=RelationKind.INVERSE, target="Line", inverse="order", column="order_id"
)
ORDER_RELATION = Relation(
    kind=RelationKind.TO_ONE,
    target="Order",
    inverse="lines",
    column="order_id",
    on_delete="cascade",
)


@pytest.mark.parametrize(
    ("inverse", "lines"),
    [
        (", inverse: lines", ""),
        ("", "  lines: {type: OneToMany, to: Line, inverse: order}\n"),
        (", inverse: lines", "  lines: {type: OneToMany, to: Line, inverse: order}\n"),
    ],
    ids=["said on the line", "said on the order", "said on both"],
)
def test_one_to_many_may_be_declared_at_either_end(
    declare: Declare, inverse: str, lines: str
) -> None:
    registry = declare(
        {
            "m/models/order.yaml": f"model: Order\nfields:\n  name: Char\n{lines}",
            "m/models/line.yaml": LINES % inverse,
        }
    )

    there, back = registry.model("Line").field("order"), registry.model("Order").field("lines")

    assert (there.relation, there.column, there.is_to_one) == (ORDER_RELATION, "order_id", True)
    assert (back.relation, back.column, back.is_to_many) == (LINES_RELATION, "", True)


@pytest.mark.parametrize(
    ("tags", "things", "table"),
    [
        ("{type: ManyToMany, to: Tag, inverse: things}", "", "thing_tags_link"),
        ("{type: ManyToMany, to: Tag, inverse: things, via: tagged}", "", "tagged"),
        (
            "{type: ManyToMany, to: Tag, inverse: things, via: tagged}",
            "  things: {type: ManyToMany, to: Thing, inverse: tags}\n",
            "tagged",
        ),
    ],
)
def test_many_to_many_mirrors_its_link(
    declare: Declare, tags: str, things: str, table: str
) -> None:
    registry = declare(
        {
            "m/models/thing.yaml": f"model: Thing\nfields:\n  tags: {tags}\n",
            "m/models/tag.yaml": f"model: Tag\nfields:\n  name: Char\n{things}",
        }
    )

    forth = registry.model("Thing").field("tags").relation
    back = registry.model("Tag").field("things").relation

    assert forth == Relation(
        kind=RelationKind.LINK,
        target="Tag",
        inverse="things",
        link_table=table,
        link_own="thing_id",
        link_target="tag_id",
    )
    assert back == Relation(
        kind=RelationKind.LINK,
        target="Thing",
        inverse="tags",
        link_table=table,
        link_own="tag_id",
        link_target="thing_id",
    )


def test_many_to_many_to_the_same_model_has_two_columns(declare: Declare) -> None:
    text = "model: Thing\nfields:\n  needs: {type: ManyToMany, to: Thing, inverse: needed_by}\n"

    model = declare({"m/models/a.yaml": text}).model("Thing")

    ends = [model.field(name).relation for name in ("needs", "needed_by")]
    assert [(item.link_own, item.link_target) for item in ends if item] == [
        ("thing_id", "related_thing_id"),
        ("related_thing_id", "thing_id"),
    ]


def test_computed_fields_know_whether_a_column_keeps_them(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/a.yaml": """\
model: Line
fields:
  price: {type: Decimal, required: true}
  net: {type: Decimal, compute: price * 2, store: true}
  gross: {type: Decimal, digits: [16, 4], compute: net * 3}
"""
        }
    )

    fields = registry.model("Line").fields

    assert [(item.name, item.column, item.is_sql) for item in fields.values()][-3:] == [
        ("price", "price", True),
        ("net", "net", True),
        ("gross", "", True),
    ]
    resolved = [registry.resolve("Line", name) for name in ("net", "gross")]
    assert [getattr(item, "expression", None) for item in resolved] == [
        None,
        fields["gross"].expression,
    ]
    assert fields["gross"].type == Decimal(digits=(16, 4), compute="net * 3")


def test_names_mean_the_same_in_both_spellings(declare: Declare) -> None:
    registry = declare({"m/models/user.yaml": USER})

    assert registry.resolve("User", "displayName") == registry.resolve("User", "display_name")
    assert registry.resolve("User", "createdBy") == registry.resolve("User", "created_by")
    assert registry.resolve("User", "nothing") is None
    assert registry.names("User")[-1] == "name"
