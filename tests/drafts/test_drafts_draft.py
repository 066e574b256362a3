"""Drafts: defaults, methods and computed fields of records that exist in memory alone."""

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Country
    fields:
      name: {type: Char, required: true}
      rate: {type: Decimal, digits: [5, 2], required: true, default: 0}
    ---
    model: Customer
    fields:
      name: {type: Char, required: true}
      country: {type: ManyToOne, to: Country}
      discount: {type: Decimal, digits: [5, 2], required: true, default: 0}
      limit: {type: Decimal, digits: [16, 2], required: true, default: 1000}
      orders: {type: OneToMany, to: Order, inverse: customer}
      total: {type: Decimal, digits: [16, 2], compute: sum(orders.total), store: true}
    ---
    model: Product
    fields:
      name: {type: Char, required: true}
      price: {type: Decimal, digits: [16, 2], required: true, default: 0}
    ---
    model: Tag
    fields:
      name: {type: Char, required: true}
      weight: {type: Integer, required: true, default: 1}
    ---
    model: Order
    order_by: [id]
    display_name: concat("Order ", name)
    fields:
      name: {type: Char, required: true}
      customer: {type: ManyToOne, to: Customer, required: true}
      due: {type: Date, default: today}
      priority: {type: Selection, options: {low: Low, high: High}, default: low}
      reference: Char
      discount: {type: Decimal, digits: [5, 2], required: true, default: 0}
      note: {type: Char, default: none}
      tags: {type: ManyToMany, to: Tag}
      lines: {type: OneToMany, to: Line, inverse: order}
      net: {type: Decimal, digits: [16, 2], compute: sum(lines.amount), store: true}
      tax: {type: Decimal, digits: [16, 2], compute: net * customer.country.rate / 100}
      total: {type: Decimal, digits: [16, 2], compute: "coalesce(net + tax, net)", store: true}
      weight: {type: Integer, compute: sum(tags.weight)}
      summary: {type: Char, compute: [name, customer.name, lines.text]}
      is_big: {type: Boolean, compute: total > 100}
    checks:
      small: {where: "Q(discount__lt=50)", message: Too much discount.}
    ---
    model: Line
    order_by: [id]
    fields:
      order: {type: ManyToOne, to: Order, required: true, on_delete: cascade}
      product: {type: ManyToOne, to: Product}
      quantity: {type: Decimal, digits: [8, 2], required: true, default: 1}
      price: {type: Decimal, digits: [16, 2], compute: "coalesce(product.price, 0)", store: true}
      amount:
        type: Decimal
        digits: [16, 2]
        compute: quantity * price * (100 - order.discount) / 100
        store: true
      text: {type: Char, compute: [quantity, product.name], store: true}
"""
PYTHON = """
    from decimal import Decimal

    from graphql_erp import Environment, Model, UserError, check, onchange


    class Order(Model):
        @classmethod
        async def default_reference(cls, env: Environment) -> str:
            return f"R{await env['Order'].count() + 1}"

        @onchange("customer", load=["customer.discount"])
        def take_discount(self) -> None:
            if self.customer is not None:
                self.discount = self.customer.discount

        @onchange("discount", "lines", load=["customer"])
        async def warn_of_limit(self) -> None:
            if self.customer and self.total and self.total > self.customer.limit:
                self.warn("Only {limit} are open to {name}.", limit=self.customer.limit,
                          name=self.customer.name)

        @onchange("priority")
        def refuse_high(self) -> None:
            self.note = None
            if self.priority == "high":
                raise UserError("Nothing is that urgent.").at("priority")

        def compute_summary(self) -> str:
            lines = ", ".join(line.text for line in self.lines)
            return f"{self.name} {self.customer.name}: {lines}"

        def before_create(self) -> None:
            if self.note == "refuse":
                raise UserError("No order is written here.")

        @check
        def is_fine(self) -> None:
            if self.note == "wrong":
                raise UserError("Wrong.")


    class Line(Model):
        def compute_text(self) -> str:
            return f"{self.quantity.normalize():f} {self.product.name if self.product else '?'}"
"""
DATA = """mutation {
  countryCreate(data: {name: "Chile", rate: "19"}) { errors { code } }
  customerCreateMany(data: [
    {name: "Acme", country: {id: 1}, discount: "10", limit: "50"}, {name: "Plain"}
  ]) { affected }
  productCreateMany(data: [{name: "Desk", price: "40"}, {name: "Lamp", price: "5.50"}]) { affected }
  tagCreateMany(data: [{name: "a", weight: 2}, {name: "b", weight: 3}]) { affected }
}"""
ORDER = """mutation {
  orderCreate(data: {
    name: "first", customer: {id: 2}, tags: {link: [1]}
    lines: {create: [
      {product: {id: 1}, quantity: "2"}, {product: {id: 2}}, {product: {id: 2}, quantity: "3"}
    ]}
  }) { record { net total summary } errors { code message path } }
}"""
DRAFT = "orderDraft({}) {{ values changedFields warnings errors {{ code message path }} }}"


async def fill(gql: Gql) -> None:
    result = await gql(DATA)
    assert [list(item.values()) for item in result.data.values()] == [[[]], [2], [2], [2]]


async def drafted(gql: Gql, arguments: str) -> dict[str, object]:
    result = await gql("{ " + DRAFT.format(arguments) + " }")
    answer = result.data["orderDraft"]
    assert answer["changedFields"] == list(answer["values"])
    return {name: answer[name] for name in ("values", "warnings", "errors") if answer[name]}


async def test_new_form_shows_defaults_of_all_kinds(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    assert await drafted(gql, "data: {}") == {
        "values": {
            "due": "2026-06-15",
            "priority": "LOW",
            "reference": "R1",
            "discount": "0.00",
            "note": "none",
            "net": "0.00",
            "total": "0.00",
            "weight": 0,
            "isBig": False,
            "displayName": "Order ",
        }
    }


async def test_what_is_given_is_not_told_again(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    answer = await drafted(
        gql,
        'data: {name: "x", due: null, priority: HIGH, reference: "y", discount: "5", note: "n"},'
        " changed: []",
    )

    assert answer == {
        "values": {
            "displayName": "Order x",
            "net": "0.00",
            "total": "0.00",
            "weight": 0,
            "isBig": False,
        }
    }


async def test_lines_of_the_data_are_computed_with_the_order(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    answer = await drafted(
        gql,
        """data: {
          name: "x", customer: {id: 1}, tags: {link: [1, 2]}
          lines: {create: [{product: {id: 1}, quantity: "2"}, {product: {id: 2}}, {}]}
        }""",
    )

    values = answer["values"]
    assert values["lines"] == {
        "create": [
            {"price": "40.00", "amount": "72.00", "text": "2 Desk"},
            {"price": "5.50", "amount": "4.95", "text": "1 Lamp"},
            {"price": "0.00", "amount": "0.00", "text": "1 ?"},
        ]
    }


async def test_draft_equals_what_is_written(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)
    data = """{
      name: "x", customer: {id: 1}, discount: "10", tags: {link: [1, 2]}
      lines: {create: [{product: {id: 1}, quantity: "2"}, {product: {id: 2}}, {}]}
    }"""
    names = "net tax total weight summary isBig displayName"

    shown = await drafted(gql, f"data: {data}")
    written = await gql(f"mutation {{ orderCreate(data: {data}) {{ record {{ {names} }} }} }}")

    record = written.data["orderCreate"]["record"]
    assert {name: shown["values"][name] for name in record} == record
    assert record["total"] == "91.57"


async def test_only_methods_of_changed_fields_run_and_those_that_follow(
    declare: Declare, gql: Gql
) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)
    data = 'customer: {id: 1}, lines: {create: [{product: {id: 1}, quantity: "3"}]}'

    all_given = await drafted(gql, f"data: {{{data}}}")
    none = await drafted(gql, 'data: {customer: {id: 1}, reference: "x"}, changed: [REFERENCE]')

    assert all_given["values"]["discount"] == "10.00"
    assert all_given["values"]["net"] == "108.00"
    assert all_given["warnings"] == ["Only 50.00 are open to Acme."]
    assert none["values"]["discount"] == "0.00"
    assert "warnings" not in none


async def test_user_errors_of_methods_are_told_beside_the_values(
    declare: Declare, gql: Gql
) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    answer = await drafted(gql, 'data: {priority: HIGH, note: "x"}')

    message = "Nothing is that urgent."
    assert answer["errors"] == [{"code": "BUSINESS_RULE", "message": message, "path": ["priority"]}]
    assert answer["values"]["note"] is None


async def test_wrong_values_are_errors_and_missing_ones_are_not(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    answer = await drafted(
        gql,
        """data: {
          name: null, customer: {id: 9}, tags: {link: [1]}, discount: "12345"
          lines: {create: [{product: {id: 1}}, {product: {id: 7}}], update: [{id: 5, data: {}}]}
        }""",
    )

    assert [(error["code"], error["path"]) for error in answer["errors"]] == [
        ("INVALID", ["discount"]),
        ("NOT_FOUND", ["customer"]),
        ("NOT_FOUND", ["lines", "update", "0", "id"]),
        ("NOT_FOUND", ["lines", "create", "1", "product"]),
    ]
    assert answer["values"]["weight"] == 2
    assert "name" not in answer["values"]


async def test_hooks_and_checks_do_not_run(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    refused = await drafted(gql, 'data: {name: "x", note: "refuse", discount: "70"}, changed: []')
    wrong = await drafted(gql, 'data: {name: "x", note: "wrong"}, changed: []')

    assert "errors" not in refused
    assert "errors" not in wrong


async def test_edited_record_shows_what_differs_from_the_stored_one(
    declare: Declare, gql: Gql
) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)
    created = await gql(ORDER)
    assert created.data["orderCreate"] == {
        "record": {
            "net": "102.00",
            "total": "102.00",
            "summary": "first Plain: 2 Desk, 1 Lamp, 3 Lamp",
        },
        "errors": [],
    }

    untouched = await drafted(gql, "id: 1, data: {}")
    renamed = await drafted(gql, 'id: 1, data: {name: "second"}')
    moved = await drafted(gql, "id: 1, data: {customer: {id: 1}}")
    changed = await drafted(
        gql,
        """id: 1, data: {tags: {set: [2]}, lines: {
          update: [{id: 1, data: {quantity: "1"}}], delete: [3]
          create: [{product: {id: 2}, quantity: "2"}]
        }}""",
    )

    assert untouched == {}
    assert renamed == {
        "values": {
            "displayName": "Order second",
            "summary": "second Plain: 2 Desk, 1 Lamp, 3 Lamp",
        }
    }
    assert moved == {
        "values": {
            "discount": "10.00",
            "net": "91.80",
            "tax": "17.44",
            "total": "109.24",
            "summary": "first Acme: 2 Desk, 1 Lamp, 3 Lamp",
            "lines": {
                "update": [
                    {"id": "1", "data": {"amount": "72.00"}},
                    {"id": "2", "data": {"amount": "4.95"}},
                    {"id": "3", "data": {"amount": "14.85"}},
                ]
            },
        },
        "warnings": ["Only 50.00 are open to Acme."],
    }
    assert changed["values"] == {
        "net": "56.50",
        "total": "56.50",
        "weight": 3,
        "summary": "first Plain: 1 Desk, 1 Lamp, 2 Lamp",
        "isBig": False,
        "lines": {
            "create": [{"price": "5.50", "amount": "11.00", "text": "2 Lamp"}],
            "update": [{"id": "1", "data": {"amount": "40.00", "text": "1 Desk"}}],
        },
    }


async def test_nothing_is_written(declare: Declare, gql: Gql, queries: Queries) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)
    await gql(ORDER)
    everything = "{ orders { nodes { version total lines { nodes { amount } } } } }"
    before = await gql(everything)
    (await queries.told()).clear()

    await drafted(gql, "id: 1, data: {customer: {id: 1}, lines: {delete: [1]}}")

    assert all(text.startswith("SELECT") for text in (await queries.told()).texts)
    assert (await gql(everything)).data == before.data


async def test_statements_do_not_depend_on_the_number_of_lines(
    declare: Declare, gql: Gql, queries: Queries
) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)
    counts = []
    for number in (2, 30):
        lines = ", ".join("{product: {id: 1}}, {product: {id: 2}}" for _ in range(number))
        data = f'{{name: "x", customer: {{id: 1}}, lines: {{create: [{lines}]}}}}'
        (await queries.told()).clear()
        await drafted(gql, f"data: {data}")
        counts.append((await queries.told()).count)
        await gql(f"mutation {{ orderCreate(data: {data}) {{ errors {{ code }} }} }}")
    for key in (1, 2):
        (await queries.told()).clear()
        await drafted(gql, f"id: {key}, data: {{customer: {{id: 2}}}}")
        counts.append((await queries.told()).count)

    assert counts == [5, 5, 7, 7]


async def test_records_that_lead_away_are_shown_by_name(declare: Declare, gql: Gql) -> None:
    declare(
        """
        model: Team
        fields: {name: {type: Char, required: true}}
        ---
        model: User
        fields:
          name: {type: Char, required: true}
          team: {type: ManyToOne, to: Team}
        ---
        model: Task
        fields:
          name: {type: Char, required: true}
          user: {type: ManyToOne, to: User, default: user}
          team: {type: ManyToOne, to: Team}
        """,
        python="""
            from graphql_erp import Model, onchange

            class Task(Model):
                @onchange("user", load=["user.team"])
                def take_team(self) -> None:
                    self.team = self.user and self.user.team
        """,
    )
    await gql(
        """mutation {
          teamCreateMany(data: [{name: "North"}, {name: "South"}]) { affected }
          userCreate(data: {name: "Ada", team: {id: 2}}) { errors { code } }
        }"""
    )

    result = await gql(
        "{ a: taskDraft(data: {user: {id: 1}}) { values }"
        " b: taskDraft(data: {user: null, team: {id: 1}}) { values } }"
    )

    south = {"id": "2", "displayName": "South"}
    assert result.data == {
        "a": {"values": {"team": south}},
        "b": {"values": {"team": None}},
    }


async def test_default_user_is_shown_by_name(declare: Declare, models: DeclaredModels) -> None:
    declare(
        """
        model: User
        fields: {name: {type: Char, required: true}}
        ---
        model: Task
        fields:
          name: {type: Char, required: true, translate: true}
          user: {type: ManyToOne, to: User, default: user}
        """
    )
    client = await models.client(Actor(user=1, language="fr"))
    await client('mutation { userCreate(data: {name: "Ada"}) { errors { code } } }')

    result = await client(
        """{
          taskDraft(data: {translations: {name: {en: "Call", fr: "Appel"}}}) { values }
        }"""
    )

    shown = {"user": {"id": "1", "displayName": "Ada"}, "displayName": "Appel"}
    assert result.data == {"taskDraft": {"values": shown}}


async def test_what_cannot_be_computed_yet_is_left_out(declare: Declare, gql: Gql) -> None:
    declare(
        """
        model: Place
        tree: true
        fields:
          name: {type: Char, required: true, index: search}
          size: {type: Integer, required: true}
          depth: {type: Integer, compute: count(ancestors)}
          double: {type: Integer, compute: [size]}
          more: {type: Integer, compute: [double]}
          note: Char
        """,
        python="""
            from graphql_erp import Model, onchange

            class Place(Model):
                def compute_double(self) -> int:
                    return 2 * self.size

                def compute_more(self) -> int:
                    return self.double + 1

                @onchange("name")
                def tell(self) -> None:
                    self.note = f"{self.double} {self.more} {self.depth}"
        """,
    )
    await gql('mutation { placeCreate(data: {name: "a", size: 1}) { errors { code } } }')

    result = await gql(
        """{
          empty: placeDraft(data: {name: "b", parent: {id: 1}}) { values }
          full: placeDraft(data: {size: 2}) { values }
        }"""
    )

    assert result.data == {
        "empty": {"values": {"displayName": "b", "note": "None None None"}},
        "full": {"values": {"double": 4, "more": 5}},
    }


async def test_methods_follow_each_other_once(declare: Declare, gql: Gql) -> None:
    declare(
        """
        model: Box
        fields: {a: Integer, b: Integer, c: {type: Integer, readonly: true}, d: Integer}
        """,
        python="""
            from graphql_erp import Model, onchange

            class Box(Model):
                @onchange("c")
                def last(self) -> None:
                    self.a = self.c + 1

                @onchange("a")
                def first(self) -> None:
                    self.b = self.a + 1

                @onchange("b", "d")
                def second(self) -> None:
                    self.c = self.b + 1

                @onchange("d")
                def same(self) -> None:
                    self.d = self.d
        """,
    )

    result = await gql("{ boxDraft(data: {a: 1, d: 0}, changed: [A]) { values changedFields } }")

    assert result.data == {
        "boxDraft": {"values": {"a": 4, "b": 2, "c": 3}, "changedFields": ["a", "b", "c"]}
    }


async def test_new_records_behind_fields_and_setters(declare: Declare, gql: Gql) -> None:
    declare(
        """
        model: Owner
        fields:
          name: {type: Char, required: true}
          kind: {type: Char, default: person}
          loud: {type: Char, compute: 'concat(name, "!")'}
        ---
        model: Pet
        fields:
          owner: {type: ManyToOne, to: Owner}
          years: Integer
          months: {type: Integer, compute: [years]}
          call: {type: Char, compute: owner.loud}
          label: {type: Char, compute: 'concat("pet of ", owner.name)', store: true}
        """,
        python="""
            from graphql_erp import Model

            class Pet(Model):
                def compute_months(self) -> int | None:
                    return None if self.years is None else 12 * self.years

                def inverse_months(self, value: int) -> None:
                    self.years = value // 12
        """,
    )

    result = await gql(
        '{ petDraft(data: {owner: {create: {name: "Ada"}}, months: 30}) { values } }'
    )

    assert result.data == {
        "petDraft": {
            "values": {
                "years": 2,
                "months": 24,
                "call": "Ada!",
                "label": "pet of Ada",
                "owner": {"create": {"loud": "Ada!", "displayName": "Ada"}},
            }
        }
    }


async def test_reference_is_shown_as_it_is_given(declare: Declare, gql: Gql) -> None:
    declare(
        """
        model: Sale
        fields: {name: {type: Char, required: true}}
        ---
        model: Ticket
        fields: {name: {type: Char, required: true}}
        ---
        model: Note
        fields:
          text: Char
          title: Char
          about: {type: Reference, to: [Sale, Ticket]}
        """,
        python="""
            from graphql_erp import Model, Q, onchange

            class Note(Model):
                @onchange("text")
                async def find(self) -> None:
                    self.about = await self.env["Ticket"].where(Q(name=self.text)).first()

                @onchange("about", load=["about_ticket.name"])
                def take_title(self) -> None:
                    self.title = self.about_ticket and self.about_ticket.name
        """,
    )
    await gql(
        """mutation {
          saleCreate(data: {name: "s"}) { errors { code } }
          ticketCreate(data: {name: "t"}) { errors { code } }
          noteCreate(data: {about: {sale: 1}}) { errors { code message } }
        }"""
    )

    result = await gql(
        """{
          found: noteDraft(data: {text: "t"}) { values }
          moved: noteDraft(id: 1, data: {text: "t"}) { values }
          gone: noteDraft(id: 1, data: {text: "u"}) { values }
          given: noteDraft(data: {about: {ticket: 1}}) { values }
        }"""
    )

    about = {"ticket": {"id": "1", "displayName": "t"}}
    assert result.data == {
        "found": {"values": {"title": "t", "about": about}},
        "moved": {"values": {"title": "t", "about": about}},
        "gone": {"values": {"about": None}},
        "given": {"values": {"title": "t"}},
    }


async def test_conditions_and_relations_are_computed_and_lines_change_hands(
    declare: Declare, gql: Gql
) -> None:
    declare(
        """
        model: Person
        fields:
          name: {type: Char, required: true}
          boss: {type: ManyToOne, to: Person}
        ---
        model: List
        fields:
          name: {type: Char, required: true}
          owner: {type: ManyToOne, to: Person}
          chief: {type: ManyToOne, to: Person, compute: owner.boss, store: true}
          entries: {type: OneToMany, to: Entry, inverse: list}
          has_late: {type: Boolean, compute: "Q(entries__some__days__gt=3)"}
          is_long: {type: Boolean, compute: "Q(entries__count__gte=3)"}
        ---
        model: Entry
        order_by: [id]
        fields:
          list: {type: ManyToOne, to: List, required: true, on_delete: cascade}
          days: {type: Integer, default: 1}
          of: {type: Char, compute: list.name}
        """
    )
    await gql(
        """mutation {
          personCreate(data: {name: "Ada", boss: {create: {name: "Bob"}}}) { errors { code } }
          listCreateMany(data: [
            {name: "a", entries: {create: [{}, {days: 5}]}}, {name: "b", entries: {create: [{}]}}
          ]) { errors { code } }
        }"""
    )

    result = await gql(
        """{
          linked: listDraft(id: 2, data: {entries: {link: [1, 2]}, owner: {id: 2}}) { values }
          gone: listDraft(id: 1, data: {entries: {delete: [2]}}) { values }
        }"""
    )

    assert result.data == {
        "linked": {
            "values": {
                "chief": {"id": "1", "displayName": "Bob"},
                "hasLate": True,
                "isLong": True,
                "entries": {
                    "update": [
                        {"id": "1", "data": {"of": "b"}},
                        {"id": "2", "data": {"of": "b"}},
                    ]
                },
            }
        },
        "gone": {"values": {"hasLate": False}},
    }


async def test_lists_cannot_be_assigned(declare: Declare, gql: Gql) -> None:
    declare(
        """
        model: Tag
        fields: {name: Char}
        ---
        model: Box
        fields: {name: Char, tags: {type: ManyToMany, to: Tag}}
        """,
        python="""
            from graphql_erp import Model, onchange

            class Box(Model):
                @onchange("name")
                def empty(self) -> None:
                    self.tags = []
        """,
    )

    with pytest.raises(TypeError, match=r"Box\.tags leads to many records"):
        await gql('{ boxDraft(data: {name: "x"}) { values } }')
