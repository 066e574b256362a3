"""Stale: stored computed fields that may be wrong, and of which records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from graphql_erp.computed.graph import STAMPS, Route, Routes, graph_of
from graphql_erp.computed.needs import Key
from graphql_erp.computed.path import Path
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.writing.walk import owners_sql
from graphql_erp.writing.writer import Writer

_Walked = tuple[Route, frozenset[str], tuple[int, ...]]


@dataclass(slots=True)
class Stale:
    """What has to be made anew at the end of one write."""

    ids: dict[Key, set[int]] = field(default_factory=dict)
    """Ids of the records whose kept field may be wrong."""
    linked: dict[Key, set[int]] = field(default_factory=dict)
    """Those of them that may lead to other records than before."""
    held: dict[str, set[int]] = field(default_factory=dict)
    """Ids of records with kept fields this transaction has locked already, by model."""
    _walked: set[_Walked] = field(default_factory=set)

    def concerns(self, registry: Registry, model: ModelDef, fields: Collection[str] | None) -> bool:
        """Tell whether a kept field is computed from fields of a model; None: from its records."""
        return bool(graph_of(registry).routes(model.name, fields))

    def reaches(self, registry: Registry, model: ModelDef, fields: Collection[str] | None) -> bool:
        """Tell whether a kept field of other records is computed from fields of a model."""
        return any(route.path for route in graph_of(registry).routes(model.name, fields))

    async def note(
        self,
        writer: Writer,
        model: ModelDef,
        ids: Sequence[int],
        fields: Collection[str] | None,
        *,
        is_new: bool = False,
    ) -> None:
        """Note which kept fields are computed from fields of records.

        Called before records are changed or deleted, while they are locked, and after they were
        created or changed: what they belonged to and what they belong to now are both stale. For
        links the field is the relation. One statement per path of relations at most.

        Args:
            writer: In the transaction.
            model: Model of the records.
            ids: Their ids.
            fields: Names of the fields; None when the records are created or deleted.
            is_new: They were created, not deleted.
        """
        graph = graph_of(writer.registry)
        is_kept = ids and model.name in graph.models
        if is_kept and (fields is None or any(_is_column(model, name) for name in fields)):
            self.held.setdefault(model.name, set()).update(ids)
        if model.name in graph.by_model:
            changed = None if fields is None else {*fields, *STAMPS}
            await self._follow(writer, graph.routes(model.name, changed, is_new=is_new), ids)

    async def spread(
        self, writer: Writer, model: str, ids: Sequence[int], fields: Collection[str]
    ) -> None:
        """Note which kept fields are computed from kept fields that changed."""
        await self._follow(writer, graph_of(writer.registry).routes(model, fields), ids)

    async def _follow(self, writer: Writer, routes: Routes, ids: Sequence[int]) -> None:
        for route, names in routes.items() if ids else ():
            is_linked = any(names.values())
            walked = (route, frozenset(names), tuple(ids))
            if not is_linked and walked in self._walked:
                # Before the change the way was the same.
                continue
            self._walked.add(walked)
            found = await _owners(writer, route.path, ids) if route.path else ids
            for name, is_relation in names.items():
                key = (route.model, name)
                self.ids.setdefault(key, set()).update(found)
                if is_relation:
                    self.linked.setdefault(key, set()).update(found)

    def take(self, key: Key) -> set[int]:
        """Return the records of which a kept field is stale, and forget them."""
        return self.ids.pop(key, set())

    def forget(self, model: str, ids: Collection[int]) -> None:
        """Leave out records that are there no more."""
        for known in (self.ids, self.linked):
            for key, found in known.items():
                if key[0] == model:
                    found.difference_update(ids)

    def clear(self) -> None:
        """Forget everything but the locks."""
        self.ids.clear()
        self.linked.clear()
        self._walked.clear()


def _is_column(model: ModelDef, name: str) -> bool:
    """Tell whether writing a field locks the record itself, as links do not."""
    known = model.fields.get(name)
    return known is not None and known.is_stored


async def _owners(writer: Writer, path: Path, ids: Sequence[int]) -> list[int]:
    """Return the records from which a path leads to some records."""
    rows = await writer.connection.fetch(owners_sql(writer.tables, path), list(ids))
    return [row[0] for row in rows]
