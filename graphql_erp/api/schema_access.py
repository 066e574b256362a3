"""SchemaAccess: who may read the schema, by introspection or by the names in errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import Forbidden, RequestError, Unauthenticated


@dataclass(frozen=True, slots=True)
class SchemaAccess:
    """What the settings say about reading the schema."""

    open_to: Literal["all", "users", "off"]
    is_development: bool

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the access of the settings."""
        return cls(settings.introspection, settings.development)

    def may_introspect(self, environment: Environment) -> bool:
        """Tell whether the schema may be asked for."""
        if self.open_to == "off" or not environment.permission.may_introspect:
            return False
        is_known = self.open_to == "all" or environment.actor.user is not None
        return is_known or self.is_development

    def sees_suggestions(self, environment: Environment) -> bool:
        """Tell whether errors may name what is like an unknown name."""
        return self.is_development or self.may_introspect(environment)

    def refusal(self, environment: Environment) -> RequestError:
        """Return what somebody is told who may not ask for the schema."""
        if self.open_to == "users" and environment.actor.user is None:
            return Unauthenticated("The schema is shown to users only.", hint="Sign in first.")
        return Forbidden(
            "The schema may not be read.", hint="`__typename` may be asked for everywhere."
        )
