"""To-many fields: unlink, delete, update, create and link, each for all rows together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from graphql_erp.registry.model import FieldDef, ModelDef, Relation, RelationKind
from graphql_erp.writing.rows import Batch, Operation, Row, ToMany, to_many_commands
from graphql_erp.writing.statements import run_rows, unnested
from graphql_erp.writing.values import PARENT
from graphql_erp.writing.work import Work, refuse

Store = Callable[[Work, Batch], Awaitable[None]]
Commands = list[tuple[Row, ToMany]]
Pairs = list[tuple[int, int]]


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


# ---- records whose column holds the own id ---------------------------------------------------


async def _write_inverse(part: _Part) -> None:
    back = part.target.fields[part.relation.inverse]
    held = await _held(part, back)
    await _unlink(part, back, held)
    for operation in (Operation.DELETE, Operation.UPDATE):
        children = part.rows(operation)
        for parent, child in children:
            if held.get(child.id or 0) != parent.id:
                message = f"{part.field.label}: there is no {part.target.label} {child.id} here."
                child.problem("NOT_FOUND", message, "id")
        refuse(child for _, child in children)
        await part.store(operation, [child for _, child in children])
    created = part.rows(Operation.CREATE)
    for parent, child in created:
        child.values[back.name] = parent.id if child.values.get(back.name) is PARENT else None
    await part.store(Operation.CREATE, [child for _, child in created])
    links = [(own, target) for own, target in (*part.pairs("link"), *part.pairs("set"))]
    moved = [
        Row(path=(part.field.graphql_name,), id=target, values={back.name: own})
        for own, target in links
        if held.get(target) != own
    ]
    await part.store(Operation.UPDATE, moved)


async def _held(part: _Part, back: FieldDef) -> dict[int, int | None]:
    """Return the parent of each related record that is spoken of, and of those to be replaced."""
    wanted = {child.id for kind in ("DELETE", "UPDATE") for _, child in part.rows(Operation[kind])}
    named = ("link", "unlink", "set")
    wanted |= {target for name in named for _, target in part.pairs(name)}
    parents = part.replaced()
    if not wanted and not parents:
        return {}
    table = part.work.writer.tables.of(part.target.name)
    column = table.c[back.column]
    ids = sa.bindparam(None, sorted(filter(None, wanted)), type_=sa.ARRAY(sa.BigInteger()))
    owners = sa.bindparam(None, parents, type_=sa.ARRAY(sa.BigInteger()))
    found = await run_rows(
        part.work.writer.connection,
        sa.select(table.c["id"], column).where(
            sa.or_(table.c["id"] == sa.any_(ids), column == sa.any_(owners))
        ),
    )
    held = {row[0]: row[1] for row in found}
    for name in named:
        part.check_targets(name, held)
    return held


async def _unlink(part: _Part, back: FieldDef, held: dict[int, int | None]) -> None:
    """Let related records go: those named, and those that a `set` leaves out."""
    kept = {row.id: set(item.set) for row, item in part.commands if item.set is not None}
    gone = {target for own, target in part.pairs("unlink") if held.get(target) == own}
    gone |= {target for target, own in held.items() if own in kept and target not in kept[own]}
    if not gone:
        return
    if back.type.required:
        message = f"{part.field.label}: {part.target.label} records cannot be without {back.label}."
        for row, _ in part.commands:
            row.problem("RESTRICTED", message, part.field.graphql_name)
            break
        refuse(row for row, _ in part.commands)
    await part.store(
        Operation.UPDATE,
        [
            Row(path=(part.field.graphql_name,), id=target, values={back.name: None})
            for target in sorted(gone)
        ],
    )


# ---- links in a table between ----------------------------------------------------------------


async def _write_links(part: _Part) -> None:
    work, relation = part.work, part.relation
    named = part.pairs("link") + part.pairs("set")
    if named:
        part_ids = await _existing(part, sorted({target for _, target in named}))
        part.check_targets("link", part_ids)
        part.check_targets("set", part_ids)
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


async def _existing(part: _Part, ids: Sequence[int]) -> list[int]:
    table = part.work.writer.tables.of(part.target.name)
    wanted = sa.bindparam(None, list(ids), type_=sa.ARRAY(sa.BigInteger()))
    found = await run_rows(
        part.work.writer.connection,
        sa.select(table.c["id"]).where(table.c["id"] == sa.any_(wanted)),
    )
    return [row[0] for row in found]


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
    """Remove the links that a `set` leaves out."""
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
    await run_rows(part.work.writer.connection, statement)
