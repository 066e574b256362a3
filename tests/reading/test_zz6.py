import time, pytest
from reading_bench import Bench
from graphql_erp.testing.documents import DocumentWriter
pytestmark = pytest.mark.anyio
async def test_x(bench: Bench):
    writer = DocumentWriter(bench.reader.schema, bench.reader.snapshot, 991)
    t = time.time(); n = 0
    while time.time() - t < 35:
        d = writer.write(); n += 1
        diff = await bench.difference(d.text, d.variables)
        assert not diff, (d.text, d.variables, diff)
    print("OK", n)
