from registry_files import Declare

from graphql_erp.expressions.tree import Literal, Lookup, Name, Path
from graphql_erp.registry.model import CheckDef

THING = """\
model: Thing
fields:
  name: {type: Char, required: true}
  owner: {type: ManyToOne, to: User}
  size: {type: Integer, required: true}
  parent: {type: ManyToOne, to: Thing, inverse: parts}
checks:
  small: {where: Q(size__lt=10), message: Too big.}
  smaller_than_parent: {where: Q(size__lt=F("parent__size")), message: Too big.}
  recent: {where: Q(created_at__lte=now), message: Made tomorrow.}
"""
USER = "model: User\nfields:\n  name: {type: Char, required: true}\n"
SECURITY = """\
groups:
  reader: {label: Who reads}
  crm_writer: {implies: [reader]}
access:
  Thing:
    reader: [read]
    crm_writer: {allow: [update, paint], where: Q(owner=user)}
  User: {crm_writer: all}
rules:
  own: {model: Thing, where: Q(owner=user)}
"""
METHODS = """\
from graphql_erp import Model, mutation


class Thing(Model):
    @mutation
    def paint(self) -> None:
        '''Paint it.'''

    def hidden(self) -> None: ...
"""
OWN = Lookup(Path(("owner",)), "eq", Name("user"))


def test_groups_access_and_rules_are_bound(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/thing.yaml": THING,
            "m/models/thing.py": METHODS,
            "m/models/user.yaml": USER,
            "m/security.yaml": SECURITY,
        }
    )

    assert [(item.name, item.label, item.implies) for item in registry.groups.values()] == [
        ("reader", "Who reads", ()),
        ("crm_writer", "Crm writer", ("reader",)),
    ]
    assert [(item.model, item.group, item.allow, item.where) for item in registry.access] == [
        ("Thing", "reader", frozenset({"read"}), None),
        ("Thing", "crm_writer", frozenset({"update", "paint"}), OWN),
        ("User", "crm_writer", frozenset({"read", "create", "update", "delete"}), None),
    ]
    assert [(item.name, item.model, dict(item.wheres)) for item in registry.rules] == [
        ("own", "Thing", {"Thing": OWN})
    ]


def test_only_checks_of_the_own_row_are_the_database_s(declare: Declare) -> None:
    registry = declare({"m/models/thing.yaml": THING, "m/models/user.yaml": USER})

    checks = registry.model("Thing").checks

    assert [(item.name, item.fields, item.is_database) for item in checks] == [
        ("small", ("size",), True),
        ("smaller_than_parent", ("size", "parent"), False),
        ("recent", ("created_at",), False),
    ]
    assert checks[0] == CheckDef(
        name="small",
        where=Lookup(Path(("size",)), "lt", Literal(10)),
        message="Too big.",
        fields=("size",),
        is_database=True,
        source=checks[0].source,
    )


def test_checks_over_related_records_name_the_own_field(declare: Declare) -> None:
    registry = declare(
        {
            "m/models/order.yaml": """\
model: Order
fields:
  limit: {type: Integer, required: true}
checks:
  few: {where: Q(lines__count__lte=F("limit")), message: Too many.}
  sized: {where: Q(lines__every__size__gt=0), message: Too small.}
  bounded: {where: Q(total__lt=100), message: Too much.}
""",
            "m/models/line.yaml": """\
model: Line
fields:
  order: {type: ManyToOne, to: Order, inverse: lines}
  size: Integer
""",
            "m/models/more.yaml": """\
extend: Order
fields:
  total: {type: Integer, compute: 'sum(lines.size, where=Q(size__gt=0))'}
""",
        }
    )

    assert [
        (item.name, item.fields, item.is_database) for item in registry.model("Order").checks
    ] == [
        ("few", ("lines", "limit"), False),
        ("sized", ("lines",), False),
        ("bounded", ("total",), False),
    ]
