"""Reference: a link to one record of one of several models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql_erp import naming
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.labels import words
from graphql_erp.fields.relation import ManyToOne, OnDelete


@dataclass(frozen=True, kw_only=True)
class Reference(FieldType):
    """A link to one record of one of several models.

    Each model has a to-one field of its own behind it, `<field>_<model>`, of which one at most
    has a value; declarations and Python name it where they go on from the record.

    Example:
        subject: {type: Reference, to: [SaleOrder, Ticket], on_delete: cascade}
    """

    name = "Reference"
    kind = Kind.RECORD
    graphql_type = ""
    lookups = frozenset({"isnull", "isnotnull"})
    is_orderable = False
    has_column = False

    to: tuple[str, ...] = ()
    """Models the record may be of."""
    on_delete: OnDelete = "restrict"
    """What deleting the target does: refuse, delete this record too, or clear the field."""

    def faults(self) -> tuple[str, ...]:
        """Return sentences about options that do not apply or contradict each other."""
        given = {
            "default": self.default is not None,
            "unique": self.unique,
            "index": bool(self.index),
            "compute": self.compute is not None,
            "store": self.store,
            "per_company": self.per_company,
        }
        found = [f"`{option}` does not apply to a Reference." for option in given if given[option]]
        if not self.to:
            found.append("`to` must name the models the record may be of.")
        if len(set(self.to)) < len(self.to):
            found.append("`to` names a model twice.")
        if self.on_delete == "set_null" and self.required:
            found.append("a required field cannot have `on_delete: set_null`.")
        return tuple(found)

    def members(self, name: str) -> Mapping[str, ManyToOne]:
        """Return the to-one fields behind a field of some name."""
        return {
            member_name(name, model): ManyToOne(
                to=model,
                label=self.label or words(name),
                hint=self.hint,
                readonly=self.readonly,
                copy=self.copy,
                groups=self.groups,
                on_delete=self.on_delete,
            )
            for model in self.to
        }


def member_name(field: str, model: str) -> str:
    """Return the name of the to-one field behind a Reference that leads to a model."""
    return f"{field}_{naming.snake(model)}"
