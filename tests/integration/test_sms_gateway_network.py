"""The ThaiBulkSMS adapter when the network fails: what surely did not arrive is told from what may have."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from sandbox.sms_gateway import SmsSandboxSettings, create_app
from sandbox.sms_gateway.serving import serving
from services.notification.sms.gateway import Accepted, Rejected, Sms, Unavailable, Unknown
from services.notification.sms.thaibulksms_gateway import ThaiBulkSmsAccount, ThaiBulkSmsGateway

MESSAGE = Sms("+66812345678", "เลขคำร้อง KT1270567000001", "r-1", "KATHU")


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that treats each connection in its own way, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def gateway(url: str, *, read_seconds: float = 10.0, connections: int = 20) -> ThaiBulkSmsGateway:
    account = ThaiBulkSmsAccount(
        url, "sandbox", "sandbox", read_seconds=read_seconds, pool_seconds=0.2, connections=connections
    )
    return ThaiBulkSmsGateway(account)


def test_a_refused_connection_was_surely_not_accepted() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with gateway(f"http://127.0.0.1:{unused.getsockname()[1]}") as sms:
            assert sms.send(MESSAGE) == Unavailable(None)


def test_a_name_that_does_not_resolve_was_surely_not_accepted() -> None:
    with gateway("http://sms.invalid") as sms:
        assert sms.send(MESSAGE) == Unavailable(None)


def test_a_connection_closed_after_the_request_is_unknown() -> None:
    def read_and_close(connection: socket.socket) -> None:
        connection.recv(65_536)

    with answering(read_and_close) as url, gateway(url) as sms:
        assert sms.send(MESSAGE) == Unknown()


def test_silence_after_the_request_is_unknown() -> None:
    done = threading.Event()

    def say_nothing(_: socket.socket) -> None:
        done.wait(10)

    with answering(say_nothing) as url, gateway(url, read_seconds=0.3) as sms:
        assert sms.send(MESSAGE) == Unknown()
        done.set()


@pytest.mark.parametrize("octets", [b"nonsense\r\n\r\n", b"HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{}"])
def test_an_answer_that_cannot_be_read_is_unknown(octets: bytes) -> None:
    def reply(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(octets)

    with answering(reply) as url, gateway(url) as sms:
        assert sms.send(MESSAGE) == Unknown()


def test_a_full_pool_means_that_nothing_was_sent() -> None:
    with serving(create_app(SmsSandboxSettings())) as url, gateway(url, connections=1) as sms:
        httpx.put(f"{url}/behaviour", json={"mode": "slow", "delay_seconds": 1})
        with ThreadPoolExecutor(2) as two:
            outcomes = list(two.map(lambda n: sms.send(Sms(MESSAGE.to, "x", f"r-{n}", "KATHU")), range(2)))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted", "Unavailable"]
        assert len(httpx.get(f"{url}/messages").json()) == 1


def test_wrong_credentials_are_for_an_operator_to_mend() -> None:
    with serving(create_app(SmsSandboxSettings(api_key="other"))) as url, gateway(url) as sms:
        assert sms.send(MESSAGE) == Rejected("101 ERROR_AUTHENTICATION", permanent=False)


def test_a_text_that_is_too_long_is_rejected_for_good() -> None:
    with serving(create_app(SmsSandboxSettings())) as url, gateway(url) as sms:
        outcome = sms.send(Sms(MESSAGE.to, "ก" * 202, "r-1", "KATHU"))
    assert outcome == Rejected("107 ERROR_MESSAGE_TOO_LONG", permanent=True)


def test_neither_number_nor_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for library in ("httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=library)
    with serving(create_app(SmsSandboxSettings())) as url, gateway(url) as sms:
        assert isinstance(sms.send(MESSAGE), Accepted)
        httpx.put(f"{url}/behaviour", json={"mode": "accept_then_drop"})
        assert sms.send(MESSAGE) == Unknown()
    logged = "\n".join(record.getMessage() + str(record.exc_info) for record in caplog.records)
    assert "HTTP Request: POST" in logged
    assert "812345678" not in logged
    assert "KT1270567000001" not in logged
    assert "c2FuZGJveDpzYW5kYm94" not in logged, "the account's credentials"
