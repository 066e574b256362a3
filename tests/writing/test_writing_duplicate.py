"""Duplicates: own values, links and owned lines, in as many statements as there are models."""

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Customer
    fields:
      name: {type: Char, required: true}
      orders: {type: OneToMany, to: Order, inverse: customer}
    ---
    model: Tag
    fields: {name: {type: Char, required: true}}
    ---
    model: Order
    order_by: [id]
    fields:
      name: {type: Char, required: true, translate: true}
      code: {type: Char, unique: true}
      customer: {type: ManyToOne, to: Customer}
      state: {type: Char, required: true, default: draft, readonly: true}
      note: {type: Char, copy: false, default: fresh}
      tags: {type: ManyToMany, to: Tag, inverse: orders}
      watchers: {type: ManyToMany, to: Customer, copy: false}
      lines: {type: OneToMany, to: Line, inverse: order}
      tasks: {type: OneToMany, to: Task, inverse: order}
      total: {type: Decimal, digits: [16, 2], compute: sum(lines.amount), store: true}
    ---
    model: Line
    order_by: [id]
    fields:
      order: {type: ManyToOne, to: Order, required: true, on_delete: cascade}
      label: {type: Char, translate: true}
      amount: {type: Decimal, digits: [16, 2], required: true, default: 0}
      parts: {type: OneToMany, to: Part, inverse: line}
    ---
    model: Part
    order_by: [id]
    fields:
      line: {type: ManyToOne, to: Line, required: true, on_delete: cascade}
      serial: {type: Char, required: true}
    ---
    model: Task
    fields:
      order: {type: ManyToOne, to: Order, on_delete: cascade}
      name: {type: Char, required: true}
"""
PYTHON = """
    from typing import Self

    from graphql_erp import Model, mutation


    class Order(Model):
        @mutation
        async def repeat(self, code: str) -> Self:
            '''Make the same order again.'''
            return await self.env["Order"].duplicate(self, {"note": "again"}, code=code)

        @mutation
        async def confirm(self) -> None:
            '''Confirm it.'''
            await self.update(state="confirmed", note="old")
"""
ORDER = """mutation {
  customerCreate(data: {name: "Acme"}) { errors { code } }
  tagCreateMany(data: [{name: "a"}, {name: "b"}]) { affected }
  orderCreate(data: {
    name: "Desk", code: "o1", customer: {id: 1}, tags: {link: [1, 2]}, watchers: {link: [1]}
    tasks: {create: [{name: "Pack"}]}
    lines: {create: [
      {amount: "1.50", label: "Leg", parts: {create: [{serial: "s1"}, {serial: "s2"}]}}
      {amount: "2"}
    ]}
  }) { errors { code message path } }
  orderConfirm(id: 1) { errors { code } }
}"""
SHOWN = """
  id name code state note total customer { name } tags { nodes { name } } watchers { totalCount }
  tasks { totalCount } lines { nodes { id amount label parts { nodes { serial } } } }
"""


async def fill(gql: Gql) -> None:
    result = await gql(ORDER)
    assert result.data == {
        "customerCreate": {"errors": []},
        "tagCreateMany": {"affected": 2},
        "orderCreate": {"errors": []},
        "orderConfirm": {"errors": []},
    }


async def test_own_values_links_and_owned_lines_are_copied(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    result = await gql(
        f"mutation {{ orderDuplicate(id: 1) {{ record {{ {SHOWN} }} errors {{ code }} }} }}"
    )

    assert result.data == {
        "orderDuplicate": {
            "record": {
                "id": "2",
                "name": "Desk",
                "code": None,
                "state": "draft",
                "note": "fresh",
                "total": "3.50",
                "customer": {"name": "Acme"},
                "tags": {"nodes": [{"name": "a"}, {"name": "b"}]},
                "watchers": {"totalCount": 0},
                "tasks": {"totalCount": 0},
                "lines": {
                    "nodes": [
                        {
                            "id": "3",
                            "amount": "1.50",
                            "label": "Leg",
                            "parts": {"nodes": [{"serial": "s1"}, {"serial": "s2"}]},
                        },
                        {"id": "4", "amount": "2.00", "label": None, "parts": {"nodes": []}},
                    ]
                },
            },
            "errors": [],
        }
    }


async def test_what_is_given_is_not_copied(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    result = await gql(
        """mutation { orderDuplicate(id: 1, data: {
          name: "Chair", code: "o2", customer: null, tags: {link: [2]}
          lines: {create: [{amount: "7"}]}
        }) { record { name code total customer { name } tags { nodes { name } } } errors { code } }
        }"""
    )

    assert result.data == {
        "orderDuplicate": {
            "record": {
                "name": "Chair",
                "code": "o2",
                "total": "7.00",
                "customer": None,
                "tags": {"nodes": [{"name": "b"}]},
            },
            "errors": [],
        }
    }


async def test_the_original_stays_as_it_is(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)
    original = f"{{ order(by: {{id: 1}}) {{ version {SHOWN} }} }}"
    before = await gql(original)

    await gql("mutation { orderDuplicate(id: 1) { errors { code } } }")

    assert (await gql(original)).data == before.data


async def test_statements_do_not_depend_on_the_number_of_lines(
    declare: Declare, gql: Gql, queries: Queries
) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)
    lines = ", ".join('{parts: {create: [{serial: "x"}]}}' for _ in range(50))
    await gql(
        f'mutation {{ orderCreate(data: {{name: "Big", lines: {{create: [{lines}]}}}})'
        " { errors { code } } }"
    )

    counts = []
    for key in (1, 2):
        (await queries.told()).clear()
        document = (
            f"mutation {{ orderDuplicate(id: {key}) {{ record {{ total }} errors {{ code }} }} }}"
        )
        result = await gql(document)
        assert result.data["orderDuplicate"]["errors"] == []
        counts.append((await queries.told()).count)

    assert counts[0] == counts[1] + 2  # the links of the first: looked up and written
    assert counts[1] == 12


async def test_texts_are_copied_in_all_languages(
    declare: Declare, gql: Gql, models: DeclaredModels
) -> None:
    declare(MODELS)
    await gql(ORDER.replace("orderConfirm(id: 1) { errors { code } }", ""))
    french = await models.client(Actor(language="fr"))
    await french(
        """mutation { orderUpdate(id: 1, data: {
          name: "Bureau", lines: {update: [{id: 1, data: {label: "Pied"}}]}
        }) { errors { code } } }"""
    )

    result = await gql(
        """mutation {
          all: orderDuplicate(id: 1) {
            record { translations lines { nodes { translations } } } errors { code }
          }
          some: orderDuplicate(id: 1, data: {translations: {name: {de: "Tisch"}}}) {
            record { translations } errors { code }
          }
          none: orderDuplicate(id: 1, data: {name: "Chair", lines: {}}) {
            record { translations lines { totalCount } } errors { code }
          }
        }"""
    )

    assert result.data == {
        "all": {
            "record": {
                "translations": {"name": {"en": "Desk", "fr": "Bureau"}},
                "lines": {
                    "nodes": [
                        {"translations": {"label": {"en": "Leg", "fr": "Pied"}}},
                        {"translations": {"label": {}}},
                    ]
                },
            },
            "errors": [],
        },
        "some": {
            "record": {"translations": {"name": {"de": "Tisch", "en": "Desk", "fr": "Bureau"}}},
            "errors": [],
        },
        "none": {
            "record": {"translations": {"name": {"en": "Chair"}}, "lines": {"totalCount": 0}},
            "errors": [],
        },
    }


async def test_no_record_no_duplicate(declare: Declare, gql: Gql) -> None:
    declare(MODELS)

    result = await gql(
        "mutation { orderDuplicate(id: 9) { record { id } errors { code message path } } }"
    )

    error = {"code": "NOT_FOUND", "message": "There is no Order 9.", "path": ["id"]}
    assert result.data == {"orderDuplicate": {"record": None, "errors": [error]}}
    assert (await gql("{ orders { totalCount } }")).data == {"orders": {"totalCount": 0}}


async def test_values_that_cannot_be_written_are_errors_of_the_copy(
    declare: Declare, gql: Gql
) -> None:
    declare(
        """
        model: Box
        fields:
          name: {type: Char, required: true, unique: true}
          size: {type: Integer, required: true, copy: false}
        """
    )
    await gql('mutation { boxCreate(data: {name: "a", size: 1}) { errors { code } } }')

    result = await gql(
        """mutation {
          bare: boxDuplicate(id: 1) { errors { code path } }
          taken: boxDuplicate(id: 1, data: {name: "a", size: 2}) { errors { code path } }
          named: boxDuplicate(id: 1, data: {name: "b", size: 2}) { record { name size } }
        }"""
    )

    assert result.data == {
        "bare": {
            "errors": [
                {"code": "REQUIRED", "path": ["name"]},
                {"code": "REQUIRED", "path": ["size"]},
            ]
        },
        "taken": {"errors": [{"code": "UNIQUE", "path": ["name"]}]},
        "named": {"record": {"name": "b", "size": 2}},
    }


async def test_methods_duplicate_records(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    result = await gql(
        """mutation { orderRepeat(id: 1, code: "o2") {
          record { id code note lines { totalCount } } errors { code }
        } }"""
    )

    assert result.data == {
        "orderRepeat": {
            "record": {"id": "2", "code": "o2", "note": "again", "lines": {"totalCount": 2}},
            "errors": [],
        }
    }


async def test_links_are_copied_from_the_side_that_declares_them(
    declare: Declare, gql: Gql
) -> None:
    declare(MODELS, python=PYTHON)
    await fill(gql)

    result = await gql(
        "mutation { tagDuplicate(id: 1) { record { id name orders { totalCount } } } }"
    )

    assert result.data == {
        "tagDuplicate": {"record": {"id": "3", "name": "a", "orders": {"totalCount": 0}}}
    }
