"""The benchmark's records: deterministic, made by PostgreSQL, the same for every target."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import asyncpg


def _words(text: str) -> list[str]:
    return text.split()


FIRST_NAMES = _words(
    "Ada Alan Alma Amber Anton Basil Bella Boris Bruno Carla Cecil Clara Conrad Dana Dario Delia "
    "Edgar Elena Elias Elsa Emil Enzo Erik Esther Fabian Fiona Flora Frida Gina Greta Gustav Hana "
    "Hector Helga Hugo Ida Igor Ilse Ines Ivan Jana Jasper Jonas Judith Julian Karim Kira Klaus "
    "Lara Lea Leon Lina Louis Lucia Mara Marek Maria Mateo Milan Mona Nadia Nico Nina Noah Nora "
    "Olga Oscar Otto Paola Petra Pia Quinn Rafael Ravi Renate Rita Robin Rosa Ruben Samir Sara "
    "Selma Simon Sofia Stefan Tamara Tarek Tessa Thea Tobias Ulla Uwe Valerie Vera Victor Viola "
    "Walter Wanda Xenia Yara"
)
LAST_STARTS = _words(
    "Acker Berg Brook Castel Dorn Eich Fair Gold Hart Linden North Ober Rosen "
    "Silver Stein Thorn Under Vogel West Winter"
)
LAST_ENDS = _words("bach baum field ford hall heim mann meyer stone wood")
LAST_NAMES = [start + end for start in LAST_STARTS for end in LAST_ENDS]

FIRST_DAY = date(2020, 1, 1)
DAYS = 2190
MOMENT = "2026-01-02 03:04:05.000006+00"
LINES_PER_ORDER = (2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many records of each model there are; an order has four lines on average."""

    companies: int = 200
    contacts: int = 20_000
    products: int = 2_000
    orders: int = 100_000

    @property
    def lines(self) -> int:
        """Lines of all orders together, when the orders are a multiple of five."""
        return self.orders * sum(LINES_PER_ORDER) // len(LINES_PER_ORDER)

    @property
    def records(self) -> int:
        """Records of all models together."""
        return self.companies + self.contacts + self.products + self.orders + self.lines


FULL = Size()
SMALL = Size(companies=20, contacts=1_500, products=50, orders=2_000)

_INSERTS = {
    "bench_company": """
        INSERT INTO bench_company (id, name, code, city, country_code, vat_number, employees,
            active, version, created_at, updated_at) OVERRIDING SYSTEM VALUE
        SELECT g, 'Company ' || to_char(g, 'FM0000'), 'C' || to_char(g, 'FM0000'),
            (ARRAY['Lyon','Ghent','Porto','Turin','Graz','Leeds','Malmo'])[1 + g % 7],
            (ARRAY['FR','BE','PT','IT','AT','GB','SE'])[1 + g % 7],
            CASE WHEN g % 4 > 0 THEN 'VAT' || (100000000 + g * 7919) END, g * 13 % 900,
            g % 20 > 0, 1, {moment}, {moment}
        FROM generate_series(1, {companies}) g
    """,
    "bench_contact": """
        INSERT INTO bench_contact (id, number, name, email, phone, job_title, city, postal_code,
            kind, active, credit_limit, birthday, last_seen_at, company_id, version, created_at,
            updated_at) OVERRIDING SYSTEM VALUE
        SELECT g, 10000 + g, first || ' ' || last,
            CASE WHEN g % 25 > 0 THEN lower(first || '.' || last) || g || '@example.com' END,
            CASE WHEN g % 3 > 0 THEN '+32 470 ' || to_char(g * 31 % 1000000, 'FM000000') END,
            (ARRAY['Buyer','Director','Engineer','Clerk','Planner'])[1 + g % 5],
            (ARRAY['Lyon','Ghent','Porto','Turin','Graz','Leeds','Malmo'])[1 + g % 7],
            to_char(1000 + g * 17 % 9000, 'FM0000'),
            CASE WHEN g % 10 = 0 THEN 'company' ELSE 'person' END, g % 12 > 0,
            (g * 37 % 50000)::numeric / 4,
            CASE WHEN g % 6 > 0 THEN date '1950-01-01' + g * 11 % 18000 END,
            CASE WHEN g % 5 > 0
                THEN {moment} - g * interval '7 minutes 1.000123 seconds' END,
            CASE WHEN g % 10 > 0 THEN 1 + g * 7 % {companies} END, 1,
            {moment} + g * interval '1 second', {moment} + g * interval '2 seconds'
        FROM (SELECT g, ({firsts})[1 + g % {first_count}] AS first,
                ({lasts})[1 + (g / {first_count} + g * 7) % {last_count}] AS last
            FROM generate_series(1, {contacts}) g) named
    """,
    "bench_product": """
        INSERT INTO bench_product (id, code, name, barcode, price, weight, active, version,
            created_at, updated_at) OVERRIDING SYSTEM VALUE
        SELECT g, 'P' || to_char(g, 'FM00000'),
            (ARRAY['Oak','Steel','Linen','Glass','Cork','Brass'])[1 + g % 6] || ' ' ||
            (ARRAY['table','lamp','chair','shelf','frame'])[1 + g % 5] || ' ' || g,
            CASE WHEN g % 8 > 0 THEN (5400000000000 + g * 97)::text END,
            (g * 29 % 20000 + 199)::numeric / 100,
            CASE WHEN g % 7 > 0 THEN (g * 41 % 30000)::numeric / 1000 END, g % 15 > 0, 1,
            {moment}, {moment}
        FROM generate_series(1, {products}) g
    """,
    "bench_order": """
        INSERT INTO bench_order (id, number, state, priority, ordered_on, due_on, confirmed_at,
            currency_code, reference, is_paid, net, tax, total, contact_id, version, created_at,
            updated_at) OVERRIDING SYSTEM VALUE
        SELECT g, 'SO' || to_char(g, 'FM000000'),
            (ARRAY['done','done','done','done','sent','sent','confirmed','confirmed','cancelled',
                'draft'])[1 + g * 7 % 10],
            g % 4, ordered, CASE WHEN g % 9 > 0 THEN ordered + 30 END,
            CASE WHEN g % 10 > 2
                THEN ordered::timestamp AT TIME ZONE 'UTC' + g % 86400 * interval '1.000001 s' END,
            (ARRAY['EUR','EUR','EUR','GBP','SEK'])[1 + g % 5],
            CASE WHEN g % 3 > 0 THEN 'REF-' || g * 7919 % 1000000 END, g % 3 = 0,
            net, round(net * 0.21, 2), net + round(net * 0.21, 2), 1 + g * 7919 % {contacts}, 1,
            ordered::timestamp AT TIME ZONE 'UTC', ordered::timestamp AT TIME ZONE 'UTC'
        FROM (SELECT g::bigint AS g, (g * 101 % 400000 + 500)::numeric / 100 AS net,
                {first_day} + (g::bigint * {days} / {orders})::integer - g % 5 AS ordered
            FROM generate_series(1, {orders}) g) dated
    """,
    "bench_line": """
        INSERT INTO bench_line (id, position, description, quantity, unit_price, discount, subtotal,
            order_id, product_id, version, created_at, updated_at) OVERRIDING SYSTEM VALUE
        SELECT row_number() OVER (ORDER BY o, n), n * 10, 'Line ' || n || ' of order ' || o,
            quantity, price, discount, round(quantity * price * (100 - discount) / 100, 2),
            o, 1 + (o * 31 + n * 977) % {products}, 1, {moment}, {moment}
        FROM (SELECT o, n, (1 + (o + n) % 40)::numeric / 4 AS quantity,
                (o * 13 % 9000 + n * 100 + 99)::numeric / 100 AS price,
                ((o + n) % 4 * 5)::numeric AS discount
            FROM generate_series(1::bigint, {orders}) o,
                generate_series(1, ({line_counts})[1 + o % 5]) n) priced
    """,
}


async def fill(connection: asyncpg.Connection, size: Size = FULL) -> Mapping[str, int]:
    """Fill the empty tables of `shop`, set their sequences and statistics, count the records."""
    constants = _constants(size)
    counts = {}
    for table, text in _INSERTS.items():
        status = await connection.execute(text.format_map(constants), timeout=300)
        counts[table] = int(status.rpartition(" ")[2])
    for table in counts:
        await connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )
        # Done here, so that autovacuum has no reason to run between two measurements.
        await connection.execute(f"VACUUM (FREEZE, ANALYZE) {table}", timeout=300)
    return counts


def _constants(size: Size) -> dict[str, str]:
    return {
        **{name: str(count) for name, count in asdict(size).items()},
        "days": str(DAYS),
        "first_day": f"date '{FIRST_DAY}'",
        "moment": f"timestamptz '{MOMENT}'",
        "firsts": _text_array(FIRST_NAMES),
        "lasts": _text_array(LAST_NAMES),
        "first_count": str(len(FIRST_NAMES)),
        "last_count": str(len(LAST_NAMES)),
        "line_counts": f"ARRAY[{', '.join(map(str, LINES_PER_ORDER))}]",
    }


def _text_array(values: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(repr(value) for value in values)}]"
