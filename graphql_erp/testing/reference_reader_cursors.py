"""CursorBook: cursors that say what they mean, and the ones the server makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql_erp.testing.reference_reader_order import GROUP_CURSOR, RECORD_CURSOR
from graphql_erp.testing.reference_reader_snapshot import Snapshot

_WRITTEN = re.compile(rf"{RECORD_CURSOR} \w+ \d+(?: [\w.]+:[A-Z_]+)+|{GROUP_CURSOR} \d+")


@dataclass
class CursorBook:
    """Pairs of a cursor as the reference reader writes it and the server's own.

    The server's cursors stay opaque: each is learnt by asking for the record it belongs to, or
    from an answer in which it stands where the reference answer has one.
    """

    _theirs: dict[str, str] = field(default_factory=dict)
    _ours: dict[str, str] = field(default_factory=dict)

    def unknown(self, document: str, variables: Mapping[str, Any]) -> Iterator[str]:
        """Give the cursors in a request that the server has not been asked for."""
        for cursor in dict.fromkeys(_WRITTEN.findall(f"{document} {variables}")):
            if cursor not in self._theirs:
                yield cursor

    def question(self, snapshot: Snapshot, cursor: str) -> str:
        """Return the document that asks the server for a cursor."""
        if cursor.startswith(GROUP_CURSOR):
            place = int(cursor.split(" ")[1]) - 1
            model = max(snapshot.registry.models, key=lambda name: len(snapshot.all(name)))
            plural = snapshot.model(model).plural
            return (
                f"{{ found: {plural} {{ groups(by: {{field: ID}}, first: 1, offset: {place})"
                " { pageInfo { endCursor } } } }"
            )
        _, model, number, *keys = cursor.split(" ")
        definition = snapshot.model(model)
        order = ", ".join(_order_item(snapshot, model, key) for key in keys)
        archived = ", archived: INCLUDE" if definition.archive else ""
        return (
            f'{{ found: {definition.plural}(filter: {{id: {{eq: "{number}"}}}}{archived},'
            f" orderBy: [{order}]) {{ pageInfo {{ endCursor }} }} }}"
        )

    def remember(self, cursor: str, answer: Mapping[str, Any]) -> None:
        """Keep the answer to the question for a cursor.

        Raises:
            ValueError: The server has no such record.
        """
        found = answer["data"]["found"]
        theirs = found.get("groups", found)["pageInfo"]["endCursor"]
        if theirs is None:
            raise ValueError(f"Nothing has the cursor {cursor}.")
        self._theirs[cursor], self._ours[theirs] = theirs, cursor

    def translated(self, value: Any) -> Any:
        """Return a document or variables with the server's cursors in the place of ours."""
        if isinstance(value, str):
            return _WRITTEN.sub(lambda match: self._theirs[match.group()], value)
        if isinstance(value, list):
            return [self.translated(item) for item in value]
        if isinstance(value, dict):
            return {key: self.translated(item) for key, item in value.items()}
        return value

    def difference(self, ours: Any, theirs: Any, path: str = "data") -> str:
        """Return the first place where two answers differ, "" when there is none.

        Keys count in their order. Two cursors are equal when they have been paired, or when
        neither has been seen yet.
        """
        if isinstance(ours, dict) and isinstance(theirs, dict):
            if list(ours) != list(theirs):
                return f"{path}: keys {list(ours)} expected, {list(theirs)} found"
            pairs = [(f"{path}.{key}", ours[key], theirs[key]) for key in ours]
        elif isinstance(ours, list) and isinstance(theirs, list):
            if len(ours) != len(theirs):
                return f"{path}: {len(ours)} items expected, {len(theirs)} found"
            items = enumerate(zip(ours, theirs, strict=True))
            pairs = [(f"{path}[{number}]", *pair) for number, pair in items]
        else:
            return (
                "" if self._equal(ours, theirs) else f"{path}: {ours!r} expected, {theirs!r} found"
            )
        found = (self.difference(mine, other, place) for place, mine, other in pairs)
        return next(filter(None, found), "")

    def _equal(self, ours: Any, theirs: Any) -> bool:
        if isinstance(ours, str) and isinstance(theirs, str) and _WRITTEN.fullmatch(ours):
            first = self._ours.setdefault(theirs, ours)
            # Orderings that differ only after a unique key may share their cursors.
            is_same_record = first.split(" ")[:3] == ours.split(" ")[:3]
            return is_same_record and self._theirs.setdefault(ours, theirs) == theirs
        if isinstance(ours, bool) or isinstance(theirs, bool):
            return ours is theirs
        return bool(ours == theirs)


def _order_item(snapshot: Snapshot, model: str, key: str) -> str:
    path, _, direction = key.partition(":")
    names = path.split(".")
    text = direction
    for depth in reversed(range(len(names))):
        field = snapshot.field(model, tuple(names[: depth + 1]))
        text = f"{{{field.graphql_name}: {text}}}"
    return text
