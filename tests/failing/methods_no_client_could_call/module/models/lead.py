from collections.abc import Mapping
from typing import Self

from graphql_erp import Environment, Model, mutation, query


class Lead(Model):
    @mutation
    def untold(self, note) -> Self:
        return self

    @mutation
    def odd(self, extra: Mapping[str, int], stage: "Stgae") -> complex:
        """Take what GraphQL has no type for."""
        raise NotImplementedError

    @mutation(background=True, groups=["seler"], load=["stage.is_wno", "name.length", "stag"])
    def slow(self) -> None:
        """Take a long time."""

    @query
    def nothing(self) -> None:
        """Give nothing."""

    @mutation
    @classmethod
    def on_what(cls, name: str) -> None:
        """Say not what it is called on."""

    @mutation(load=["stage"])
    @classmethod
    def on_nothing(cls, env: Environment) -> None:
        """Load paths of no record."""
