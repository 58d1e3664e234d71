"""ThaiBulkSMS's HTTP API, version 2, and whatever speaks the same: `POST {base_url}/sms`, HTTP Basic, form fields.

A 2xx is not yet an acceptance: a number listed in `bad_phone_number_list` was not sent to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.notification.sms.gateway import AT_ONCE, Accepted, Outcome, Rejected, Sms, Unavailable, Unknown
from services.notification.sms.lanes import Lanes
from shared.kernel import clock

NOTHING_WAS_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Raised before the first octet of the request has left."""

TRY_AGAIN: Final = frozenset({408, 425, 429})
ACCOUNT_AT_FAULT: Final = frozenset({401, 402, 403, 404, 405})
"""Credentials, credit, permission or a wrong base URL; so is a redirect, which is not followed."""
LOST_BEHIND_A_PROXY: Final = frozenset({502, 504, 520, 524})
"""A proxy passed the request on and lost the answer; 520 and 524 are Cloudflare's names for the same."""


@dataclass(frozen=True, slots=True)
class ThaiBulkSmsAccount:
    """Where and as whom to send. `honours_reference` only for a provider known to keep our reference unique."""

    base_url: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    honours_reference: bool = False
    callback_url: str | None = None
    connect_seconds: float = 3.0
    write_seconds: float = 5.0
    read_seconds: float = 10.0
    pool_seconds: float = 20.0
    connections: int = AT_ONCE

    def __post_init__(self) -> None:
        if httpx.URL(self.base_url).scheme not in {"http", "https"}:
            raise ValueError("the SMS gateway's base URL must begin with http:// or https://")


class _Listed(BaseModel):
    """One entry of either list in an answer; providers add fields freely."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    number: str
    message_id: str = ""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    phone_number_list: list[_Listed] = []
    bad_phone_number_list: list[_Listed] = []


class _Error(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    code: str = Field(pattern=r"^[A-Za-z0-9_]{1,40}$")
    name: str = Field(default="", pattern=r"^[A-Za-z0-9_]{0,60}$")


class _ErrorAnswer(BaseModel):
    error: _Error


class ThaiBulkSmsGateway:
    """May be called from many threads. Closing it closes its connections."""

    def __init__(self, account: ThaiBulkSmsAccount) -> None:
        self._account = account
        self._trust = httpx.create_ssl_context()
        self._lanes = Lanes(self._client, account.connections, account.pool_seconds)
        self._url = f"{account.base_url.rstrip('/')}/sms"

    @property
    def honours_reference(self) -> bool:
        return self._account.honours_reference

    def send(self, message: Sms) -> Outcome:
        try:
            with self._lanes.one() as client:
                response = client.post(self._url, data=self._fields(message))
        except NOTHING_WAS_SENT:
            return Unavailable()
        except httpx.RequestError:
            return Unknown()
        return outcome_of(response, message.to)

    def close(self) -> None:
        self._lanes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _client(self) -> httpx.Client:
        account = self._account
        return httpx.Client(
            auth=(account.api_key, account.api_secret),
            verify=self._trust,
            timeout=httpx.Timeout(account.read_seconds, connect=account.connect_seconds, write=account.write_seconds),
            # Given up before a server's usual five seconds: a connection it closes under us has no known outcome.
            limits=httpx.Limits(max_connections=1, keepalive_expiry=2.0),
            headers={"Accept": "application/json"},
            follow_redirects=False,
        )

    def _fields(self, message: Sms) -> dict[str, str]:
        fields = {
            "msisdn": message.to.removeprefix("+"),
            "message": message.text,
            "sender": message.sender,
            "reference": message.reference,
        }
        if self._account.callback_url:
            fields["callback_url"] = self._account.callback_url
        return fields


def outcome_of(response: httpx.Response, to: str) -> Outcome:
    """What an answer to a message for the number `to` (E.164) says."""
    status = response.status_code
    if status in LOST_BEHIND_A_PROXY:
        return Unknown()
    if status in TRY_AGAIN or status >= 500:
        return Unavailable(_retry_after(response.headers.get("Retry-After")))
    if response.is_success:
        return _listed(response, to)
    return Rejected(_error_code(response), permanent=status >= 400 and status not in ACCOUNT_AT_FAULT)


def _listed(response: httpx.Response, to: str) -> Outcome:
    try:
        answer = _Answer.model_validate_json(response.content)
    except ValidationError:
        return Unknown()
    if any(_same_number(entry.number, to) for entry in answer.bad_phone_number_list):
        return Rejected("bad_phone_number")
    for entry in answer.phone_number_list:
        if _same_number(entry.number, to) and entry.message_id:
            return Accepted(entry.message_id)
    return Unknown()


def _same_number(listed: str, to: str) -> bool:
    """Providers list a Thai number as 0…, 66… or +66…; its last nine digits are the same."""
    return listed[-9:] == to[-9:]


def _error_code(response: httpx.Response) -> str:
    """The provider's code and name of a refusal when they look like such; never its description, which may repeat
    the number."""
    try:
        error = _ErrorAnswer.model_validate_json(response.content).error
    except ValidationError:
        return f"http_{response.status_code}"
    return f"{error.code} {error.name}".strip()


def _retry_after(value: str | None) -> float | None:
    """Seconds, from either form of the header (RFC 9110 §10.2.3); None when absent or unreadable."""
    if value is None:
        return None
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - clock.now()).total_seconds())
