"""Registry: all models of one set of modules, merged, checked and frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql_erp import naming
from graphql_erp.behaviour.load import RecordSource
from graphql_erp.behaviour.model import Model
from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.expressions.scope import FieldInfo, RelationInfo
from graphql_erp.registry.grants import AccessDef, GroupDef, RuleDef
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.records import RecordDef

ENGINE_VERSION = "0.1.0"
"""Part of every fingerprint: what is kept per set of modules is made anew by a new engine."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registry:
    """The frozen result; equal sets of modules have equal fingerprints.

    Implements the protocol `Models` of expressions.
    """

    models: Mapping[str, ModelDef]
    """By name, in order of the modules and their files."""
    classes: Mapping[str, type[Model]]
    """Class of the records of each model."""
    modules: tuple[ModuleDecl, ...]
    """In dependency order."""
    fingerprint: str
    """SHA-256 over the modules' files, their versions and the engine's."""
    records: tuple[RecordDef, ...] = ()
    record_sources: tuple[RecordSource, ...] = ()
    """Functions that give more records at installation."""
    groups: Mapping[str, GroupDef]
    access: tuple[AccessDef, ...] = ()
    rules: tuple[RuleDef, ...] = ()

    is_audited: bool = field(init=False, default=False)
    """Whether the changes of any model are recorded."""

    def __post_init__(self) -> None:
        is_audited = any(model.is_audited for model in self.models.values())
        object.__setattr__(self, "is_audited", is_audited)

    @property
    def has_secrets(self) -> bool:
        """Whether any model keeps secrets."""
        models = self.models.values()
        return any(field.type.is_secret for model in models for field in model.fields.values())

    def model(self, name: str) -> ModelDef:
        """Return a model by its name.

        Raises:
            KeyError: There is no such model.
        """
        return self.models[name]

    def names(self, model: str) -> tuple[str, ...]:
        """Return all field names of a model."""
        return tuple(self.models[model].fields)

    def resolve(self, model: str, name: str) -> FieldInfo | RelationInfo | None:
        """Return what a name, in YAML or GraphQL spelling, means on a model."""
        fields = self.models[model].fields
        field = fields.get(name) or fields.get(naming.uncamel(name))
        if field is None:
            return None
        if field.relation is not None:
            return field.relation.info(
                field.name, nullable=not field.type.required, member_of=field.member_of
            )
        return FieldInfo(
            field.name,
            field.type.value_type(),
            field.type.lookups,
            expression=None if field.is_stored else field.expression,
            sql=field.is_sql,
            secret=field.type.is_secret,
            members=field.members,
        )


def fingerprint(modules: Sequence[ModuleDecl]) -> str:
    """Return the fingerprint of a set of modules, the same in whatever order they are given."""
    lines = [f"engine {ENGINE_VERSION}"]
    for module in sorted(modules, key=lambda item: item.identifier):
        content = module.digest or hashlib.sha256(repr(module).encode()).hexdigest()
        lines.append(f"{module.identifier} {module.manifest.version} {content}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
