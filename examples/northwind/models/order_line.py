"""Order lines: what has left can no longer be changed."""

from typing import Self

from graphql_erp import Model, Q, UserError, onchange

_CLOSED = frozenset({"shipped", "cancelled"})


class NorthwindOrderLine(Model):
    """A line can be written as long as its order has not been shipped or cancelled."""

    @classmethod
    async def before_create(cls, records: list[Self]) -> None:
        """Refuse new lines of closed orders."""
        await cls._refuse_closed(records)

    @classmethod
    async def before_update(cls, records: list[Self]) -> None:
        """Refuse changes of lines that belong to a closed order, or shall belong to one."""
        await cls._refuse_closed(records)

    @classmethod
    async def before_delete(cls, records: list[Self]) -> None:
        """Refuse to take lines out of closed orders."""
        await cls._refuse_closed(records)

    @onchange("product", load=["product"])
    def take_price(self) -> None:
        """Take the price of the product that was chosen."""
        if self.product is not None:
            self.unit_price = self.product.unit_price
            if self.product.discontinued:
                self.warn("{product} is discontinued.", product=self.product.name)

    @classmethod
    async def _refuse_closed(cls, lines: list[Self]) -> None:
        orders = {line: [line.order, line.stored("order")] for line in lines}
        ids = {order.id for both in orders.values() for order in both if order is not None}
        # Locked, so that no order is shipped while its lines are being written.
        held = await lines[0].env["NorthwindOrder"].where(Q(id__in=list(ids))).lock().all()
        closed = {order: order for order in held if order.state in _CLOSED}
        refused = [
            UserError("This order is {state}.", state=closed[order].state).of(line).at("order")
            for line, both in orders.items()
            for order in dict.fromkeys(both)
            if order in closed
        ]
        if refused:
            raise UserError.joined(refused)
