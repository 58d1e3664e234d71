"""Sending a text exactly once: the attempt is recorded before the call, its outcome after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import stamina

from services.notification.message import About, Message, MessageState, after_sending, fold
from services.notification.sms.gateway import Sms, SmsGateway
from shared.contracts.fact import Fact
from shared.contracts.notification import SmsAccepted, SmsFailed, SmsRequested
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append, Log, Origin
from shared.eventlog.reading import Reader
from shared.kernel.crashpoints import crash_here
from shared.kernel.sms_text import segments
from shared.messaging.reaction import Claim, Unavailable

_REMEMBER: Final = sa.text(
    "INSERT INTO messages (message_id, number, authority) VALUES (:message_id, :number, :authority)"
    " ON CONFLICT DO NOTHING"
)
_TRY_LOCK: Final = sa.text("SELECT pg_try_advisory_lock(:key)")
_UNLOCK: Final = sa.text("SELECT pg_advisory_unlock(:key)")
_NAME: Final = sa.text("UPDATE messages SET provider_ref = :ref WHERE message_id = :message_id")


MOST_UNKNOWN: Final = 2
"""Attempts of unknown outcome at a gateway that honours no references: the citizen needs the number at least once, and
is not texted for ever."""


NOT_SENT: Final = "unavailable"
"""Why a text for now failed: surely not sent, and the same text is worth nothing later."""


class TryAgain(Unavailable):
    """The gateway did not take the message, or may not have: it is to be sent again later."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be sent, to whom, and about what. `kept` is recorded in place of a text with a secret in it."""

    about: About
    subject_id: UUID
    template: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    sender: str
    kept: str | None = None


def stream_of(message_id: UUID) -> str:
    """The stream of a message."""
    return f"sms-{message_id}"


class Outbound:
    """Guarantee: one text per message id at a gateway that honours references, also when a handler runs twice, at the
    same time or again, or dies at any point. At another gateway at most one more per crash between the call and its
    record, and `MOST_UNKNOWN` in all when the gateway never tells what became of them."""

    def __init__(self, engine: sa.Engine, log: Log, reader: Reader, gateway: SmsGateway) -> None:
        self._engine, self._log, self._reader, self._gateway = engine, log, reader, gateway

    def load(self, message_id: UUID) -> Message:
        """The message as its stream tells."""
        with self._engine.connect() as connection:
            envelopes = self._log.load(connection, stream_of(message_id))
        return fold(self._reader.read_all(envelopes))

    def send(self, text: Text, origin: Origin, claim: Claim) -> None:
        """Send unless it was sent. Raises TryAgain, also when another worker is at it."""
        try:
            with nullcontext() if self._gateway.honours_reference else self._alone(text.about.message_id):
                self._send(text, origin, claim)
        except VersionConflict as conflict:
            raise TryAgain("another worker is sending it") from conflict

    def _send(self, text: Text, origin: Origin, claim: Claim) -> None:
        message = self.load(text.about.message_id)
        if message.is_settled:
            self._finish(text, message.version, [], origin, claim)
        elif message.unknown >= MOST_UNKNOWN and not self._gateway.honours_reference:
            self._finish(text, message.version, [_failed(text, "outcome_unknown")], origin, claim)
        else:
            self._attempt(text, message, origin, claim)

    def send_now(self, text: Text, origin: Origin) -> Message:
        """Send a text that is worth something now or never: called at most once, and never again when nobody knows what
        came of it, or when it was turned away (then it failed as `NOT_SENT`). The message as it stands afterwards."""
        message = self.load(text.about.message_id)
        if message.state is not MessageState.NEW:
            return message
        sms = _sms(text)
        try:
            self._record(text, message.version, _requested(text, 1), origin)
        except VersionConflict:  # the same message was asked for at the same moment
            return self.load(text.about.message_id)
        crash_here("notification.requested")
        outcome = self._gateway.send(sms)
        crash_here("notification.sent")
        return self._settled(text, after_sending(text.about, 1, outcome) or _failed(text, NOT_SENT), origin)

    @stamina.retry(on=VersionConflict, attempts=5, wait_initial=0.05, wait_max=0.5)
    def _settled(self, text: Text, fact: Fact, origin: Origin) -> Message:
        """A receipt may come before the outcome is recorded."""
        self._finish(text, self.load(text.about.message_id).version, [fact], origin, _unclaimed)
        return self.load(text.about.message_id)

    @contextmanager
    def _alone(self, message_id: UUID) -> Iterator[None]:
        """The lock is the session's: it ends with a process that dies, and no transaction waits for the gateway."""
        key = {"key": int.from_bytes(message_id.bytes[:8], signed=True)}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(_TRY_LOCK, key).scalar_one():
                raise TryAgain("another worker is sending it")
            try:
                yield
            finally:
                connection.execute(_UNLOCK, key)

    def _attempt(self, text: Text, message: Message, origin: Origin, claim: Claim) -> None:
        attempt, sms = message.attempts + 1, _sms(text)
        self._record(text, message.version, _requested(text, attempt), origin)
        crash_here("notification.requested")
        outcome = self._gateway.send(sms)
        crash_here("notification.sent")
        fact = after_sending(text.about, attempt, outcome)
        if fact is None:
            raise TryAgain(type(outcome).__name__)
        self._settle(text, message.version + 1, fact, origin, claim)

    def give_up(self, text: Text, code: str, origin: Origin, claim: Claim | None = None) -> None:
        """Record that the text cannot be sent at all, once."""
        message = self.load(text.about.message_id)
        facts: list[Fact] = [] if message.is_settled else [_failed(text, code)]
        self._finish(text, message.version, facts, origin, claim or _unclaimed)

    def _settle(self, text: Text, version: int, fact: Fact, origin: Origin, claim: Claim) -> None:
        if fact.TYPE == "sms.outcome_unknown":
            self._record(text, version, fact, origin)
            raise TryAgain("the outcome is unknown")
        self._finish(text, version, [fact], origin, claim)

    def _record(self, text: Text, version: int, fact: Fact, origin: Origin) -> None:
        sealed = self._log.seal([Append(stream_of(text.about.message_id), version, [fact], origin)])
        with self._engine.begin() as transaction:
            transaction.execute(_REMEMBER, _row(text, origin))
            self._log.append(transaction, sealed)

    def _finish(self, text: Text, version: int, facts: list[Fact], origin: Origin, claim: Claim) -> None:
        about = text.about
        sealed = self._log.seal([Append(stream_of(about.message_id), version, facts, origin)])
        with self._engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()
                return
            transaction.execute(_REMEMBER, _row(text, origin))
            for accepted in (fact for fact in facts if isinstance(fact, SmsAccepted)):
                transaction.execute(_NAME, {"ref": accepted.provider_ref, "message_id": about.message_id})
            if facts:
                self._log.append(transaction, sealed)


def _unclaimed(transaction: sa.Connection) -> bool:
    """For what no fact caused: there is no inbox to be marked."""
    return True


def _sms(text: Text) -> Sms:
    return Sms(text.to, text.text, str(text.about.message_id), text.sender)


def _row(text: Text, origin: Origin) -> dict[str, object]:
    return {"message_id": text.about.message_id, "number": text.about.number, "authority": origin.authority}


def _failed(text: Text, code: str) -> SmsFailed:
    about = text.about
    return SmsFailed(message_id=about.message_id, petition_id=about.petition_id, number=about.number, code=code)


def _requested(text: Text, attempt: int) -> SmsRequested:
    return SmsRequested(
        message_id=text.about.message_id,
        petition_id=text.about.petition_id,
        number=text.about.number,
        template=text.template,
        segments=segments(text.text),
        attempt=attempt,
        subject_id=text.subject_id,
        to=text.to,
        text=text.kept or text.text,
    )
