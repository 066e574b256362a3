"""Models that behaviour imports by their names."""

import pytest

from graphql_erp.testing.models import Declare, Gql

pytestmark = pytest.mark.anyio

MODELS = """
    model: Product
    fields: {name: Char}
    ---
    model: Order
    fields: {name: Char}
    ---
    model: Note
    fields:
      about: {type: Reference, to: [Order, Product]}
"""
PYTHON = """
    from erp_modules.test import Environment, Order, Product

    from graphql_erp import Model, mutation, query

    class Note(Model):
        @query(load=["about_order.name", "about_product.name"])
        def kind(self) -> str:
            '''Return what the note is about.'''
            kinds = [cls.__name__ for cls in (Order, Product) if isinstance(self.about, cls)]
            return f"{kinds} {self.about.name if isinstance(self.about, Product) else None}"

        @mutation
        async def attach(self, to: Product) -> Product:
            '''Change what the note is about.'''
            await self.update(about=to)
            return await self.env[Product].get(to.id)

        @query
        @classmethod
        async def first(cls, env: Environment) -> Product | None:
            '''Return the first product.'''
            return await env[Product].first()
"""


async def test_imported_names_are_the_models(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)

    made = await gql(
        """mutation {
          productCreate(data: {name: "Nail"}) { errors { message } }
          orderCreate(data: {name: "Order 1"}) { errors { message } }
          noteCreate(data: {about: {order: "1"}}) { errors { message } }
        }"""
    )
    before = await gql("{ notes { nodes { kind } } noteFirst { name } }")
    attached = await gql('mutation { noteAttach(id: "1", to: "1") { result { name } } }')
    after = await gql("{ notes { nodes { kind } } }")

    assert made.errors == []
    assert before.data == {
        "notes": {"nodes": [{"kind": "['Order'] None"}]},
        "noteFirst": {"name": "Nail"},
    }
    assert attached.data == {"noteAttach": {"result": {"name": "Nail"}}}
    assert after.data == {"notes": {"nodes": [{"kind": "['Product'] Nail"}]}}
