"""Steps -> the text of a revision, written for people."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphql_erp.install.python_text import WIDTH, Call, quoted, statement
from graphql_erp.install.step_text import Source, keeps_values, needs_value, step_text
from graphql_erp.tables.steps import (
    AddConstraint,
    AddTable,
    RenameTable,
    Step,
)

_LONG_FUNCTION = 12
"""Steps beyond which each table's are a function of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The head of a revision."""

    module: str
    number: int
    name: str
    """What it does, in words joined by underscores."""
    down_revision: str | None
    depends_on: tuple[str, ...]

    @property
    def identifier(self) -> str:
        """Its name among all revisions."""
        return f"{self.module}_{self.number:04d}"

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.number:04d}_{self.name}.py"


def warnings_of(source: Source, steps: Sequence[Step]) -> list[str]:
    """Return the sentences about steps that lose something or may fail."""
    lost = [step.loss() for step in steps if not keeps_values(source, step)]
    renamed = [
        f"Takes {step.new} for {step.old}." for step in steps if isinstance(step, RenameTable)
    ]
    empty = [needs_value(source, step) for step in steps]
    return [
        *(f"Destructive: {text}." for text in lost if text),
        *renamed,
        *(
            f"Needs a value for existing records: {name} is required and has no default."
            for name in empty
            if name
        ),
    ]


def revision_text(revision: Revision, source: Source, steps: Sequence[Step]) -> str:
    """Return the file of a revision."""
    functions = _functions(source, steps)
    body = "\n".join(line for function in functions for line in function)
    imports = ["import sqlalchemy as sa"] if "sa." in body else []
    postgresql = ["from sqlalchemy.dialects import postgresql"] if "postgresql." in body else []
    labels = (revision.module,) if revision.down_revision is None else ()
    lines = [
        *_docstring(revision, source, steps),
        "",
        *imports,
        "from alembic import op",
        *postgresql,
        "",
        f"revision = {quoted(revision.identifier)}",
        f"down_revision = {_or_none(revision.down_revision)}",
        f"branch_labels = {_tuple(labels)}",
        f"depends_on = {_tuple(revision.depends_on)}",
        body,
    ]
    return "\n".join(lines) + "\n"


def _or_none(text: str | None) -> str:
    return "None" if text is None else quoted(text)


def _tuple(names: Sequence[str]) -> str:
    if not names:
        return "None"
    inside = ", ".join(quoted(name) for name in names)
    return f"({inside},)" if len(names) == 1 else f"({inside})"


def _docstring(revision: Revision, source: Source, steps: Sequence[Step]) -> Iterator[str]:
    title = revision.name.replace("_", " ")
    warnings = warnings_of(source, steps)
    yield f'"""{revision.identifier}: {title}.' + ("" if warnings else '"""')
    if not warnings:
        return
    yield ""
    for warning in warnings:
        yield from textwrap.wrap(warning, WIDTH, subsequent_indent="    ")
    yield '"""'


def _functions(source: Source, steps: Sequence[Step]) -> Iterator[list[str]]:
    """Give the functions of a revision, `upgrade` last; a table has one of its own in long ones."""
    if len(steps) <= _LONG_FUNCTION:
        yield _function("upgrade", "Bring the tables to this revision.", source, steps)
        return
    groups: dict[str, list[Step]] = {}
    for group, members in itertools.groupby(steps, _group):
        # Steps stay in their order, so that a group may come back.
        name = group if group not in groups else f"{group}_{len(groups)}"
        groups[name] = list(members)
    for name, group_steps in groups.items():
        yield _function(f"_{name}", "", source, group_steps)
    calls = [Call(f"_{name}", ()) for name in groups]
    lines = ["", "", "def upgrade() -> None:", '    """Bring the tables to this revision."""']
    yield [*lines, *(line for item in calls for line in statement(item))]


def _group(step: Step) -> str:
    match step:
        case AddTable(table):
            return f"create_{table}"
        case AddConstraint(table, state) if state.kind == "f":
            return f"relate_{table}"
    return "change"


def _function(name: str, docstring: str, source: Source, steps: Sequence[Step]) -> list[str]:
    head = ["", "", f"def {name}() -> None:"]
    if docstring:
        head.append(f'    """{docstring}"""')
    statements = (node for step in steps for node in step_text(source, step))
    return [*head, *(line for node in statements for line in statement(node))]
