"""A login as a state machine: begun, answered once, and either it names a person or it is refused. No technology."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from stdnum.th import pin

from shared.kernel.text import clean_line

LIFETIME: Final = timedelta(minutes=10)
"""How long somebody may take at the provider."""

RETURN_LIMIT: Final = 500
_NOT_FOR_PEOPLE: Final = ("/api/", "/sandbox/", "/health/")
_LONGEST_NAME: Final = 100
_WORTH_CLEANING: Final = 400
_ASSURANCE: Final = re.compile(r"[0-9A-Za-z.:_-]{1,40}")


class Reason(StrEnum):
    """Why a login was refused; goes into the fact, never a person's data."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNAVAILABLE = "unavailable"
    OTHER_BROWSER = "other_browser"
    OTHER_PROVIDER = "other_provider"
    OTHER_ISSUER = "other_issuer"
    PROVIDER_ERROR = "provider_error"
    CODE_REFUSED = "code_refused"
    TOKEN_INVALID = "token_invalid"
    USER_INFO_INVALID = "user_info_invalid"
    CITIZEN_NUMBER_MISSING = "citizen_number_missing"
    NAME_MISSING = "name_missing"
    ACCOUNT_OF_ANOTHER = "account_of_another"


class Problem(StrEnum):
    """What the page for people is told (`/login?problem=`)."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    TOO_MANY = "too-many"


class LoginRefused(Exception):
    """This attempt comes to nothing; another one may be begun."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def problem(self) -> Problem:
        """For the page: what people can do something about has a name of its own."""
        return _TOLD.get(self.reason, Problem.REFUSED)


_TOLD: Final = {
    Reason.CANCELLED: Problem.CANCELLED,
    Reason.EXPIRED: Problem.EXPIRED,
    Reason.OTHER_BROWSER: Problem.EXPIRED,
    Reason.UNAVAILABLE: Problem.UNAVAILABLE,
}


class ReturnNotAllowed(ValueError):
    """People are sent back to pages of this site only."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is remembered from the beginning of a login until its answer. `browser` is the hash of the pre-login cookie;
    `state`, `nonce` and `verifier` are 256 random bits each."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    browser: str = field(repr=False)
    provider: str
    return_to: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider sent the browser back with (RFC 6749 §4.1.2; `issuer`: RFC 9207)."""

    code: str | None = field(default=None, repr=False)
    error: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class VerifiedPerson:
    """What a provider vouches for. `subject` may be the citizen number itself: personal."""

    issuer: str
    subject: str
    citizen_id: str
    given_name: str
    title: str | None = None
    family_name: str | None = None
    assurance_level: str | None = None


def allowed_return(path: str) -> str:
    """The path, when it is a page of this site. Raises ReturnNotAllowed for an address elsewhere in any disguise."""
    plain = path.startswith("/") and not path.startswith("//") and len(path) <= RETURN_LIMIT
    odd = "\\" in path or any(character <= " " or character == "\x7f" for character in path)
    if not plain or odd or urlsplit(path).netloc or path.startswith(_NOT_FOR_PEOPLE):
        raise ReturnNotAllowed
    return path


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose answer this must be: each provider has a redirect URI of its own, so `provider` is the one whose address
    was called; `names_itself` when it said that its answers name the issuer (RFC 9207)."""

    provider: str
    issuer: str
    names_itself: bool


def accepted_code(attempt: Attempt, browser: str, answer: Answer, expected: Expected, now: datetime) -> str:
    """The code to exchange: the answer belongs to this attempt, this browser and this provider, and is in time.

    One provider's answer is never taken for another's (RFC 9700 §4.4). Raises LoginRefused.
    """
    if browser != attempt.browser:
        raise LoginRefused(Reason.OTHER_BROWSER)
    if expected.provider != attempt.provider:
        raise LoginRefused(Reason.OTHER_PROVIDER)
    if answer.issuer != expected.issuer and (expected.names_itself or answer.issuer is not None):
        raise LoginRefused(Reason.OTHER_ISSUER)
    if now - attempt.begun_at > LIFETIME:
        raise LoginRefused(Reason.EXPIRED)
    if answer.error is not None or not answer.code:
        raise LoginRefused(Reason.CANCELLED if answer.error == "access_denied" else Reason.PROVIDER_ERROR)
    return answer.code


def person_of(issuer: str, claims: Mapping[str, Any], names: Mapping[str, str]) -> VerifiedPerson:
    """The person whom checked claims are about; `names` are the provider's names of our fields. Raises LoginRefused."""
    told = {ours: _text(claims.get(theirs)) for ours, theirs in names.items()}
    citizen_id = told.get("citizen_id") or ""
    if not pin.is_valid(citizen_id):
        raise LoginRefused(Reason.CITIZEN_NUMBER_MISSING)
    if not (given_name := told.get("given_name")):
        raise LoginRefused(Reason.NAME_MISSING)
    return VerifiedPerson(
        issuer=issuer,
        subject=str(claims["sub"]),
        citizen_id=str(pin.compact(citizen_id)),
        given_name=given_name,
        title=told.get("title"),
        family_name=told.get("family_name"),
        assurance_level=_assurance(told.get("assurance_level")),
    )


def _text(value: object) -> str | None:
    """One line without control characters; providers' formats are not all known."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    return clean_line(str(value)[:_WORTH_CLEANING])[:_LONGEST_NAME] or None


def _assurance(told: str | None) -> str | None:
    """`2.3`, also where it is told as `urn:th:ial:2.3`."""
    level = (told or "").rpartition(":")[2]
    return level if _ASSURANCE.fullmatch(level) else None
