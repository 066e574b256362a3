import socket
import threading
from pathlib import Path

import pytest

from graphql_erp.tenants.probe import Answer, ask, socket_file


def error(code: bytes) -> bytes:
    fields = b"SFATAL\0VFATAL\0C" + code + b"\0Mtext\0\0"
    return b"E" + (len(fields) + 4).to_bytes(4, "big") + fields


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"R\0\0\0\x08\0\0\0\0", Answer.READY),
        (error(b"53300"), Answer.READY),
        (error(b"28000"), Answer.READY),
        (error(b"57P03"), Answer.BUSY),
        (b"", Answer.BUSY),
        (b"R\0", Answer.BUSY),
    ],
)
def test_first_words_tell_the_state(tmp_path: Path, said: bytes, answer: Answer) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(socket_file(tmp_path)))
        listener.listen()

        def speak() -> None:
            client, _ = listener.accept()
            with client:
                assert client.recv(100).endswith(b"user\0postgres\0database\0postgres\0\0")
                client.sendall(said)

        speaker = threading.Thread(target=speak)
        speaker.start()
        assert ask(tmp_path) is answer
        speaker.join()


def test_silence_is_busy(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(socket_file(tmp_path)))
        listener.listen()
        assert ask(tmp_path, seconds=0.05) is Answer.BUSY


def test_nobody_listens_on_a_missing_or_abandoned_socket(tmp_path: Path) -> None:
    assert ask(tmp_path) is Answer.ABSENT
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(socket_file(tmp_path)))
    assert ask(tmp_path) is Answer.ABSENT
