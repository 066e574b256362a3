"""Behaviour of the sales."""

from graphql_erp import Model, UserError

LARGE = 1000


class BenchSale(Model):
    """A sale with a field that Python computes."""

    def compute_grade(self) -> str:
        """Return how large the sale is."""
        size = "large" if self.total >= LARGE else "small"
        return f"{size}, {self.state}"


class BenchHookedSale(Model):
    """A sale whose hooks look at the stored row."""

    def before_update(self) -> None:
        """Refuse to change what is done."""
        if self.state == "done":
            raise UserError("Done sales stay as they are.")

    def after_create(self) -> None:
        """Refuse what the database made of the values."""
        if self.total < 0 or self.version != 1:
            raise UserError("The total must not be negative.")
