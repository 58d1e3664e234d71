"""The malware scanner over its real protocol."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from services.documents.uploads.scanning import CHUNK, Clamd, NoScanner, ScannerUnavailable

TIMEOUT = 2.0
Answer = Callable[[bytes], bytes]


def received(connection: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        more = connection.recv(length - len(content))
        if not more:
            raise ConnectionError
        content += more
    return content


def command(connection: socket.socket) -> bytes:
    name = b""
    while not name.endswith(b"\0"):
        name += received(connection, 1)
    return name


def streamed(connection: socket.socket) -> bytes:
    """The content of INSTREAM: pieces after their lengths, each at most `CHUNK`, until an empty one (clamd(8))."""
    content = b""
    while length := struct.unpack("!I", received(connection, 4))[0]:
        assert length <= CHUNK
        content += received(connection, length)
    return content


@contextmanager
def a_clamd(answer: Answer) -> Iterator[Clamd]:
    """One connection to a clamd that answers like this."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                asked = command(connection)
                content = streamed(connection) if asked == b"zINSTREAM\0" else asked
                connection.sendall(answer(content))

        thread = threading.Thread(target=serve)
        thread.start()
        yield Clamd("127.0.0.1", server.getsockname()[1], TIMEOUT)
        thread.join(TIMEOUT)
        assert not thread.is_alive()


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 5 * 1024 * 1024])
def test_the_whole_content_is_looked_at(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    with a_clamd(lambda got: b"stream: OK\0" if got == content else b"stream: Other FOUND\0") as scanner:
        assert scanner.scan(content) is None


def test_what_was_found_is_named() -> None:
    with a_clamd(lambda _: b"stream: Win.Test.EICAR_HDB-1 FOUND\0") as scanner:
        assert scanner.scan(b"x") == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize("answer", [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"\0"])
def test_no_verdict_is_never_clean(answer: bytes) -> None:
    with a_clamd(lambda _: answer) as scanner, pytest.raises(ScannerUnavailable):
        scanner.scan(b"x")


def test_ready_is_a_pong() -> None:
    with a_clamd(lambda asked: b"PONG\0" if asked == b"zPING\0" else b"") as scanner:
        assert scanner.ready()


def test_a_clamd_that_is_down() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        scanner = Clamd("127.0.0.1", taken.getsockname()[1], TIMEOUT)
        assert not scanner.ready()
        with pytest.raises(ScannerUnavailable):
            scanner.scan(b"x")


def test_a_silent_clamd_is_not_waited_for_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        scanner = Clamd("127.0.0.1", server.getsockname()[1], timeout=0.2)
        with pytest.raises(ScannerUnavailable):
            scanner.scan(b"x")


def test_without_a_scanner_everything_passes() -> None:
    assert NoScanner().scan(b"x") is None
    assert NoScanner().ready()
