"""What the aggregator does with a request to send: authenticate, misbehave as told, check, accept once, answer."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.sms_gateway.behaviour import Behaviour, Behaviours, Mode
from sandbox.sms_gateway.ledger import Attempt, Ledger, Message
from sandbox.sms_gateway.reporter import Reporter
from sandbox.sms_gateway.settings import SmsSandboxSettings
from sandbox.sms_gateway.submission import Fields, Refusal, Submission, check, read
from shared.kernel import clock, ids

ACCEPTED, REPEATED, BAD_NUMBERS = "accepted", "repeated", "bad_numbers"
MOST_OCTETS: Final = 65_536
ERROR_CODES: Final = {
    "ERROR_AUTHENTICATION": 101,
    "ERROR_VALIDATION_ERROR": 102,
    "ERROR_CONTENT_TYPE": 103,
    "ERROR_BODY_TOO_LARGE": 104,
    "ERROR_MSISDN_COUNT": 105,
    "ERROR_MESSAGE_EMPTY": 106,
    "ERROR_MESSAGE_TOO_LONG": 107,
    "ERROR_SENDER_INVALID": 108,
    "ERROR_NOT_ENOUGH_CREDIT": 109,
    "ERROR_CALLBACK_URL": 110,
    "ERROR_TOO_MANY_REQUESTS": 429,
    "ERROR_INTERNAL": 500,
}
"""The sandbox's own numbers: the aggregator's are not published."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP; None for `body` means that the connection is dropped instead."""

    status: int
    body: dict[str, Any] | None
    headers: dict[str, str] = field(default_factory=dict)


class Aggregator:
    """One account's gateway. Accepting is atomic: no await between the look at the ledger and the entry."""

    def __init__(
        self, settings: SmsSandboxSettings, ledger: Ledger, behaviours: Behaviours, reporter: Reporter
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._behaviours = behaviours
        self._reporter = reporter

    async def submit(self, authorization: str, content_type: str, body: bytes) -> Answer:
        """The answer to one `POST /sms`; every one of them is an attempt in the ledger."""
        behaviour = Behaviour()
        reference: str | None = None
        try:
            self._authenticate(authorization)
            behaviour = self._behaviours.for_this_call()
            if len(body) > MOST_OCTETS:
                raise Refusal(413, "ERROR_BODY_TOO_LARGE", f"A request has at most {MOST_OCTETS} octets.")
            fields = read(content_type, body)
            reference = fields.reference or None
            return await self._behave(behaviour, fields)
        except Refusal as refusal:
            self._ledger.record(Attempt(clock.now(), reference, behaviour.mode, refusal.name))
            return _refused(refusal, behaviour)

    async def _behave(self, behaviour: Behaviour, fields: Fields) -> Answer:
        if behaviour.mode is Mode.ERROR_500:
            raise Refusal(500, "ERROR_INTERNAL", "The sandbox was told to fail.")
        if behaviour.mode is Mode.TOO_MANY_429:
            raise Refusal(429, "ERROR_TOO_MANY_REQUESTS", "The sandbox was told to refuse.")
        if behaviour.mode is Mode.SLOW:
            await asyncio.sleep(behaviour.delay_seconds)
        answer = self._accept(behaviour, self._checked(fields))
        if behaviour.mode is Mode.ACCEPT_THEN_DROP:
            return Answer(answer.status, None)
        if behaviour.mode is Mode.ACCEPT_THEN_TIMEOUT:
            await asyncio.sleep(behaviour.delay_seconds)
        return answer

    def _checked(self, fields: Fields) -> Submission:
        submission = check(fields, self._settings.max_segments)
        if submission.callback_url and not self._settings.request_callbacks:
            raise Refusal(400, "ERROR_CALLBACK_URL", "This account's callback is set in its settings.")
        return submission

    def _accept(self, behaviour: Behaviour, submission: Submission) -> Answer:
        reference = submission.reference
        first = self._ledger.sent_for(reference) if reference and behaviour.idempotent else []
        sent = first or self._sent_now(behaviour, submission)
        message_ids = tuple(message.message_id for message in sent)
        outcome = REPEATED if first else ACCEPTED if sent else BAD_NUMBERS
        attempt = Attempt(clock.now(), reference, behaviour.mode, outcome, message_ids)
        self._ledger.record(attempt, () if first else sent)
        if not first:
            for message in sent:
                self._reporter.report(message)
        return Answer(201, self._accepted(sent, submission.bad))

    def _sent_now(self, behaviour: Behaviour, submission: Submission) -> list[Message]:
        if submission.segments * len(submission.good) > self._remaining_credit():
            raise Refusal(402, "ERROR_NOT_ENOUGH_CREDIT", "The credit does not suffice.")
        now = clock.now()
        return [
            Message(
                message_id=ids.new_id().hex,
                reference=submission.reference,
                to=number,
                text=submission.text,
                sender=submission.sender,
                segments=submission.segments,
                at=now,
                callback_url=submission.callback_url,
                receipts=behaviour.receipts,
            )
            for number in submission.good
        ]

    def _accepted(self, sent: list[Message], bad: tuple[str, ...]) -> dict[str, Any]:
        return {
            "remaining_credit": self._remaining_credit(),
            "total_use_credit": sum(message.segments for message in sent),
            "credit_type": "corporate",
            "phone_number_list": [
                {
                    "number": message.to.removeprefix("+"),
                    "message_id": message.message_id,
                    "used_credit": message.segments,
                }
                for message in sent
            ],
            "bad_phone_number_list": [{"number": number, "message": "Invalid phone number"} for number in bad],
        }

    def _remaining_credit(self) -> int:
        return self._settings.credit - self._ledger.used_credit

    def _authenticate(self, authorization: str) -> None:
        expected = f"{self._settings.api_key}:{self._settings.api_secret.get_secret_value()}"
        if not hmac.compare_digest(_basic(authorization), expected.encode()):
            raise Refusal(401, "ERROR_AUTHENTICATION", "Wrong API key or secret.")


def _basic(authorization: str) -> bytes:
    """`user:password` of an HTTP Basic header (RFC 7617); empty when it is something else."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""


def _refused(refusal: Refusal, behaviour: Behaviour) -> Answer:
    error = {"code": ERROR_CODES[refusal.name], "name": refusal.name, "description": refusal.description}
    headers = {}
    if refusal.status == 429:
        headers["Retry-After"] = str(behaviour.retry_after)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="sms"'
    return Answer(refusal.status, {"error": error}, headers)
