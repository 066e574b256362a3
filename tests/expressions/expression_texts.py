"""Random expressions as text, well-typed by construction."""

from __future__ import annotations

import random

from expression_samples import (
    some_date,
    some_decimal,
    some_float,
    some_integer,
    some_moment,
    some_text,
    some_time,
)

ORDER_TEXTS = ("name", "company__name", "company__code", "company__title")
ORDER_NUMBERS = ("position", "amount", "rate", "ratio", "company__credit", "total", "rank")
LINE_TEXTS = ("label", "order__name", "order__company__name")
LINE_NUMBERS = ("quantity", "price", "subtotal", "share", "order__amount")
TEXT_LOOKUPS = (
    *("contains", "icontains", "startswith", "istartswith", "endswith", "iendswith"),
    *("eq", "neq", "gt", "gte", "lt", "lte"),
)
ORDERED = ("eq", "neq", "gt", "gte", "lt", "lte")
ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu")


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


class Author:
    """Writes random expressions about orders, or about lines."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - repeatable data

    def one(self, *choices: str) -> str:
        return self.chance.choice(choices)

    # ---- conditions -------------------------------------------------------------------------

    def condition(self, depth: int, model: str = "Order") -> str:
        match self.chance.randrange(7 if depth else 3):
            case 3:
                return f"({self.condition(depth - 1, model)} & {self.condition(depth - 1, model)})"
            case 4:
                return f"({self.condition(depth - 1, model)} | {self.condition(depth - 1, model)})"
            case 5:
                return f"~{self.condition(depth - 1, model)}"
            case 6:
                return self.comparison(model)
        count = self.chance.choice((1, 1, 2, 3))
        return f"Q({', '.join(self.items(count, model))})"

    def items(self, count: int, model: str) -> list[str]:
        found: dict[str, str] = {}
        for _ in range(count):
            path, operand = self.item(model)
            found[path] = operand
        return [f"{path}={operand}" for path, operand in found.items()]

    def item(self, model: str) -> tuple[str, str]:
        if model == "Line":
            return self.line_item()
        kind = self.chance.randrange(11)
        if kind == 0:
            return self.moment_item()
        if kind == 1:
            return self.relation_item()
        if kind in {2, 3}:
            return self.to_many_item()
        if kind == 4:
            path = self.one("state", "is_open", "extra", "opens", "due", "company", "lines")
            return f"{path}__{self.one('isnull', 'isnotnull')}", self.one("True", "False")
        if kind == 5:
            return self.special_item()
        if kind == 6 and self.chance.random() < 0.3:
            path = self.one("due", "placed_at")
            return f"{path}__{self.one('between', 'in', 'nin')}", '[today, "2026-04-02"]'
        if kind == 6:
            return f"due__{self.one(*ORDERED)}", self.one(
                "today",
                "today - days(30)",
                'start_of("month")',
                quoted(str(some_date(self.chance))),
            )
        return self.scalar(ORDER_TEXTS, ORDER_NUMBERS)

    def scalar(self, texts: tuple[str, ...], numbers: tuple[str, ...]) -> tuple[str, str]:
        if self.chance.random() < 0.5:
            path = self.one(*texts)
            if self.chance.random() < 0.2:
                words = ", ".join(quoted(some_text(self.chance)) for _ in range(3))
                return f"{path}__{self.one('in', 'nin')}", f"[{words}]"
            return f"{path}__{self.one(*TEXT_LOOKUPS)}", quoted(some_text(self.chance))
        path = self.one(*numbers)
        if self.chance.random() < 0.2:
            low, high = self.number_for(path), self.number_for(path)
            return f"{path}__{self.one('between', 'in', 'nin')}", f"[{low}, {high}]"
        if self.chance.random() < 0.2:
            return f"{path}__{self.one(*ORDERED)}", f'F("{self.one(*numbers)}")'
        return f"{path}__{self.one(*ORDERED)}", self.number_for(path)

    def number_for(self, path: str) -> str:
        if path in {"position", "quantity", "rank"}:
            return str(some_integer(self.chance))
        if path == "ratio":
            return format(some_float(self.chance), ".6f")
        return str(some_decimal(self.chance, 2))

    def moment_item(self) -> tuple[str, str]:
        part = self.one("year", "quarter", "month", "week", "day")
        if self.chance.random() < 0.5:
            path = self.one("placed_at", "due", "lines__order__placed_at")
            number = self.chance.choice((2025, 2026, 1, 2, 3, 12, 13, 28, 29, 31))
            return f"{path}__{part}{self.one('', '__gte', '__lt', '__neq')}", str(number)
        moment = quoted(some_moment(self.chance).isoformat())
        return f"placed_at__{self.one(*ORDERED)}", self.one(
            "now", "today", "now - days(3)", "today + months(1)", moment, quoted("2026-03-29")
        )

    def relation_item(self) -> tuple[str, str]:
        match self.chance.randrange(5):
            case 0:
                return self.one("company", "companyId", "company__neq", "company_id__eq"), "company"
            case 1:
                return self.one("company__in", "company__nin"), self.one(
                    "companies", "[1, 2]", "[]"
                )
            case 2:
                return self.one("user", "user__neq"), self.one("user", "1")
            case 3:
                return "company__in", "[company, 3]"
        return self.one("company__orders__count__gt", "company__orders__id", "id__gte"), "2"

    def special_item(self) -> tuple[str, str]:
        match self.chance.randrange(4):
            case 0:
                return f"state{self.one('', '__neq')}", self.one('"new"', '"in work"', '"done"')
            case 1:
                return f"is_open{self.one('', '__neq')}", self.one("True", "False")
            case 2:
                return "extra__has", self.one('"a"', '"b"', '"é"', '""')
        return f"opens__{self.one(*ORDERED)}", quoted(some_time(self.chance).isoformat())

    def to_many_item(self) -> tuple[str, str]:
        if self.chance.random() < 0.2:
            lookup = self.one("", "__gte", "__lt", "__neq")
            return f"lines__count{lookup}", str(self.chance.randrange(4))
        path, operand = self.line_item()
        prefix = self.one("lines", "lines", "lines__some", "lines__every", "lines__none")
        if self.chance.random() < 0.2:
            prefix = f"company__orders__{self.one('some', 'every')}__lines"
        return f"{prefix}__{path}", operand

    def line_item(self) -> tuple[str, str]:
        if self.chance.random() < 0.2:
            return self.one("active", "active__neq"), self.one("True", "False")
        return self.scalar(LINE_TEXTS, LINE_NUMBERS)

    def comparison(self, model: str) -> str:
        operator = self.one("<", "<=", ">", ">=", "==", "!=")
        numbers = LINE_NUMBERS if model == "Line" else ORDER_NUMBERS
        if model == "Order" and self.chance.random() < 0.2:
            return self.other_comparison(operator)
        left, right = (f'F("{self.one(*numbers)}")' for _ in range(2))
        return f"({left} {operator} {right} {self.one('+', '-', '*', '/', '%')} {left})"

    def other_comparison(self, operator: str) -> str:
        if self.chance.random() < 0.3:
            path = self.one(*ORDER_NUMBERS)
            return f'({self.number_for(path)} {operator} F("{path}"))'
        if self.chance.random() < 0.3:
            words = quoted(some_text(self.chance))
            return f'(F("{self.one(*ORDER_TEXTS)}") {operator} {words})'
        dates = ('F("due")', 'F("placed_at")', "today", "now")
        return f"({self.one(*dates)} {operator} {self.one(*dates)})"

    # ---- values -----------------------------------------------------------------------------

    def value(self, depth: int) -> str:
        match self.chance.randrange(6):
            case 0:
                return self.text(depth)
            case 1:
                return self.date(depth)
            case 2:
                return self.condition(depth)
        return self.number(depth)

    def number(self, depth: int) -> str:
        if not depth:
            path = self.one(*ORDER_NUMBERS).replace("__", ".")
            return self.one(path, path, str(abs(some_integer(self.chance))), "0.5", "100", "3")
        inner = self.number(depth - 1)
        match self.chance.randrange(11):
            case 6:
                return f"({self.one('due', 'today')} - {self.one('due', 'today')})"
            case 7:
                return f"case({self.condition(1)}, None, {inner})"
            case 0:
                return f"round({inner}, {self.chance.randrange(-2, 6)})"
            case 1:
                return f"coalesce({inner}, {self.number(depth - 1)}, 0)"
            case 2:
                return f"case({self.condition(1)}, {inner}, {self.number(depth - 1)})"
            case 3:
                return f"-{inner}"
            case 4:
                return self.aggregate()
            case 5:
                return f"{self.one('year', 'quarter', 'week', 'day')}({self.date(depth - 1)})"
        operator = self.one("+", "-", "*", "/", "%")
        return f"({inner} {operator} {self.number(depth - 1)})"

    def aggregate(self) -> str:
        where = f", where={self.condition(1, 'Line')}" if self.chance.random() < 0.5 else ""
        if self.chance.random() < 0.3:
            return f"count({self.one('lines', 'company.orders', 'company.orders.lines')})"
        function = self.one("sum", "min", "max", "avg")
        path = self.one("lines.price", "lines.quantity", "lines.subtotal", "lines.share")
        return f"{function}({path}{where})"

    def text(self, depth: int) -> str:
        path = self.one("name", "company.name", "company.code", "state")
        match self.chance.randrange(4 if depth else 1):
            case 1:
                return f"coalesce({path}, {self.text(depth - 1)}, None)"
            case 2:
                part = self.one("position", "amount", "total", "id", "due")
                return f"concat({path}, {quoted(some_text(self.chance))}, {part})"
            case 3:
                other = quoted(some_text(self.chance))
                return f"case({self.condition(1)}, {path}, {other})"
        return self.one(path, "max(lines.label)", "min(company.orders.name)")

    def date(self, depth: int) -> str:
        if not depth:
            return self.one("due", "today", "placed_at", "now")
        inner = self.date(depth - 1)
        match self.chance.randrange(4):
            case 0:
                return f'start_of("{self.one("day", "week", "month", "quarter", "year")}", {inner})'
            case 1:
                return f"({inner} {self.one('+', '-')} days({self.chance.randrange(-40, 40)}))"
            case 2:
                return f"({inner} {self.one('+', '-')} months({self.chance.randrange(-14, 14)}))"
        return f"({inner} + years({self.chance.randrange(-4, 4)}))"
