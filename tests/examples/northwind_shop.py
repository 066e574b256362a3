"""A small shop of Northwind's models: what stories about orders begin with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry
from graphql_erp.testing.client import Result
from graphql_erp.testing.models import DeclaredModels

REPOSITORY = Path(__file__).parent.parent.parent
SHELVES = """
mutation Shelves($products: [NorthwindProductCreateInput!]!) {
  northwindCategoryCreate(data: {number: 1, name: "Beverages"}) { errors { message } }
  northwindSupplierCreate(data: {number: 1, name: "Exotic Liquids"}) { errors { message } }
  northwindEmployeeCreate(data: {number: 1, firstName: "Nancy", lastName: "Davolio"}) {
    errors { message }
  }
  northwindCustomerCreateMany(
    data: [{code: "ALFKI", name: "Alfreds Futterkiste"}, {code: "BLONP", name: "Blondel"}]
  ) { errors { message } }
  northwindProductCreateMany(data: $products) { affected errors { message } }
}
"""
ORDER = """
mutation Order($data: NorthwindOrderCreateInput!) {
  northwindOrderCreate(data: $data) { record { id } errors { code message path } }
}
"""


def northwind() -> Registry:
    """Return the models of Northwind."""
    paths = [REPOSITORY / "modules", REPOSITORY / "examples"]
    return build_registry(load_modules(paths, ["northwind"]))


class Shop:
    """One clerk, two customers and products that are numbered from 1."""

    def __init__(self, models: DeclaredModels) -> None:
        self.models = models
        self.queries = models.queries

    async def ask(self, document: str, **variables: Any) -> Result:
        """Return the answer to a document, in which nothing went wrong."""
        result = await self.models.gql(document, **variables)
        assert result.errors == [], result.errors
        return result

    async def fill(self, *stock: int) -> None:
        """Put products of 10.00 each on the shelves."""
        products = [
            {
                "number": number,
                "name": f"Product {number}",
                "category": {"id": "1"},
                "supplier": {"id": "1"},
                "unitPrice": "10",
                "unitsInStock": pieces,
            }
            for number, pieces in enumerate(stock, start=1)
        ]
        result = await self.ask(SHELVES, products=products)
        assert result.data["northwindProductCreateMany"] == {"affected": len(stock), "errors": []}

    async def order(self, *lines: tuple[int, int], customer: str = "ALFKI", **more: Any) -> str:
        """Create a draft of (product, quantity) lines and return its id."""
        data = {
            "customer": {"key": {"code": customer}},
            "employee": {"id": "1"},
            "lines": {
                "create": [
                    {"product": {"id": str(product)}, "quantity": quantity, "unitPrice": "10"}
                    for product, quantity in lines
                ]
            },
            **more,
        }
        payload = (await self.ask(ORDER, data=data)).data["northwindOrderCreate"]
        assert payload["errors"] == []
        return str(payload["record"]["id"])

    async def call(
        self, method: str, order: str, selection: str = "record { state number }"
    ) -> Any:
        """Return the payload of a method of an order."""
        field = f"northwindOrder{method.capitalize()}"
        document = (
            f"mutation($id: ID!) {{ {field}(id: $id)"
            f" {{ {selection} errors {{ code message path }} }} }}"
        )
        return (await self.ask(document, id=order)).data[field]

    async def stock(self) -> Sequence[int]:
        """Return the pieces of each product."""
        result = await self.ask("{ northwindProducts(first: 100) { nodes { unitsInStock } } }")
        return [node["unitsInStock"] for node in result.data["northwindProducts"]["nodes"]]

    async def turnover(self) -> dict[str, str | None]:
        """Return the turnover of each customer."""
        result = await self.ask("{ northwindCustomers { nodes { code turnover } } }")
        nodes = result.data["northwindCustomers"]["nodes"]
        return {node["code"]: node["turnover"] for node in nodes}
