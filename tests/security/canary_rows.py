"""Rows of the canary models: what may be read is the same in all twins, the rest is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TWINS = ("one", "other", "more")
"""`other` has the same hidden records with other values, other places and links; `more` has
further hidden records, and none where the visible ones refer to hidden ones."""
HIDDEN = (1, 2)
"""Ids of the hidden records that all twins have."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different in one twin."""

    number: int

    def pick(self, *values: Any) -> Any:
        return values[self.number]

    def link(self, one: int | None, other: int | None, more: int | None = None) -> Any:
        """Return the input of a to-one field."""
        found = self.pick(one, other, more)
        return None if found is None else {"id": found}


def batches(twin: str) -> Iterator[tuple[str, Rows]]:
    """Give the rows of a twin by model in the order in which they are made."""
    own = Difference(TWINS.index(twin))
    yield "Area", [*_hidden_areas(own), *_areas(own)]
    yield "Tag", [*_hidden_tags(own), *_tags()]
    yield "Party", [*_hidden_parties(own), *_parties(own)]
    yield "Card", [*_hidden_cards(own), *_cards(own)]
    yield "Sale", [*_hidden_sales(own), *_sales(own)]
    yield "Line", [*_hidden_lines(own), *_lines(own)]
    yield "Ticket", [*_hidden("title", "ticket", own), {"title": "Seen"}, {"title": "Read"}]
    yield "Ledger", [{"name": "Cash"}]
    yield "Posting", [_posting(own.pick("5", "70", "5"), secret=True), _posting("3", secret=False)]
    yield "Dossier", [{"text": own.pick("a", "b", "c"), "party": own.link(3, 4, 5)}]


def moves(twin: str) -> Iterator[str]:
    """Give mutations that put hidden records elsewhere, and those everybody may see."""
    own = Difference(TWINS.index(twin))
    for hidden, parent in (
        (1, own.pick("{id: 3}", "{id: 5}", "null")),
        (2, own.pick("{id: 1}", "null", "{id: 6}")),
    ):
        yield f"areaUpdate(id: {hidden}, data: {{parent: {parent}}}) {{ errors {{ message }} }}"
    yield 'partyUpdate(id: 3, data: {rank: 7, note: "changed"}) { errors { message } }'
    patron = own.pick("{id: 2}", "{id: 1}", "null")
    yield f'partyUpdate(id: 6, data: {{note: "z", patron: {patron}}}) {{ errors {{ message }} }}'
    credit = own.pick('"8.00"', '"9.00"', '"10.00"')
    yield f'partyUpdate(id: 7, data: {{note: "y", credit: {credit}}}) {{ errors {{ message }} }}'
    yield from (
        f"partyUpdate(id: 1, data: {{rank: {50 + turn}}}) {{ errors {{ message }} }}"
        for turn in range(3 * own.number + 1)
    )


def _hidden(name: str, text: str, own: Difference, count: int = 2) -> Rows:
    return [
        {name: f"{own.pick('A', 'zz', 'M')} {text} {number}", "secret": True}
        for number in range(count)
    ]


def _hidden_areas(own: Difference) -> Rows:
    rows = _hidden("name", "area", own)
    return [row | {"code": own.pick("X1", "X2", "X3") + str(n)} for n, row in enumerate(rows)]


def _areas(own: Difference) -> Rows:
    return [
        {"name": "North", "code": "N"},
        {"name": "Below a hidden one", "code": "B", "parent": own.link(1, 2)},
        {"name": "Coast", "code": "C", "parent": {"id": 3}},
        {"name": "Below that", "code": "D", "parent": {"id": 4}},
    ]


def _hidden_tags(own: Difference) -> Rows:
    weights = own.pick((900, -900), (5, 6), (None, 3))
    rows = _hidden("name", "tag", own)
    return [row | {"weight": weight} for row, weight in zip(rows, weights, strict=True)]


def _tags() -> Rows:
    return [{"name": "red", "weight": 3}, {"name": "green"}, {"name": "blue", "weight": 9}]


def _hidden_parties(own: Difference) -> Rows:
    return [
        {
            "name": own.pick("Aaron", "Zorro", "Moe") + str(number),
            "note": own.pick("secret words", "ab", "(["),
            "pattern": own.pick("(", "a\\", "ok"),
            "secret": True,
            "email": own.pick("aaron", "zorro", "moe") + f"{number}@example.com",
            "rank": own.pick(2**31 - 1, 3, -(2**31)),
            "weight": own.pick(1e308, 0.5, -1e308),
            "balance": own.pick("99999999999999.99", "0", "-99999999999999.99"),
            "seenAt": own.pick("9999-12-30T00:00:00Z", None, "0001-01-03T00:00:00Z"),
            "bornOn": own.pick("9999-12-31", "2000-01-01", "0001-01-01"),
            "settings": own.pick({"a": 1}, [], {"b": "x"}),
            "kind": own.pick("PERSON", "FIRM", None),
            "credit": own.pick("1", "2", "3"),
            "area": own.link(3, 4, 1),
            "tags": {"link": own.pick([3], [4, 5], [1])},
        }
        for number in range(2)
    ]


def _parties(own: Difference) -> Rows:
    about = own.pick({"area": 1}, {"tag": 2}, None)
    hidden_tags = own.pick([1], [1, 2], [])
    return [
        _party("Ada", 5, 3, "1", [3, 4, *hidden_tags], own, patron=own.link(1, 2), about=about),
        _party("Bob", 5, own.pick(1, 2, None), "2.50", hidden_tags, own, patron={"id": 3}),
        _party("Cyd", None, 4, None, [5], own, patron=own.link(1, None, 2), about={"tag": 3}),
        _party("Dan", -4, None, "-7", [3, 5], own, email="dan@example.com", kind="FIRM"),
        _party("Eve", 900, 5, "100", [], own, email="eve@example.com", about={"area": 3}),
    ]


def _party(
    name: str,
    rank: int | None,
    area: int | None,
    balance: str | None,
    tags: list[int],
    own: Difference,
    **values: Any,
) -> dict[str, Any]:
    return {
        "name": name,
        "note": f"{name} is known",
        "rank": rank,
        "weight": 1.5,
        "pattern": name[:1],
        "balance": balance,
        "seenAt": "2026-03-04T05:06:07Z",
        "bornOn": "1990-02-03",
        "credit": own.pick("10", "20", None),
        "area": None if area is None else {"id": area},
        "tags": {"link": tags},
        **values,
    }


def _hidden_cards(own: Difference) -> Rows:
    rows = _hidden("code", "card", own)
    return [
        rows[0] | {"party": own.link(3, 4, 5)},
        rows[1] | {"party": own.link(2, 1, None)},
    ]


def _cards(own: Difference) -> Rows:
    return [
        {"code": "K6", "party": {"id": 6}},
        {"code": "Of a hidden one", "party": own.link(1, 2)},
    ]


def _hidden_sales(own: Difference) -> Rows:
    return [
        {
            "number": own.pick(1, 999, 500) + number,
            "code": own.pick("h", "i", "j") + str(number),
            "secret": True,
            "state": own.pick("OPEN", "DONE", "OPEN"),
            "pattern": own.pick("(", "a\\", "h"),
            "locks": {"create": [{}]},
            "party": {"id": own.pick(3, 4, 5) if number else own.pick(1, 2, 1)},
        }
        for number in range(2)
    ]


def _sales(own: Difference) -> Rows:
    hidden = own.pick(1, 2, 1)
    return [
        {"number": 10, "code": "a", "party": {"id": 3}},
        {"number": 11, "code": "b", "party": {"id": 3}, "state": "DONE"},
        {"number": 12, "code": "c", "party": {"id": 4}},
        {"number": 13, "code": "d", "party": {"id": hidden}},
        {"number": 14, "code": "e", "party": {"id": hidden}, "state": "DONE"},
        {"number": 15, "code": "f", "party": {"id": 6}},
    ]


def _hidden_lines(own: Difference) -> Rows:
    return [
        {
            "sale": {"id": key},
            "amount": own.pick("0.01", "800", "-5"),
            "memo": own.pick("(", "a\\", "x"),
            "pieces": own.pick(2**31 - 1, 1, -(2**31)),
        }
        for key in HIDDEN
    ]


def _lines(own: Difference) -> Rows:
    return [
        {"sale": {"id": 3}, "amount": "5", "source": {"tag": 3}},
        {"sale": {"id": 3}, "amount": "7.25", "source": own.pick({"party": 1}, {"tag": 2}, None)},
        {"sale": {"id": 4}, "amount": "100", "source": {"party": 3}},
        {"sale": {"id": 6}, "amount": "11", "source": own.pick({"party": 2}, {"party": 1}, None)},
        {"sale": {"id": 8}, "amount": "3"},
    ]


def _posting(amount: str, *, secret: bool) -> dict[str, Any]:
    return {"ledger": {"id": 1}, "amount": amount, "secret": secret}


def further() -> Iterator[tuple[str, Rows]]:
    """Give the records that only the last twin has, which come after all others."""
    own = Difference(2)
    areas = _hidden("name", "further area", own, 4)
    yield "Area", [row | {"parent": {"id": 3 + n % 4}} for n, row in enumerate(areas)]
    tags = _hidden("name", "further tag", own, 4)
    yield "Tag", [row | {"weight": 1000} for row in tags]
    yield (
        "Party",
        [
            {
                "name": f"Further {n}",
                "secret": True,
                "rank": 5,
                "balance": "1000",
                "pattern": "(",
                "area": {"id": 3},
                "patron": {"id": 3 + n},
                "tags": {"link": [3, 4, 6]},
            }
            for n in range(4)
        ],
    )
    yield "Card", [{"code": f"Further {n}", "secret": True, "party": {"id": 8 + n}} for n in (0, 1)]
    yield (
        "Sale",
        [
            {
                "number": n,
                "code": f"n{n}",
                "secret": True,
                "locks": {"create": [{}]},
                "party": {"id": 3 + n % 5},
            }
            for n in range(2000, 2006)
        ],
    )
    yield "Line", [{"sale": {"id": 9 + n}, "amount": "1000"} for n in range(6)]
    yield "Ticket", _hidden("title", "further ticket", own, 3)
    yield "Posting", [_posting("40", secret=True)]
    yield "Dossier", [{"text": "d", "party": {"id": 3}}]
