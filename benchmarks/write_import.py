"""30 000 rows with references by key through upsert, in bulks, some of them wrong."""

import time
from typing import Any

import orjson

from benchmarks.write_database import Opened

ROWS = 30_000
BULK = 1_000
WRONG_EVERY = 97
LIMIT_SECONDS = 60

_UPSERT = """
mutation Import($data: [BenchRecordCreateInput!]!) {
  benchRecordUpsert(data: $data, on: [CODE], onError: SKIP_FAILED) {
    affected errors { code path index }
  }
}
"""


def record(number: int) -> dict[str, Any]:
    """Return one row of the file; every 97th refers to a customer there is none of."""
    customer = "nobody" if number % WRONG_EVERY == 0 else f"C{1 + number % 1000}"
    return {
        "code": f"R{number}",
        "name": f"Record {number}",
        "amount": f"{number % 900}.25",
        "bookedOn": f"2026-05-{1 + number % 28:02}",
        "customer": {"key": {"code": customer}},
        "item": {"key": {"code": f"I{1 + number % 1000}"}},
    }


async def imported(opened: Opened) -> str:
    """Import twice, as new rows and as known ones, and return what was seen.

    Raises:
        ValueError: The report of wrong rows is not exact.
    """
    texts = []
    for title in ("new", "known"):
        start = time.perf_counter()
        wrong: list[int] = []
        for first in range(0, ROWS, BULK):
            data = [record(number) for number in range(first, first + BULK)]
            payload = await _payload(opened, data)
            wrong += [first + error["index"] for error in payload["errors"]]
        seconds = time.perf_counter() - start
        if wrong != [number for number in range(ROWS) if number % WRONG_EVERY == 0]:
            raise ValueError(f"The report of wrong rows is not exact: {wrong[:20]} ...")
        texts.append(f"{seconds:.1f} s {title} ({ROWS / seconds:,.0f} rows/s)")
    bad = sum(number % WRONG_EVERY == 0 for number in range(ROWS))
    return (
        f"import of {ROWS:,} rows, {bad} of them wrong: {', '.join(texts)}; aim {LIMIT_SECONDS} s"
    )


async def _payload(opened: Opened, data: list[dict[str, Any]]) -> Any:
    body = orjson.dumps({"data": data})
    answer = orjson.loads(await opened.answer(_UPSERT, orjson.loads(body)))
    if "errors" in answer:
        raise ValueError(str(answer["errors"]))
    return answer["data"]["benchRecordUpsert"]
