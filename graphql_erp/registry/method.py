"""MethodDef: a method of a behaviour class that clients may call."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql_erp.behaviour.annotations import Member, Typed
from graphql_erp.behaviour.decorators import MethodKind
from graphql_erp.behaviour.signature import MethodPlace
from graphql_erp.declarations.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodDef:
    """A method marked with `@mutation` or `@query`."""

    name: str
    """Name in Python."""
    graphql_name: str
    """Name of the field: of Mutation, of Query, or of the model's type."""
    model: str
    kind: MethodKind
    where: MethodPlace
    """What it is called on."""
    arguments: tuple[Member, ...] = ()
    """Those beside the record, the records or the environment."""
    result: Typed | None = None
    """None when it returns None."""
    load: tuple[str, ...] = ()
    """Dotted paths loaded for it, beside own columns."""
    groups: tuple[str, ...] = ()
    """Groups whose users may call it; empty for everybody who is granted it."""
    needs_key: bool = False
    """Whether a client must give an idempotency key."""
    is_secret: bool = False
    """Whether its arguments or its result hold secrets."""
    description: str = ""
    source: Source = field(compare=False)

    @property
    def is_mutation(self) -> bool:
        """Whether it writes."""
        return self.kind is MethodKind.MUTATION

    @property
    def is_field(self) -> bool:
        """Whether it is a field of the model's type: a query on one record."""
        return self.kind is MethodKind.QUERY and self.where is MethodPlace.RECORD
