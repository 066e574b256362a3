import pytest
from hostile_target import MOST_CPU, Target

pytestmark = pytest.mark.anyio

_DOCUMENT = b'{"query":"{__typename}"'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b"5", 400),
        (b'"x"', 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400),
        (b'{"query":5}', 400),
        (b'{"query":null}', 400),
        (_DOCUMENT + b',"variables":[]}', 400),
        (_DOCUMENT + b',"variables":"{}"}', 400),
        (_DOCUMENT + b',"extensions":5}', 400),
        (_DOCUMENT + b',"query":"{x}"}', 400),
        (_DOCUMENT + b',"variables":{"a":' + b"9" * 10_000 + b"}}", 400),
        (_DOCUMENT + b',"variables":{"a":1e999}}', 400),
        (_DOCUMENT + b',"variables":{"a":NaN}}', 400),
        (_DOCUMENT + b',"variables":{"a":"\\ud800"}}', 400),
        (b'{"query":"\xff"}', 400),
        (b"\xff\xfe", 400),
        (b'\xef\xbb\xbf{"query":"{__typename}"}', 400),
        (b'[{"query":"{__typename}"}]', 400),
        (b'{"query":"' + b"x" * 1_000_000 + b'"}', 413),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else str(value),
)
async def test_malformed_body_is_refused(target: Target, body: bytes, status: int) -> None:
    reply = await target.send(body)

    assert reply.status == status
    assert reply.codes == ["BAD_REQUEST"]
    assert reply.cpu < MOST_CPU


async def test_unknown_members_are_let_be(target: Target) -> None:
    reply = await target.send(b'{"__proto__":1,"query":"{__typename}","variables":{"a":[{}]}}')

    assert (reply.status, reply.members) == (200, {"data": {"__typename": "Query"}})


async def test_message_quotes_no_megabyte(target: Target) -> None:
    body = b'{"query":"query A {__typename}","operationName":"' + b"B" * 900_000 + b'"}'

    reply = await target.send(body)

    assert reply.codes == ["BAD_REQUEST"]
    assert len(reply.body) < 2_000


async def test_media_type_of_other_sites_is_refused(target: Target) -> None:
    reply = await target.send(b'{"query":"{__typename}"}', content_type="text/plain")

    assert (reply.status, reply.codes) == (415, ["BAD_REQUEST"])
