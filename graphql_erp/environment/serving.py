"""Serving: what a transaction asks of the server around it."""

from __future__ import annotations

from typing import Protocol

from graphql_erp.registry.registry import Registry


class Serving(Protocol):
    """The server of a tenant, as far as its schema goes."""

    async def accept(self, registry: Registry) -> None:
        """Get ready to serve other models.

        Raises:
            DeclarationError: No schema can be made of them.
        """

    async def renew(self) -> None:
        """Serve what the tenant holds now."""


class NotServed:
    """A tenant nobody serves, as in a command or a test: a registry is all there is to build."""

    async def accept(self, registry: Registry) -> None:
        """Do nothing."""

    async def renew(self) -> None:
        """Do nothing."""


NOT_SERVED: Serving = NotServed()
"""Stands for no server."""
