import random
from decimal import Decimal

import asyncpg
import pytest

from graphql_erp.expressions.lower import lower
from graphql_erp.expressions.numeric import divide, number_of, remainder, round_half_away

pytestmark = pytest.mark.anyio


def _numbers(chance: random.Random) -> Decimal:
    digits = chance.choice((0, 1, 3, 4, 5, 8, 12, 20))
    whole = chance.randrange(-(10**digits), 10**digits + 1)
    return Decimal(whole).scaleb(-chance.choice((0, 0, 1, 2, 4, 7, 13)))


async def test_division_and_remainder_have_postgresql_digits(
    connection: asyncpg.Connection,
) -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable data
    pairs = [(_numbers(chance), _numbers(chance) or Decimal(1)) for _ in range(4_000)]
    rows = await connection.fetch(
        "SELECT (a / b)::text AS quotient, (a % b)::text AS rest "
        "FROM unnest($1::numeric[], $2::numeric[]) AS pair(a, b)",
        [left for left, _ in pairs],
        [right for _, right in pairs],
    )

    ours = [(format(divide(*pair), "f"), format(remainder(*pair), "f")) for pair in pairs]
    assert ours == [(row["quotient"], row["rest"]) for row in rows]


async def test_rounding_is_postgresql_rounding(connection: asyncpg.Connection) -> None:
    chance = random.Random(8)  # noqa: S311 - repeatable data
    pairs = [(_numbers(chance), chance.randrange(-5, 8)) for _ in range(2_000)]
    pairs += [(Decimal("2.5"), 0), (Decimal("-2.5"), 0), (Decimal("1.005"), 2)]
    rows = await connection.fetch(
        "SELECT round(a, b)::text AS rounded FROM unnest($1::numeric[], $2::int[]) AS pair(a, b)",
        [number for number, _ in pairs],
        [places for _, places in pairs],
    )

    ours = [format(round_half_away(*pair), "f") for pair in pairs]
    assert ours == [row["rounded"] for row in rows]
    assert ours[-3:] == ["3", "-3", "1.01"]


async def test_float_counts_with_fifteen_digits(connection: asyncpg.Connection) -> None:
    chance = random.Random(9)  # noqa: S311 - repeatable data
    floats = [chance.uniform(-1, 1) * 10.0 ** chance.randrange(-20, 20) for _ in range(1_000)]
    floats += [0.0, -0.0, 0.1, 1e20, 1.5e-07, 1 / 3]
    rows = await connection.fetch(
        "SELECT (a::numeric)::text AS exact FROM unnest($1::float8[]) AS one(a)", floats
    )

    ours = [format(number_of(value), "f") for value in floats]
    assert ours == [row["exact"] for row in rows]


def test_division_by_zero_is_null() -> None:
    assert divide(Decimal(1), Decimal("0.00")) is None
    assert remainder(Decimal(1), Decimal(0)) is None


def test_text_is_no_number() -> None:
    with pytest.raises(TypeError, match=r"^A str is not a number\.$"):
        number_of("1")


async def test_lower_is_postgresql_lower_for_every_character(
    connection: asyncpg.Connection,
) -> None:
    # No plane above the second has letters with case.
    points = [point for point in range(1, 0x20000) if not 0xD800 <= point <= 0xDFFF]
    rows = await connection.fetch(
        "SELECT point FROM unnest($1::int[], $2::text[]) AS pair(point, low) "
        "WHERE lower(chr(point)) <> low",
        points,
        [lower(chr(point)) for point in points],
    )

    assert [hex(row["point"]) for row in rows] == []


def test_lower_looks_at_one_character_at_a_time() -> None:
    assert lower("ΑΣ İI") == "ασ ii"  # noqa: RUF001 - Greek on purpose
