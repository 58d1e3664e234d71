"""What every sender of codes must do: the same suite for the one in memory and for notification over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import httpx
import pytest

from sandbox.sms_gateway.serving import serving
from services.notification.gateway import gateway
from services.notification.sms.gateway import Unavailable
from services.notification.sms.memory_gateway import MemoryGateway
from services.notification.wiring import build
from services.tracking.otp_sender.http_sender import HttpSender
from services.tracking.otp_sender.memory_sender import MemorySender
from services.tracking.otp_sender.sender import Otp, OtpSender, Outcome
from shared.gateway.app import create_app
from shared.kernel import ids
from shared.kernel.migrating import KEYRING
from tests.support.gateways import GATEKEEPER, Databases, claims_of, signed
from tests.support.notification import notification_settings
from tests.support.servers import MakeDatabase

PHONE, LANDLINE = "+66812345678", "+6676321500"


class Provider(Protocol):
    """A sender, and the hand of the test behind it."""

    @property
    def sender(self) -> OtpSender: ...

    def turn_away_next(self) -> None:
        """The next code is surely not sent, for now."""

    def lose_next_answer(self) -> None:
        """The next code is sent, but the caller never hears of it."""

    def codes(self) -> list[str]:
        """What arrived, oldest first."""


@dataclass
class InMemory:
    sender: MemorySender

    def turn_away_next(self) -> None:
        self.sender.fail_next(Outcome.LATER)

    def lose_next_answer(self) -> None:
        self.sender.fail_next(Outcome.NO_ANSWER, sent=True)

    def codes(self) -> list[str]:
        return [otp.otp for otp in self.sender.sent]


@dataclass
class Losing(httpx.BaseTransport):
    """Carries every request, and loses the answers that it is told to lose."""

    lost: int = 0
    through: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.through.handle_request(request)
        if self.lost:
            self.lost -= 1
            answer.read()
            raise httpx.ReadTimeout("", request=request)
        return answer


@dataclass
class OverHttp:
    sender: HttpSender
    sms: MemoryGateway
    wire: Losing

    def turn_away_next(self) -> None:
        self.sms.fail_next(Unavailable())

    def lose_next_answer(self) -> None:
        self.wire.lost = 1

    def codes(self) -> list[str]:
        return [message.text.split()[2] for message in self.sms.sent]


@pytest.fixture(scope="module")
def databases(make_lasting_database: MakeDatabase) -> Databases:
    return Databases(make_lasting_database)


@pytest.fixture(params=["memory", "http"])
def provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    if request.param == "memory":
        yield InMemory(MemorySender(refused={LANDLINE}))
        return
    databases: Databases = request.getfixturevalue("databases")
    sms, wire = MemoryGateway(), Losing()
    notification = build(notification_settings(databases.make("notification"), databases.make(KEYRING)), sms)
    app = create_app(gateway(notification), GATEKEEPER)
    with serving(app) as url, httpx.Client(transport=wire) as client:
        yield OverHttp(HttpSender(client, url, lambda: signed(claims_of("service", "*"))), sms, wire)


def code(otp: str = "042917", to: str = PHONE) -> Otp:
    return Otp(
        message_id=ids.new_id(),
        petition_id=ids.new_id(),
        number="KT1080767000011",
        authority="kathu",
        subject_id=ids.new_id(),
        to=to,
        otp=otp,
        sender="KATHU",
    )


def test_a_code_arrives(provider: Provider) -> None:
    assert provider.sender.send(code()) is Outcome.SENT
    assert provider.codes() == ["042917"]


def test_asked_for_again_it_is_one_text(provider: Provider) -> None:
    one = code()
    assert {provider.sender.send(one) for _ in range(3)} == {Outcome.SENT}
    assert provider.codes() == ["042917"]


def test_two_message_ids_are_two_texts(provider: Provider) -> None:
    provider.sender.send(code("111111"))
    provider.sender.send(code("222222"))
    assert provider.codes() == ["111111", "222222"]


def test_turned_away_it_is_over_and_another_code_may_follow(provider: Provider) -> None:
    one = code("111111")
    provider.turn_away_next()
    assert [provider.sender.send(one) for _ in range(2)] == [Outcome.LATER] * 2
    assert provider.codes() == []
    assert provider.sender.send(replace(one, message_id=ids.new_id(), otp="222222")) is Outcome.SENT
    assert provider.codes() == ["222222"]


def test_a_lost_answer_is_asked_for_again_and_nothing_is_sent_twice(provider: Provider) -> None:
    one = code()
    provider.lose_next_answer()
    assert provider.sender.send(one) is Outcome.NO_ANSWER
    assert provider.sender.send(one) is Outcome.SENT
    assert provider.codes() == ["042917"]


def test_a_phone_that_takes_no_texts_is_refused(provider: Provider) -> None:
    assert provider.sender.send(code(to=LANDLINE)) is Outcome.REFUSED
    assert provider.codes() == []
