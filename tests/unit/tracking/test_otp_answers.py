"""What notification's answers mean for a code, and what comes when there is none."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from services.tracking.otp_sender.http_sender import HttpSender
from services.tracking.otp_sender.sender import Otp, Outcome
from shared.kernel import ids

OTP = Otp(ids.new_id(), ids.new_id(), "KT1080767000011", "kathu", ids.new_id(), "+66812345678", "042917", "KATHU")


def answered(answer: Callable[[httpx.Request], httpx.Response]) -> Outcome:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return HttpSender(client, "http://gateways", lambda: "token").send(OTP)


@pytest.mark.parametrize(("status", "body", "outcome"), [
    (200, {"state": "accepted", "again": False}, Outcome.SENT),
    (200, {"state": "unknown", "again": False}, Outcome.SENT),
    (200, {"state": "failed", "again": True}, Outcome.LATER),
    (200, {"state": "failed", "again": False}, Outcome.REFUSED),
    (200, {}, Outcome.NO_ANSWER),
    (401, {}, Outcome.LATER),
    (404, {}, Outcome.LATER),
    (409, {}, Outcome.REFUSED),
    (422, {}, Outcome.REFUSED),
    (429, {}, Outcome.LATER),
    (500, {}, Outcome.NO_ANSWER),
    (502, {}, Outcome.NO_ANSWER),
    (503, {}, Outcome.NO_ANSWER),
])  # fmt: skip
def test_answers(status: int, body: dict[str, object], outcome: Outcome) -> None:
    assert answered(lambda _: httpx.Response(status, json=body)) is outcome


@pytest.mark.parametrize(("error", "outcome"), [
    (httpx.ConnectError, Outcome.LATER),
    (httpx.ConnectTimeout, Outcome.LATER),
    (httpx.ReadTimeout, Outcome.NO_ANSWER),
    (httpx.RemoteProtocolError, Outcome.NO_ANSWER),
])  # fmt: skip
def test_no_answer_at_all(error: type[httpx.TransportError], outcome: Outcome) -> None:
    def failing(_: httpx.Request) -> httpx.Response:
        raise error("gone")

    assert answered(failing) is outcome


def test_without_a_token_nothing_was_asked() -> None:
    def no_token() -> str:
        raise httpx.ConnectError("identity is away")

    assert HttpSender(httpx.Client(), "http://gateways", no_token).send(OTP) is Outcome.LATER


def test_what_is_asked_has_the_token_and_every_field() -> None:
    seen: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"state": "accepted", "again": False})

    answered(keep)
    (request,) = seen
    assert (request.url.path, request.headers["Authorization"]) == ("/api/notification/v1/otps", "Bearer token")
    for value in (OTP.message_id, OTP.petition_id, OTP.subject_id, OTP.number, OTP.to, OTP.otp, OTP.sender):
        assert str(value) in request.content.decode()


def test_it_does_not_show_its_secrets() -> None:
    assert OTP.otp not in repr(OTP)
    assert OTP.to not in repr(OTP)
