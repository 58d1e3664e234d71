"""What every SMS gateway must do: the same suite for the one in memory and for ThaiBulkSMS's API over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import httpx
import pytest

from sandbox.sms_gateway import SmsSandboxSettings, create_app
from sandbox.sms_gateway.serving import serving
from services.notification.sms.gateway import Accepted, Rejected, Sms, SmsGateway, Unavailable, Unknown
from services.notification.sms.memory_gateway import MemoryGateway
from services.notification.sms.thaibulksms_gateway import ThaiBulkSmsAccount, ThaiBulkSmsGateway

PHONE, OTHER_PHONE, LANDLINE = "+66812345678", "+66898765432", "+6676321500"


class Provider(Protocol):
    """A gateway, and the hand of the test behind it."""

    @property
    def gateway(self) -> SmsGateway: ...

    def refuse_next(self, retry_after: int) -> None:
        """The next call is turned away for now."""

    def lose_next_answer(self) -> None:
        """The next message is accepted, but the caller never hears of it."""

    def texts_to(self, number: str) -> list[str]:
        """What arrived at the phone, oldest first."""


@dataclass
class InMemory:
    gateway: MemoryGateway

    def refuse_next(self, retry_after: int) -> None:
        self.gateway.fail_next(Unavailable(float(retry_after)))

    def lose_next_answer(self) -> None:
        self.gateway.fail_next(Unknown(), accepted=True)

    def texts_to(self, number: str) -> list[str]:
        return [message.text for message in self.gateway.sent if message.to == number]


@dataclass
class OverHttp:
    gateway: ThaiBulkSmsGateway
    url: str

    def refuse_next(self, retry_after: int) -> None:
        self._behave(mode="too_many_429", retry_after=retry_after)

    def lose_next_answer(self) -> None:
        self._behave(mode="accept_then_drop")

    def texts_to(self, number: str) -> list[str]:
        found = httpx.get(f"{self.url}/messages", params={"to": number}).json()
        return [message["text"] for message in found]

    def _behave(self, **behaviour: str | int) -> None:
        httpx.put(f"{self.url}/behaviour", json={**behaviour, "only_next": 1}).raise_for_status()


@pytest.fixture(params=["memory", "thaibulksms"])
def provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    if request.param == "memory":
        yield InMemory(MemoryGateway(bad_numbers={LANDLINE}))
        return
    with serving(create_app(SmsSandboxSettings())) as url:
        account = ThaiBulkSmsAccount(url, "sandbox", "sandbox", honours_reference=True)
        with ThaiBulkSmsGateway(account) as gateway:
            yield OverHttp(gateway, url)


def sms(reference: str, to: str = PHONE, text: str = "เลขคำร้อง KT1270567000001") -> Sms:
    return Sms(to, text, reference, "KATHU")


def test_an_accepted_message_arrives_and_has_a_name(provider: Provider) -> None:
    outcome = provider.gateway.send(sms("r-1"))
    assert isinstance(outcome, Accepted)
    assert outcome.provider_ref
    assert provider.texts_to(PHONE) == ["เลขคำร้อง KT1270567000001"]


def test_two_references_are_two_messages(provider: Provider) -> None:
    first, second = provider.gateway.send(sms("r-1")), provider.gateway.send(sms("r-2"))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first != second
    assert len(provider.texts_to(PHONE)) == 2


def test_the_same_reference_is_one_message_under_one_name(provider: Provider) -> None:
    assert provider.gateway.honours_reference
    outcomes = {provider.gateway.send(sms("r-1")) for _ in range(3)}
    assert len(outcomes) == 1
    assert len(provider.texts_to(PHONE)) == 1


def test_each_phone_gets_its_own(provider: Provider) -> None:
    provider.gateway.send(sms("r-1", text="หนึ่ง"))
    provider.gateway.send(sms("r-2", OTHER_PHONE, "สอง"))
    assert provider.texts_to(PHONE) == ["หนึ่ง"]
    assert provider.texts_to(OTHER_PHONE) == ["สอง"]


def test_a_number_that_takes_no_texts_is_rejected_for_good(provider: Provider) -> None:
    outcome = provider.gateway.send(sms("r-1", LANDLINE))
    assert isinstance(outcome, Rejected)
    assert outcome.permanent
    assert provider.texts_to(LANDLINE) == []


def test_turned_away_means_not_sent_and_sending_again_sends_once(provider: Provider) -> None:
    provider.refuse_next(retry_after=7)
    assert provider.gateway.send(sms("r-1")) == Unavailable(7.0)
    assert provider.texts_to(PHONE) == []
    assert isinstance(provider.gateway.send(sms("r-1")), Accepted)
    assert len(provider.texts_to(PHONE)) == 1


def test_a_lost_answer_is_unknown_and_sending_again_does_not_send_twice(provider: Provider) -> None:
    provider.lose_next_answer()
    assert provider.gateway.send(sms("r-1")) == Unknown()
    assert len(provider.texts_to(PHONE)) == 1
    assert isinstance(provider.gateway.send(sms("r-1")), Accepted)
    assert len(provider.texts_to(PHONE)) == 1


def test_a_failure_concerns_one_call_only(provider: Provider) -> None:
    provider.refuse_next(retry_after=0)
    provider.gateway.send(sms("r-1"))
    assert isinstance(provider.gateway.send(sms("r-2")), Accepted)
