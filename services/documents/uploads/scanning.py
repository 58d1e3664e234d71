"""The malware scanner: the port, clamd over TCP, and what stands there when no scanner is configured."""

from __future__ import annotations

import socket
import struct
from typing import Final, Protocol

CHUNK: Final = 64 * 1024
ANSWER: Final = 4096


class ScannerUnavailable(Exception):
    """No verdict could be had: the file must be kept back, never passed as clean."""


class Scanner(Protocol):
    """Looks for malware. A verdict is given or `ScannerUnavailable` is raised; nothing is taken for clean unseen."""

    def scan(self, content: bytes) -> str | None:
        """The name of what was found, None when the content is clean."""

    def ready(self) -> bool:
        """Whether a scan would get a verdict now."""


class NoScanner:
    """For an authority that runs no scanner: the other checks still hold, every content counts as clean."""

    def scan(self, content: bytes) -> str | None:
        return None

    def ready(self) -> bool:
        return True


class Clamd:
    """clamd(8) over TCP with its INSTREAM command. The content must be below clamd's StreamMaxLength.

    `timeout` in seconds counts for connecting and for each answer.
    """

    def __init__(self, host: str, port: int = 3310, timeout: float = 20.0) -> None:
        self._address = (host, port)
        self._timeout = timeout

    def scan(self, content: bytes) -> str | None:
        verdict = self._asked(b"zINSTREAM\0" + b"".join(chunks(content))).removeprefix("stream: ")
        if verdict == "OK":
            return None
        if verdict.endswith(" FOUND"):
            return verdict.removesuffix(" FOUND")
        raise ScannerUnavailable(f"clamd answered {verdict[:100]!r}")

    def ready(self) -> bool:
        try:
            return self._asked(b"zPING\0") == "PONG"
        except ScannerUnavailable:
            return False

    def _asked(self, request: bytes) -> str:
        try:
            with socket.create_connection(self._address, self._timeout) as connection:
                connection.sendall(request)
                return answer_from(connection)
        except OSError as error:
            raise ScannerUnavailable(f"clamd: {type(error).__name__}") from error


def chunks(content: bytes) -> list[bytes]:
    """The content as clamd reads it: each piece after its length, an empty one at the end."""
    pieces = [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]
    return [struct.pack("!I", len(piece)) + piece for piece in [*pieces, b""]]


def answer_from(connection: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0"):
        more = connection.recv(ANSWER)
        if not more:
            raise ConnectionError("closed without an answer")
        received += more
    return received.rstrip(b"\0").decode(errors="replace")
