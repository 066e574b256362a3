"""Random writes, and what the oracle says becomes of them.

What a write does when everything is allowed is taken from the engine itself; the oracle says who
may do it: it knows the records a write names, and compares the databases before and after.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from oracle_bench import Sight
from oracle_grants import called_as

from graphql_erp.testing.reference_reader_snapshot import Snapshot

VALUES = {
    "Region": {"name": "text", "rating": "int", "parent": "Region"},
    "Tag": {"weight": "int"},
    "Partner": {
        "rank": "int",
        "kind": ("PERSON", "FIRM"),
        "credit": "money",
        "balance": "money",
        "isActive": ("true", "false"),
        "region": "Region",
        "company": "Company",
        "owner": "User",
        "patron": "Partner",
    },
    "Badge": {"points": "int", "issuer": "Region"},
    "Order": {
        "state": ("OPEN", "SENT", "DONE"),
        "amount": "money",
        "discount": "int",
        "partner": "Partner",
    },
    "Line": {"quantity": "int", "product": "Product", "price": "money"},
    "Product": {"cost": "money", "isSold": ("true", "false")},
}
"""What is written of each model."""
NAMES = {"isActive": "is_active", "isSold": "is_sold"}


@dataclass
class Write:
    """One root field that writes, and what it names."""

    call: str
    meant: str
    """The same, as somebody who may do everything would write it."""
    needs: set[tuple[str, str]]
    """(model, operation) that must be granted."""
    fields: set[tuple[str, str]]
    held: list[tuple[str, int, str]]
    """(model, id, operation): records that are there already and what is done to them."""
    targets: set[tuple[str, int]]
    """Records that are referred to."""
    methods: set[tuple[str, str]]
    shows: str = ""
    """Whether its payload selects one record or many; "" for neither."""

    @property
    def model(self) -> str:
        """The model its payload is about."""
        head = self.call.partition("(")[0]
        return next(name for name in VALUES if head.startswith(name.lower()))


class WriteWriter:
    """Draws writes over what is in the database."""

    def __init__(self, whole: Snapshot, seed: int) -> None:
        self.whole = whole
        self.chance = random.Random(seed)  # noqa: S311 - repeatable data
        self.number = 0

    def write(self, sight: Sight) -> Write:
        """Return the next write of somebody; what is hidden from them is named too."""
        self.sight = sight
        self.number += 1
        self.found = Write("", "", set(), set(), [], set(), set())
        kinds = (
            *(self._update, self._update, self._update_many, self._update_each, self._create),
            *(self._delete, self._delete_where, self._update_where, self._lines, self._tags),
            *(self._with_partner, self._upsert, self._method, self._links, self._create_many),
        )
        call = self.chance.choice(kinds)()
        self.found.call = self.found.call or call
        self.found.meant = self.found.meant or call
        head = call.partition("(")[0]
        if "Delete" not in head and self.chance.random() < 0.7:
            self.found.shows = "many" if head.endswith(("Many", "Each", "Upsert")) else "one"
            self.found.needs.add((self.found.model, "read"))
        return self.found

    # ---- values -----------------------------------------------------------------------------

    def _data(self, model: str, *always: str) -> str:
        """Return values of some fields of a model."""
        offered = [name for name in VALUES[model] if name not in always]
        names = [
            *always,
            *self.chance.sample(offered, k=min(len(offered), self.chance.choice((1, 1, 2)))),
        ]
        return ", ".join(f"{name}: {self._value(model, name)}" for name in dict.fromkeys(names))

    def _value(self, model: str, name: str) -> str:
        self.found.fields.add((model, NAMES.get(name, name)))
        match VALUES[model][name]:
            case "text":
                return json.dumps(f"{self.chance.choice('aZé')} new {self.number}")
            case "int":
                return str(self.chance.randint(0, 6))
            case "money":
                return f'"{self.chance.randint(-20, 50)}.00"'
            case tuple() as choices:
                return str(self.chance.choice(choices))
            case str() as target:
                return f"{{id: {self._target(target)}}}"
        raise KeyError(name)

    def _target(self, model: str) -> int:
        key = self._any(model)
        self.found.targets.add((model, key))
        return key

    def _any(self, model: str) -> int:
        """Return a record; three in four times one that is seen."""
        seen = sorted(self.sight.ids[model])
        if seen and self.chance.random() < 0.75:
            return self.chance.choice(seen)
        return self.chance.choice(sorted(self.whole.records[model]))

    def _some(self, model: str, most: int = 3) -> list[int]:
        return sorted({self._any(model) for _ in range(self.chance.randint(1, most))})

    def _name(self, model: str) -> str:
        return self.whole.model(model).singular

    def _hold(self, model: str, keys: list[int], operation: str) -> list[int]:
        self.found.needs.add((model, operation))
        self.found.held += [(model, key, operation) for key in keys]
        return keys

    # ---- kinds of writes --------------------------------------------------------------------

    def _model(self) -> str:
        return self.chance.choice(list(VALUES))

    def _update(self) -> str:
        model = self._model()
        (key,) = self._hold(model, [self._any(model)], "update")
        return f"{self._name(model)}Update(id: {key}, data: {{{self._data(model)}}})"

    def _update_many(self) -> str:
        model = self.chance.choice(("Partner", "Order", "Line"))
        keys = self._hold(model, self._some(model), "update")
        data = self._data(model)
        return f"{self._name(model)}UpdateMany(target: {{ids: {keys}}}, data: {{{data}}})"

    def _update_each(self) -> str:
        model = self.chance.choice(("Partner", "Order", "Line"))
        keys = self._hold(model, self._some(model), "update")
        items = ", ".join(f"{{id: {key}, data: {{{self._data(model)}}}}}" for key in keys)
        return f"{self._name(model)}UpdateEach(items: [{items}])"

    def _update_where(self) -> str:
        model, where, meant = self._where("update")
        data = self._data(model)
        self.found.meant = f"{self._name(model)}UpdateMany(target: {meant}, data: {{{data}}})"
        return f"{self._name(model)}UpdateMany(target: {where}, data: {{{data}}})"

    def _delete_where(self) -> str:
        model, where, meant = self._where("delete", "Line")
        self.found.meant = f"{self._name(model)}DeleteMany(target: {meant})"
        return f"{self._name(model)}DeleteMany(target: {where})"

    def _where(self, operation: str, model: str = "") -> tuple[str, str, str]:
        """Return a model, a target by filter, and the target by the ids that are meant."""
        model = model or self.chance.choice(("Order", "Line"))
        name, most = {"Order": ("number", 30), "Line": ("quantity", 3)}[model]
        limit = self.chance.randint(1, most)
        keys = [item.id for item in self.sight.seen.all(model) if getattr(item, name) <= limit]
        self._hold(model, keys, operation)
        self.found.fields.add((model, name))
        return model, f"{{filter: {{{name}: {{lte: {limit}}}}}}}", f"{{ids: {keys}}}"

    def _create(self) -> str:
        model = self.chance.choice(("Partner", "Order", "Line", "Tag"))
        return f"{self._name(model)}Create(data: {{{self._new(model)}}})"

    def _create_many(self) -> str:
        model = self.chance.choice(("Partner", "Line"))
        rows = ", ".join(f"{{{self._new(model)}}}" for _ in range(2))
        return f"{self._name(model)}CreateMany(data: [{rows}])"

    def _new(self, model: str) -> str:
        """Return the values of a new record."""
        self.found.needs.add((model, "create"))
        match model:
            case "Partner":
                return f'name: "New", {self._data(model)}'
            case "Tag":
                return f'name: "New", {self._data(model)}'
            case "Order":
                number = 5000 + self.number
                day = 'orderedOn: "2025-05-05"'
                return f'number: {number}, code: "N{number}", {day}, {self._data(model, "partner")}'
        order = self._target("Order")
        return f"order: {{id: {order}}}, {self._data(model, 'quantity', 'price')}"

    def _with_partner(self) -> str:
        """Return a new order of a new partner."""
        self.found.needs |= {("Order", "create"), ("Partner", "create")}
        number = 5000 + self.number
        partner = f'{{create: {{name: "New", {self._data("Partner")}}}}}'
        return (
            f'orderCreate(data: {{number: {number}, code: "N{number}", orderedOn: "2025-05-05",'
            f" partner: {partner}, {self._value_of_order()}}})"
        )

    def _value_of_order(self) -> str:
        return f"amount: {self._value('Order', 'amount')}"

    def _delete(self) -> str:
        model = self.chance.choice(("Line", "Badge", "Order"))
        (key,) = self._hold(model, [self._any(model)], "delete")
        return f"{self._name(model)}Delete(id: {key})"

    def _lines(self) -> str:
        """Return an order with a new line, a changed one and one less."""
        order = self._any("Order")
        self._hold("Order", [order], "update")
        parts = []
        own = [line.id for line in self.whole.records["Order"][order].lines]
        if own and self.chance.random() < 0.6:
            (key,) = self._hold("Line", [own[0]], "update")
            parts.append(f"update: [{{id: {key}, data: {{{self._data('Line')}}}}}]")
        if len(own) > 1 and self.chance.random() < 0.5:
            (key,) = self._hold("Line", [own[-1]], "delete")
            parts.append(f"delete: [{key}]")
        if not parts or self.chance.random() < 0.5:
            self.found.needs.add(("Line", "create"))
            parts.append(f"create: [{{{self._data('Line', 'quantity', 'price')}}}]")
        return f"orderUpdate(id: {order}, data: {{lines: {{{', '.join(parts)}}}}})"

    def _tags(self) -> str:
        """Return a partner with other tags; those that are hidden stay."""
        partner = self._any("Partner")
        self._hold("Partner", [partner], "update")
        keys = self._some("Tag")
        self.found.targets |= {("Tag", key) for key in keys}
        command = self.chance.choice(("link", "set", "set"))
        call = "partnerUpdate(id: {}, data: {{tags: {{{}: {}}}}})"
        if command == "set":
            held = {tag.id for tag in self.whole.records["Partner"][partner].tags}
            kept = sorted({*keys, *(held - self.sight.ids["Tag"])})
            self.found.meant = call.format(partner, "set", kept)
        return call.format(partner, command, keys)

    def _links(self) -> str:
        """Return a partner who takes over orders, which are changed by that."""
        partner = self._any("Partner")
        self._hold("Partner", [partner], "update")
        orders = self._some("Order", 2)
        moved = [key for key in orders if self.whole.records["Order"][key].partner.id != partner]
        self.found.targets |= {("Order", key) for key in orders}
        if moved:
            self._hold("Order", moved, "update")
        return f"partnerUpdate(id: {partner}, data: {{orders: {{link: {orders}}}}})"

    def _upsert(self) -> str:
        """Return an order found by its number when it is seen, else one that is new."""
        self.found.needs |= {("Order", "create"), ("Order", "update")}
        order = self.chance.choice(sorted(self.sight.ids["Order"]) or [0])
        self.found.fields.add(("Order", "number"))
        number = 5000 + self.number
        if order and self.chance.random() < 0.7:
            self._hold("Order", [order], "update")
            number = self.whole.records["Order"][order].number
        data = f'number: {number}, code: "N{self.number}", orderedOn: "2025-05-05"'
        data += f", {self._data('Order', 'partner')}"
        return f"orderUpsert(data: [{{{data}}}], on: [NUMBER])"

    def _method(self) -> str:
        order = self._any("Order")
        name = self.chance.choice(("raise_amount", "hand_over"))
        self.found.methods.add(("Order", name))
        self._hold("Order", [order], name)
        self._hold("Order", [order], "update")
        self.found.needs.clear()
        if name == "raise_amount":
            return f"orderRaiseAmount(id: {order}, by: {self.chance.randint(-5, 5)})"
        return f"orderHandOver(id: {order}, to: {self._target('Partner')})"


# ---- what becomes of it -----------------------------------------------------------------------


def expected(sight: Sight, write: Write, after: Snapshot) -> set[str]:
    """Return the codes of which one at least must be the answer; none when all is allowed.

    Those of errors of the whole answer begin with an exclamation mark.
    """
    return {*_named(sight, write), *_old(sight, write), *_new(sight, write, after)}


def _named(sight: Sight, write: Write) -> Iterator[str]:
    case = sight.case
    if not all(case.grants_any(*item) for item in write.needs):
        yield "!FORBIDDEN"
    if not all(case.calls(*method) for method in write.methods):
        yield "!FORBIDDEN"
    if write.methods and not case.grants_any("Order", "update"):
        yield "!FORBIDDEN"
    if not all(case.sees(*place) for place in write.fields):
        yield "!FORBIDDEN_FIELD"


def _old(sight: Sight, write: Write) -> Iterator[str]:
    whole = sight.whole
    for model, key in write.targets:
        if key not in sight.ids[model]:
            yield "NOT_FOUND"
    for model, key, operation in write.held:
        record = whole.records[model][key]
        names = called_as(operation) if operation in {"raise_amount", "hand_over"} else (operation,)
        if key not in sight.ids[model]:
            yield "NOT_FOUND"
        elif not sight.case.allows(model, record, whole.context, *names):
            yield "FORBIDDEN"


def _new(sight: Sight, write: Write, after: Snapshot) -> Iterator[str]:
    """Give a refusal for each record whose new values are outside of what is allowed."""
    case, context = sight.case, after.context
    for model, records in after.records.items():
        for key in records.keys() - sight.whole.records[model].keys():
            if model != "AuditEntry" and not case.allows(model, records[key], context, "create"):
                yield "FORBIDDEN"
    for model, key, operation in write.held:
        record = after.records[model].get(key)
        if operation != "update" or record is None:
            continue
        if not case.allows(model, record, context, "update"):
            yield "FORBIDDEN"


def shown(sight: Sight, write: Write, after: Snapshot) -> set[int]:
    """Return the ids its payload shows of what was written: what may be read afterwards."""
    if not write.shows:
        return set()
    records, model = after.records[write.model], write.model
    written = {key for name, key, _ in write.held if name == model} & records.keys()
    written |= records.keys() - sight.whole.records[model].keys()
    return {key for key in written if sight.case.allows(model, records[key], after.context, "read")}
