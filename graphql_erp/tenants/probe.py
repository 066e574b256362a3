"""Asking a Unix socket whether a PostgreSQL server lives behind it.

Process ids are not asked: they are reused, and a dead postmaster may stay a zombie.
"""

import socket
import struct
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

PORT = 5432
"""Only part of the socket's name; nothing listens on TCP."""

_PROTOCOL_3 = 196608
_HEADER = 5
_CANNOT_CONNECT_NOW = b"57P03"


class Answer(Enum):
    """What a server says to somebody who knocks."""

    READY = auto()
    BUSY = auto()
    """It lives but starts, recovers, stops or is too slow to answer."""
    ABSENT = auto()
    """Nobody listens."""


def socket_file(folder: Path) -> Path:
    """Return the socket of a server that keeps it in the folder."""
    return folder / f".s.PGSQL.{PORT}"


def ask(folder: Path, *, seconds: float = 2.0) -> Answer:
    """Send a startup message and read the first answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(seconds)
        try:
            client.connect(str(socket_file(folder)))
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            return Answer.ABSENT
        except (TimeoutError, BlockingIOError):
            return Answer.BUSY
        try:
            client.sendall(_startup_message())
            return _read_answer(client)
        except (TimeoutError, BlockingIOError, ConnectionError):
            return Answer.BUSY


def _startup_message() -> bytes:
    body = struct.pack("!I", _PROTOCOL_3) + b"user\0postgres\0database\0postgres\0\0"
    return struct.pack("!I", len(body) + 4) + body


def _read_answer(client: socket.socket) -> Answer:
    head = _receive(client, _HEADER)
    if len(head) < _HEADER:
        return Answer.BUSY
    kind, length = struct.unpack("!cI", head)
    if kind != b"E":
        with suppress(OSError):
            client.sendall(b"X\0\0\0\4")
        return Answer.READY
    fields = _receive(client, length - 4).split(b"\0")
    # Every other refusal (too many connections, unknown role) comes from a server at work.
    return Answer.BUSY if b"C" + _CANNOT_CONNECT_NOW in fields else Answer.READY


def _receive(client: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        piece = client.recv(count - len(received))
        if not piece:
            break
        received += piece
    return received
