"""Delivery receipts: what one says, and which of several counts.

Receipts come twice, late and out of order, and no Thai provider signs them: who may post one is checked before this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

DELIVERED: Final = frozenset({"DELIVERED", "DELIVRD", "SUCCESS"})
ON_ITS_WAY: Final = frozenset({"ACCEPTED", "ACCEPTD", "BUFFERED", "ENROUTE", "PENDING", "PROCESS", "SENT"})
NOT_DELIVERED: Final = frozenset(
    {"UNDELIVERED", "UNDELIV", "EXPIRED", "REJECTED", "REJECTD", "FAILED", "UNKNOWN", "MOBILE_OFF", "BLOCKED_MKT"}
    | {"REJECT_FORMAT", "REJECT_SENDER"}
)
"""The words of ANTS and DeeSMSx, whose callbacks are documented, and of SMPP 3.4 (appendix B)."""

_Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Word = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z0-9_]{1,40}$")]


class MalformedReceipt(ValueError):
    """Not a receipt. Says which fields are wrong, never what they hold."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The final word on one message, as far as the provider knew at `at` (UTC)."""

    provider_ref: str
    reference: str | None
    delivered: bool
    code: str
    at: datetime


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    message_id: _Name
    reference: _Name | None = None
    status: _Word
    code: _Word | None = None
    at: AwareDatetime


def parse(body: bytes | str | Mapping[str, Any]) -> Receipt | None:
    """The receipt in a callback's JSON; None when the message is only on its way. Raises `MalformedReceipt`."""
    try:
        read = _Body.model_validate(body) if isinstance(body, Mapping) else _Body.model_validate_json(body)
    except ValidationError as error:
        raise MalformedReceipt(_wrong_fields(error)) from None
    if read.status in ON_ITS_WAY:
        return None
    if read.status not in DELIVERED | NOT_DELIVERED:
        raise MalformedReceipt("unknown word in: status")
    return Receipt(
        provider_ref=read.message_id,
        reference=read.reference,
        delivered=read.status in DELIVERED,
        code=read.code or read.status,
        at=_in_utc(read.at),
    )


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # within a day of the ends of the calendar
        raise MalformedReceipt("missing or wrong: at") from None


def advance(known: Receipt | None, new: Receipt) -> Receipt:
    """The receipt that counts after `new`: delivery wins and is final, otherwise the first one stays.

    Gives back `known` itself when `new` changes nothing, so that a repeated or late receipt records no fact.
    """
    if known is None or (new.delivered and not known.delivered):
        return new
    return known


def _wrong_fields(error: ValidationError) -> str:
    names = {str(detail["loc"][0]) for detail in error.errors(include_input=False) if detail["loc"]}
    return f"missing or wrong: {', '.join(sorted(names)) or 'the body is not a JSON object'}"
