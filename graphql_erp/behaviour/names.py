"""ModelNames: the package of a module, from which its files import models by their names."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from graphql_erp import naming
from graphql_erp.behaviour.model import Model
from graphql_erp.behaviour.protocols import Environment

FIELDS = "Fields"
"""At the end of a model's name: the base that tells type checkers what the records hold."""


class ModelNames(ModuleType):
    """Gives, for whatever name, the model that is called like it.

    What a model is shows when all modules are loaded, long after their files were imported: until
    then, and in annotations, a class of its name stands for it.
    """

    def __getattr__(self, name: str) -> Any:
        if not naming.is_model_name(name):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name == Environment.__name__:
            return Environment
        if name.endswith(FIELDS):
            return Model
        return _Named(name, (Model,), {"__module__": self.__name__})


class _Named(type):
    """Class of the classes that stand for models."""

    def __instancecheck__(cls, value: object) -> bool:
        """Tell whether something is a record of the model."""
        return isinstance(value, Model) and value._definition.name == cls.__name__  # noqa: SLF001
