"""To-many fields: unlink, delete, update, create and link, each for all rows together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from graphql_erp import naming
from graphql_erp.planning.restrict import require_operation
from graphql_erp.registry.model import FieldDef, ModelDef, Relation, RelationKind
from graphql_erp.security.permission import Operation
from graphql_erp.writing.allowed import is_limited, note_limited
from graphql_erp.writing.lock import forbidden, held_records
from graphql_erp.writing.readable import readable_scope, scope_rows
from graphql_erp.writing.rows import Batch, Row, ToMany, to_many_commands
from graphql_erp.writing.statements import run_rows, unnested
from graphql_erp.writing.targets import look_up
from graphql_erp.writing.values import PARENT
from graphql_erp.writing.work import Work, refuse

Store = Callable[[Work, Batch], Awaitable[None]]
Commands = list[tuple[Row, ToMany]]
Pairs = list[tuple[int, int]]
_NAMED = ("link", "unlink", "set")
"""Commands that name records by their ids alone."""


async def write_to_many(work: Work, batch: Batch, store: Store) -> None:
    """Write what the rows of a batch, which have ids now, say of their to-many fields."""
    for name, commands in to_many_commands(batch.rows).items():
        definition = batch.model.fields[name]
        relation = definition.relation
        if relation is None:
            continue
        part = _Part(work, batch.model, definition, relation, commands, store)
        if relation.kind is RelationKind.LINK:
            await _write_links(part)
        else:
            await _write_inverse(part)


class _Part:
    """One to-many field of the rows of one batch."""

    def __init__(
        self,
        work: Work,
        model: ModelDef,
        field: FieldDef,
        relation: Relation,
        commands: Commands,
        store: Store,
    ) -> None:
        self.work = work
        self.model = model
        self.field = field
        self.relation = relation
        self.commands = commands
        self.target = work.writer.model(relation.target)
        self._store = store

    async def store(self, operation: Operation, rows: list[Row]) -> None:
        """Write related records of all rows together."""
        await self._store(self.work, Batch(self.target, operation, rows))

    def rows(self, operation: Operation) -> list[tuple[Row, Row]]:
        """Return the related records of an operation, each with the row it is nested in."""
        return [
            (parent, child)
            for parent, commands in self.commands
            for child in getattr(commands, operation.value)
        ]

    def pairs(self, part: str) -> Pairs:
        """Return (own id, target's id) of a list of ids, such as `link`."""
        return [
            (row.id, target)
            for row, commands in self.commands
            if row.id is not None
            for target in getattr(commands, part) or ()
        ]

    @property
    def names_known(self) -> bool:
        """Whether any row speaks of related records that exist already."""
        return any(
            item.unlink or item.delete or item.update or item.link or item.set is not None
            for _, item in self.commands
        )

    def replaced(self) -> list[int]:
        """Return the ids of the rows that say which targets they shall have."""
        return [row.id for row, item in self.commands if item.set is not None and row.id]

    def check_targets(self, part: str, known: Iterable[int]) -> None:
        """Note the ids of a list that no record has."""
        found = set(known)
        for row, commands in self.commands:
            for number, target in enumerate(getattr(commands, part) or ()):
                if target not in found:
                    message = f"{self.field.label}: there is no {self.target.label} {target}."
                    row.problem("NOT_FOUND", message, self.field.graphql_name, part, str(number))
        refuse(row for row, _ in self.commands)

    def moved(self, back: FieldDef, parent: Row, target: int, own: int | None, *place: str) -> Row:
        """Return the row that gives a related record another parent, or none."""
        path = (*parent.path, self.field.graphql_name, *place)
        return Row(parent.index, path, id=target, values={back.name: own})


# ---- records whose column holds the own id ---------------------------------------------------


async def _write_inverse(part: _Part) -> None:
    back = part.target.fields[part.relation.inverse]
    held = await _settle_known(part, back) if part.names_known else {}
    created = part.rows(Operation.CREATE)
    for parent, child in created:
        child.values[back.name] = parent.id if child.values.get(back.name) is PARENT else None
    await part.store(Operation.CREATE, [child for _, child in created])
    if part.names_known:
        await _link(part, back, held)


async def _settle_known(part: _Part, back: FieldDef) -> dict[int, int | None]:
    """Unlink, delete and update related records; return the parents of those that are left."""
    held = await _held(part, back)
    for name in _NAMED:
        part.check_targets(name, held)
    await _unlink(part, back, held)
    for operation in (Operation.DELETE, Operation.UPDATE):
        children = part.rows(operation)
        for parent, child in children:
            if held.get(child.id or 0) != parent.id:
                message = f"{part.field.label}: there is no {part.target.label} {child.id} here."
                child.problem("NOT_FOUND", message, "id")
        refuse(child for _, child in children)
        await part.store(operation, [child for _, child in children])
        if operation is Operation.DELETE:
            for _, child in children:
                held.pop(child.id or 0, None)
    return held


async def _held(part: _Part, back: FieldDef) -> dict[int, int | None]:
    """Return the parent of each related record that is spoken of, and of those to be replaced.

    What may not be read is not among them: nobody moves it, and a `set` leaves it where it is.
    """
    wanted = {child.id for kind in ("DELETE", "UPDATE") for _, child in part.rows(Operation[kind])}
    wanted |= {target for name in _NAMED for _, target in part.pairs(name)}
    parents = part.replaced()
    if not wanted and not parents:
        return {}
    writer = part.work.writer
    scope = readable_scope(writer, part.target)
    column = scope.source.c[back.column]
    ids = sa.bindparam(None, sorted(filter(None, wanted)), type_=sa.ARRAY(sa.BigInteger()))
    owners = sa.bindparam(None, parents, type_=sa.ARRAY(sa.BigInteger()))
    meant = sa.or_(scope.source.c["id"] == sa.any_(ids), column == sa.any_(owners))
    select = scope.select(scope.source.c["id"], column).where(meant)
    return {row[0]: row[1] for row in await scope_rows(writer, scope, select)}


async def _unlink(part: _Part, back: FieldDef, held: dict[int, int | None]) -> None:
    """Let related records go: those named, and those that a `set` leaves out."""
    gone: dict[int, tuple[Row, Row]] = {}
    owners: dict[int | None, tuple[Row, set[int]]] = {}
    for row, commands in part.commands:
        for number, target in enumerate(commands.unlink):
            if held.get(target) == row.id:
                place = ("unlink", str(number))
                gone[target] = row, part.moved(back, row, target, None, *place)
        if commands.set is not None:
            owners[row.id] = row, set(commands.set)
    for target, own in held.items():
        if own in owners and target not in owners[own][1]:
            row = owners[own][0]
            gone[target] = row, part.moved(back, row, target, None, "set")
    if back.type.required:
        message = f"{part.field.label}: {part.target.label} records cannot be without {back.label}."
        for row in {id(row): row for row, _ in gone.values()}.values():
            row.problem("RESTRICTED", message, part.field.graphql_name)
        refuse(row for row, _ in part.commands)
    held.update(dict.fromkeys(gone))
    await part.store(Operation.UPDATE, [gone[target][1] for target in sorted(gone)])


async def _link(part: _Part, back: FieldDef, held: dict[int, int | None]) -> None:
    """Give related records the own id, each once: a record has one parent."""
    moved: dict[int, Row] = {}
    for row, commands in part.commands:
        for name, targets in (("link", commands.link), ("set", commands.set or ())):
            for number, target in enumerate(targets):
                if target in moved and moved[target].values[back.name] != row.id:
                    message = f"{part.field.label}: an earlier item links {target} too."
                    row.problem("INVALID", message, part.field.graphql_name, name, str(number))
                moved.setdefault(target, part.moved(back, row, target, row.id, name, str(number)))
    refuse(row for row, _ in part.commands)
    changed = [row for target, row in moved.items() if held.get(target) != row.values[back.name]]
    await part.store(Operation.UPDATE, changed)


# ---- links in a table between ----------------------------------------------------------------


async def _write_links(part: _Part) -> None:
    work, relation = part.work, part.relation
    named = part.pairs("link") + part.pairs("set")
    await _check_links(part)
    await _require_other_end(part)
    own_ids = [row.id for row, _ in part.commands if row.id is not None]
    other = part.target.fields.get(relation.inverse) if relation.inverse else None
    if other is not None:
        is_watched = work.stale.concerns(work.writer.registry, part.target, {other.name})
        other = other if is_watched else None
    before = await _linked(part, own_ids) if other is not None else []
    await work.stale.note(work.writer, part.model, own_ids, {part.field.name})
    removed = part.pairs("unlink")
    if removed:
        await _remove(part, removed)
    if part.replaced():
        await _remove_others(part)
    created = part.rows(Operation.CREATE)
    await part.store(Operation.CREATE, [child for _, child in created])
    named += [(row.id, child.id) for row, child in created if row.id and child.id]
    if named:
        await _add(part, named)
    await work.stale.note(work.writer, part.model, own_ids, {part.field.name})
    if other is not None:
        touched = sorted({*before, *(target for _, target in named)})
        await work.stale.note(work.writer, part.target, touched, {other.name})


async def _require_other_end(part: _Part) -> None:
    """Refuse links of records one may not change, where the model at the other end declares them.

    A link belongs to the record whose model declares the field: written from here it is changed
    all the same.
    """
    writer, target = part.work.writer, part.target
    if part.relation.link_table == naming.link_table_name(part.model.name, part.field.name):
        return
    replacing = {other for _, other in part.pairs("set")}
    changed = {other for name in ("link", "unlink") for _, other in part.pairs(name)}
    if part.replaced():
        changed |= replacing ^ set(await _linked(part, part.replaced()))
    if not changed:
        return
    require_operation(writer.permission, target.name, Operation.UPDATE)
    if not is_limited(writer.permission, target, Operation.UPDATE):
        return
    held = await held_records(writer, target, changed, Operation.UPDATE, lock=True)
    refused = sorted(key for key, known in held.items() if not known.is_allowed)
    for row, _ in part.commands:
        for key in refused:
            problem = forbidden(target, key, Operation.UPDATE)
            row.note(replace(problem, path=(part.field.graphql_name,)))
    refuse(row for row, _ in part.commands)
    rows = [Row(path=(part.field.graphql_name,), id=key) for key in sorted(held)]
    note_limited(part.work, Batch(target, Operation.UPDATE, rows))


async def _check_links(part: _Part) -> None:
    """Note the ids that no record has which may be read."""
    ids = {(target,): None for name in _NAMED for _, target in part.pairs(name)}
    if not ids:
        return
    found = await look_up(part.work.writer, part.target, ("id",), list(ids))
    for name in _NAMED:
        part.check_targets(name, found.values())


async def _linked(part: _Part, own_ids: Sequence[int]) -> list[int]:
    """Return the ids of all targets linked to some records."""
    link = part.work.writer.tables.link(part.relation.link_table)
    wanted = sa.bindparam(None, list(own_ids), type_=sa.ARRAY(sa.BigInteger()))
    found = await run_rows(
        part.work.writer.connection,
        sa.select(link.c[part.relation.link_target]).where(
            link.c[part.relation.link_own] == sa.any_(wanted)
        ),
    )
    return [row[0] for row in found]


def _given(part: _Part, pairs: Pairs) -> tuple[sa.Table, sa.TableValuedAlias]:
    link = part.work.writer.tables.link(part.relation.link_table)
    columns = [link.c[part.relation.link_own], link.c[part.relation.link_target]]
    own, targets = zip(*pairs, strict=True)
    return link, unnested(columns, [list(own), list(targets)])


async def _add(part: _Part, pairs: Pairs) -> None:
    link, given = _given(part, pairs)
    names = [part.relation.link_own, part.relation.link_target]
    statement = (
        postgresql.insert(link)
        .from_select(names, sa.select(*(given.c[name] for name in names)))
        .on_conflict_do_nothing()
    )
    await run_rows(part.work.writer.connection, statement)


async def _remove(part: _Part, pairs: Pairs) -> None:
    link, given = _given(part, pairs)
    names = (part.relation.link_own, part.relation.link_target)
    same = (link.c[name] == given.c[name] for name in names)
    await run_rows(part.work.writer.connection, link.delete().where(*same))


async def _remove_others(part: _Part) -> None:
    """Remove the links that a `set` leaves out; those to what may not be read stay."""
    writer = part.work.writer
    link = part.work.writer.tables.link(part.relation.link_table)
    own = link.c[part.relation.link_own]
    owners = sa.bindparam(None, part.replaced(), type_=sa.ARRAY(sa.BigInteger()))
    statement = link.delete().where(own == sa.any_(owners))
    pairs = part.pairs("set")
    if pairs:
        _, given = _given(part, pairs)
        names = (part.relation.link_own, part.relation.link_target)
        kept = sa.select(sa.literal(1)).select_from(given)
        kept = kept.where(*(link.c[name] == given.c[name] for name in names))
        statement = statement.where(~kept.correlate(link).exists())
    scope = readable_scope(writer, part.target)
    if part.target.name in writer.permission.readable:
        seen = scope.select(scope.column("id"))
        statement = statement.where(link.c[part.relation.link_target].in_(seen))
    await scope_rows(writer, scope, statement)
