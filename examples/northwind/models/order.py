"""Orders: confirmed, shipped out of stock, cancelled, or taken over from another system."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from erp_modules.northwind import Environment, NorthwindProduct

from graphql_erp import Model, Q, UserError, mutation

Stock = Mapping[NorthwindProduct, NorthwindProduct]
"""Products as they are now, by the products of order lines."""


@dataclass(frozen=True)
class TakenOver:
    """What became of the orders of another system."""

    shipped: int
    """Orders that have left."""
    confirmed: int
    """Orders that are still to be shipped."""


class NorthwindOrder(Model):
    """An order goes from draft to confirmed to shipped; it can be cancelled at any time."""

    def before_delete(self) -> None:
        """Keep what has a number."""
        if self.state != "draft":
            raise UserError(
                "{order} is {state}: cancel it instead.", order=self._name(), state=self.state
            )

    @mutation(load=["lines"])
    async def confirm(self) -> Self:
        """Confirm the order, which gives it its number.

        Raises:
            UserError: It is no draft, or nothing is ordered.
        """
        self._must_be("draft")
        if not self.lines:
            raise UserError("{order} has no lines.", order=self._name()).at("lines")
        return await self.update(state="confirmed")

    @mutation(load=["lines"])
    async def ship(self) -> Self:
        """Take the pieces of all lines out of stock.

        Raises:
            UserError: The order is not confirmed; or there is too little in stock, with one error
                for each line that is short.
        """
        self._must_be("confirmed")
        stock = await self._stock()
        shortages = [
            UserError(
                "{product}: {quantity} ordered, {stock} in stock.",
                product=stock[line.product].name,
                quantity=line.quantity,
                stock=stock[line.product].units_in_stock,
            ).at("lines", str(place), "quantity")
            for place, line in enumerate(self.lines)
            if line.quantity > stock[line.product].units_in_stock
        ]
        if shortages:
            raise UserError.joined(shortages)
        await self._move(stock, -1)
        return await self.update(state="shipped", shipped_on=self.env.today)

    @mutation(load=["lines"])
    async def cancel(self) -> Self:
        """Cancel the order; pieces that were shipped are back in stock.

        Raises:
            UserError: It is cancelled already.
        """
        if self.state == "cancelled":
            raise UserError("{order} is already cancelled.", order=self._name())
        if self.state == "shipped":
            await self._move(await self._stock(), 1)
        return await self.update(state="cancelled")

    @mutation
    @classmethod
    async def take_over(cls, env: Environment) -> TakenOver:
        """Give the drafts of another system the state that their days tell.

        What another system calls by an external reference was confirmed there; with a day of
        shipping it has left, too. Stock stays as it is: it was counted after that.
        """
        drafts = env[cls].where(Q(state="draft", external_ref__isnotnull=True))
        shipped = await drafts.where(Q(shipped_on__isnotnull=True)).update(state="shipped")
        return TakenOver(shipped, await drafts.update(state="confirmed"))

    async def _stock(self) -> Stock:
        """Lock the products of the lines and return each as it is now."""
        ids = [line.product.id for line in self.lines]
        products = await self.env["NorthwindProduct"].where(Q(id__in=ids)).lock().all()
        return {product: product for product in products}

    async def _move(self, stock: Stock, direction: int) -> None:
        pieces = {stock[line.product]: direction * line.quantity for line in self.lines}
        await self.env.update_each(
            {
                product: {"units_in_stock": product.units_in_stock + moved}
                for product, moved in pieces.items()
            }
        )

    def _must_be(self, state: str) -> None:
        if self.state != state:
            raise UserError(
                "{order} is {state}, not {wanted}.",
                order=self._name(),
                state=self.state,
                wanted=state,
            )

    def _name(self) -> str:
        return f"Order {self.number or self.external_ref or self.id}"
