"""A request to send, as the aggregator's API takes it: read, checked, or refused with the API's error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
import phonenumbers
from pydantic import BaseModel, ConfigDict, HttpUrl, ValidationError

from shared.kernel.sms_text import segments

MOST_NUMBERS: Final = 500
_SENDER: Final = re.compile(r"\S{1,11}")
_DIGITS: Final = re.compile(r"\+?[0-9]{9,12}", re.ASCII)


class Refusal(Exception):
    """What is answered instead of accepting: an HTTP status and the three fields of the API's error."""

    def __init__(self, status: int, name: str, description: str) -> None:
        super().__init__(name)
        self.status = status
        self.name = name
        self.description = description


class Fields(BaseModel):
    """The fields of a request; those of the real API that the sandbox does nothing with are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    msisdn: str
    message: str
    sender: str = "SMS"
    reference: str | None = None
    callback_url: HttpUrl | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A checked request. `good` are E.164 numbers, `bad` what was given and is no Thai mobile number."""

    good: tuple[str, ...]
    bad: tuple[str, ...]
    text: str
    segments: int
    sender: str
    reference: str | None
    callback_url: str | None


def thai_mobile(given: str) -> str | None:
    """E.164 of a Thai mobile number written 0…, 66… or +66…; None for anything else."""
    digits = re.sub(r"[\s-]", "", given)
    if not _DIGITS.fullmatch(digits):
        return None
    international = f"+{digits}" if digits.startswith("66") else digits
    try:
        number = phonenumbers.parse(international, "TH")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 66 or phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read(content_type: str, body: bytes) -> Fields:
    """The fields of a form or JSON body; raises `Refusal`."""
    media_type = content_type.partition(";")[0].strip().lower()
    try:
        if media_type == "application/json":
            return Fields.model_validate(orjson.loads(body))
        if media_type in {"application/x-www-form-urlencoded", ""}:
            return Fields.model_validate(_form(body))
    except (ValueError, ValidationError) as error:
        raise Refusal(400, "ERROR_VALIDATION_ERROR", _complaint(error)) from None
    raise Refusal(415, "ERROR_CONTENT_TYPE", "Send a form or JSON.")


def check(fields: Fields, max_segments: int) -> Submission:
    """The request, when text and sender can be sent; raises `Refusal`."""
    if not fields.message.strip():
        raise Refusal(400, "ERROR_MESSAGE_EMPTY", "The message is empty.")
    parts = segments(fields.message)
    if parts > max_segments:
        raise Refusal(400, "ERROR_MESSAGE_TOO_LONG", f"The message takes {parts} parts, at most {max_segments} go.")
    if not _SENDER.fullmatch(fields.sender):
        raise Refusal(400, "ERROR_SENDER_INVALID", "A sender has 1 to 11 characters and no spaces.")
    good, bad = _sorted_out(fields.msisdn)
    return Submission(
        good=good,
        bad=bad,
        text=fields.message,
        segments=parts,
        sender=fields.sender,
        reference=fields.reference or None,
        callback_url=str(fields.callback_url) if fields.callback_url else None,
    )


def _sorted_out(msisdn: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    given = [number.strip() for number in msisdn.split(",") if number.strip()]
    if not 1 <= len(given) <= MOST_NUMBERS:
        raise Refusal(400, "ERROR_MSISDN_COUNT", f"Give 1 to {MOST_NUMBERS} numbers.")
    good = dict.fromkeys(number for each in given if (number := thai_mobile(each)))
    bad = dict.fromkeys(each for each in given if thai_mobile(each) is None)
    return tuple(good), tuple(bad)


def _form(body: bytes) -> dict[str, Any]:
    pairs = parse_qsl(
        body.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=20
    )
    return {name: value for name, value in pairs if value or name in {"msisdn", "message"}}


def _complaint(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        wrong = sorted({str(detail["loc"][0]) for detail in error.errors(include_input=False) if detail["loc"]})
        return f"Missing or wrong: {', '.join(wrong) or 'the body'}."
    return "The body cannot be read."
