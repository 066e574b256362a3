"""InputBudget: how many input objects one request may still spend on reading."""

from __future__ import annotations

from dataclasses import dataclass

from graphql_erp.errors import CostExceeded


@dataclass(slots=True)
class InputBudget:
    """Counts the objects in filters, orderings and groupings wherever they are used.

    Each becomes a piece of SQL, which takes a tenth of a millisecond; a variable of a few bytes
    can be used at many places.
    """

    limit: int = 1_000
    """The setting `max_input_objects`."""
    spent: int = 0

    def spend(self, value: object) -> None:
        """Count the objects in a value.

        Raises:
            CostExceeded: There are more than the limit.
        """
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, dict):
                waiting.extend(item.values())
                self._count()
            elif isinstance(item, list):
                waiting.extend(part for part in item if isinstance(part, dict | list))

    def _count(self) -> None:
        self.spent += 1
        if self.spent > self.limit:
            raise CostExceeded(
                f"Filters, orderings and groupings have more than {self.limit} objects.",
                hint="Use `in` with a list of values, or raise ERP_MAX_INPUT_OBJECTS.",
            )
