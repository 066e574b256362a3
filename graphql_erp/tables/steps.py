"""Steps: what brings one catalogue to another, each with the line that people read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from graphql_erp.tables.catalogue import ColumnState, ConstraintState, IndexState, TableState
from graphql_erp.tables.widening import is_widening

_KINDS = {"p": "primary key", "u": "unique key", "f": "foreign key", "c": "check"}


@dataclass(frozen=True, slots=True)
class Step(ABC):
    """Base of steps."""

    @abstractmethod
    def line(self) -> str:
        """Return what the step does, in one line."""

    def loss(self) -> str:
        """Return what the step destroys or may fail on, "" when it is harmless."""
        return ""


@dataclass(frozen=True, slots=True)
class AddExtension(Step):
    """An extension of PostgreSQL."""

    name: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"add extension {self.name}"


@dataclass(frozen=True, slots=True)
class SetFunction(Step):
    """A function that is new or another one now."""

    name: str
    definition: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"set function {self.name}"


@dataclass(frozen=True, slots=True)
class DropFunction(Step):
    """A function nobody needs any more."""

    name: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"drop function {self.name}"


@dataclass(frozen=True, slots=True)
class AddTable(Step):
    """A table with its keys, checks and indexes; its foreign keys are steps of their own."""

    table: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"create table {self.table}"


@dataclass(frozen=True, slots=True)
class DropTable(Step):
    """A table and everything in it."""

    state: TableState

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"drop table {self.state.name}"

    def loss(self) -> str:
        """Return that all records are lost."""
        return f"drops table {self.state.name} with all its records"


@dataclass(frozen=True, slots=True)
class RenameTable(Step):
    """A table whose columns stayed and whose name did not."""

    old: str
    new: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"rename table {self.old} to {self.new}"


@dataclass(frozen=True, slots=True)
class SetComment(Step):
    """What a table is for."""

    table: str
    comment: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"change the comment of table {self.table}"


@dataclass(frozen=True, slots=True)
class AddColumn(Step):
    """A column."""

    table: str
    column: ColumnState

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"add column {self.table}.{self.column.name} {self.column.type}"


@dataclass(frozen=True, slots=True)
class DropColumn(Step):
    """A column, its values and all that is made of it."""

    table: str
    column: str
    is_computed: bool = False
    """Whether its values are made from other columns, so that nothing is lost."""

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"drop column {self.table}.{self.column}"

    def loss(self) -> str:
        """Return that the values are lost, unless they are computed."""
        return "" if self.is_computed else f"drops column {self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class AlterColumn(Step):
    """A column that is kept and changed."""

    table: str
    before: ColumnState
    after: ColumnState

    @property
    def is_required_now(self) -> bool:
        """Whether null was allowed and is not any more."""
        return self.before.is_nullable and not self.after.is_nullable

    def line(self) -> str:
        """Return what the step does, in one line."""
        changes = []
        if self.before.type != self.after.type:
            changes.append(f"from {self.before.type} to {self.after.type}")
        if self.before.is_nullable != self.after.is_nullable:
            changes.append("to nullable" if self.after.is_nullable else "to required")
        if self.before.default != self.after.default:
            changes.append(f"to default {self.after.default}" if self.after.default else "default")
        if self.before.generated:
            changes.append("to an ordinary one")
        if self.before.identity != self.after.identity:
            changes.append("identity")
        return f"change column {self.table}.{self.after.name} {', '.join(changes)}"

    def loss(self) -> str:
        """Return that values may not fit, when they may not."""
        if is_widening(self.before.type, self.after.type):
            return ""
        name = f"{self.table}.{self.after.name}"
        return f"narrows column {name} from {self.before.type} to {self.after.type}"


@dataclass(frozen=True, slots=True)
class AddConstraint(Step):
    """A key, foreign key or check."""

    table: str
    state: ConstraintState

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"add {_KINDS.get(self.state.kind, 'constraint')} {self.state.name}"


@dataclass(frozen=True, slots=True)
class DropConstraint(Step):
    """A key, foreign key or check."""

    table: str
    state: ConstraintState

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"drop {_KINDS.get(self.state.kind, 'constraint')} {self.state.name}"


@dataclass(frozen=True, slots=True)
class RenameConstraint(Step):
    """A constraint that says the same under another name."""

    table: str
    old: str
    new: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"rename constraint {self.old} to {self.new}"


@dataclass(frozen=True, slots=True)
class AddIndex(Step):
    """An index."""

    table: str
    state: IndexState

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"add index {self.state.name}"


@dataclass(frozen=True, slots=True)
class DropIndex(Step):
    """An index."""

    table: str
    name: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"drop index {self.name}"


@dataclass(frozen=True, slots=True)
class RenameIndex(Step):
    """An index over the same under another name."""

    old: str
    new: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"rename index {self.old} to {self.new}"


@dataclass(frozen=True, slots=True)
class AddTrigger(Step):
    """A trigger."""

    table: str
    name: str
    definition: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"add trigger {self.name} of {self.table}"


@dataclass(frozen=True, slots=True)
class DropTrigger(Step):
    """A trigger."""

    table: str
    name: str

    def line(self) -> str:
        """Return what the step does, in one line."""
        return f"drop trigger {self.name} of {self.table}"
