import pytest
from starlette.types import Message, Receive

from graphql_erp.errors import BodyTooLarge
from graphql_erp.http.body import ClientGone, read_body

pytestmark = pytest.mark.anyio


def messages(*parts: bytes | None) -> tuple[Receive, list[Message]]:
    """Give the parts as ASGI messages; None stands for a client that leaves."""
    left: list[Message] = [
        {"type": "http.disconnect"}
        if part is None
        else {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, start=1)
    ]

    async def receive() -> Message:
        return left.pop(0)

    return receive, left


@pytest.mark.parametrize("parts", [(b"abcd",), (b"ab", b"cd"), (b"", b"abc", b"d"), (b"abcd", b"")])
async def test_parts_are_joined_up_to_the_limit(parts: tuple[bytes, ...]) -> None:
    receive, left = messages(*parts)

    assert await read_body(receive, declared=b"", limit=4) == b"abcd"
    assert left == []


@pytest.mark.parametrize("parts", [(b"abcde",), (b"abcd", b"e"), (b"abcde", b"never read")])
async def test_longer_body_is_refused_while_it_is_read(parts: tuple[bytes, ...]) -> None:
    receive, _ = messages(*parts)

    with pytest.raises(BodyTooLarge) as raised:
        await read_body(receive, declared=b"", limit=4)

    assert raised.value.message == "The request body is longer than 4 bytes."
    assert raised.value.status == 413


@pytest.mark.parametrize("declared", [b"5", b"9" * 5000])
async def test_longer_declared_length_is_refused_unread(declared: bytes) -> None:
    receive, left = messages(b"abcd")

    with pytest.raises(BodyTooLarge):
        await read_body(receive, declared=declared, limit=4)

    assert len(left) == 1


@pytest.mark.parametrize("parts", [(None,), (b"ab", None)])
async def test_client_that_leaves_ends_the_reading(parts: tuple[bytes | None, ...]) -> None:
    receive, _ = messages(*parts)

    with pytest.raises(ClientGone):
        await read_body(receive, declared=b"", limit=4)
