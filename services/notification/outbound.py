"""Sending a text exactly once: the attempt is recorded before the call, its outcome after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import stamina

from services.notification.message import About, Message, after_sending, is_news
from services.notification.recording import Record, Recording
from services.notification.sms.gateway import Outcome, Sms, SmsGateway
from services.notification.turns import Here, NotYourTurn, Turns
from shared.contracts.fact import ERASED, Fact
from shared.contracts.notification import SmsFailed, SmsRequested
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Origin
from shared.kernel.crashpoints import crash_here
from shared.kernel.phones import can_receive_sms
from shared.kernel.sms_text import segments
from shared.messaging.reaction import Claim, Unavailable

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


class Outbound:
    """Guarantee: one text per message id at a gateway that honours references, also when a handler runs twice, at the
    same time or again, or dies at any point. At another gateway at most one more per crash between the call and its
    record, and `MOST_UNKNOWN` in all when the gateway never tells what became of them."""

    def __init__(self, recording: Recording, turns: Turns, gateway: SmsGateway) -> None:
        self._recording, self._turns, self._gateway = recording, turns, gateway
        self._here = Here()

    def load(self, message_id: UUID) -> Message:
        """The message as its stream tells."""
        return self._recording.load(message_id)

    def reach(self, text: Text, origin: Origin, claim: Claim) -> None:
        """Send, or record why the person cannot be texted: erased, or a phone that takes no texts. Raises TryAgain."""
        if text.to == ERASED:
            self.give_up(text, "erased", origin, claim)
        elif not can_receive_sms(text.to):
            self.give_up(text, "not_a_mobile_number", origin, claim)
        else:
            self.send(text, origin, claim)

    def send(self, text: Text, origin: Origin, claim: Claim) -> None:
        """Send unless it was sent. Raises TryAgain, also when another worker is at it."""
        turns = self._here if self._gateway.honours_reference else self._turns
        try:
            with turns.alone(text.about.message_id):
                self._send(text, origin, claim)
        except (NotYourTurn, VersionConflict) as busy:
            raise TryAgain("another worker is sending it") from busy

    def send_now(self, text: Text, origin: Origin) -> Message:
        """Send a text that is worth something now or never: called at most once, and never again when nobody knows what
        came of it, or when it was turned away (then it failed as `NOT_SENT`). The message as it stands afterwards."""
        sms = _sms(text)  # what cannot be sent at all is not begun
        try:
            self._request(text, Message(), origin)
        except VersionConflict:  # it was asked for before, or at the same moment
            return self.load(text.about.message_id)
        outcome = self._hand_over(sms)
        answer = after_sending(text.about, 1, outcome) or _failed(text, NOT_SENT)
        self._record_answer(text, 1, answer, origin)
        return self.load(text.about.message_id)

    def give_up(self, text: Text, code: str, origin: Origin, claim: Claim | None = None) -> None:
        """Record that the text cannot be sent at all, once."""
        message = self.load(text.about.message_id)
        facts: list[Fact] = [] if message.is_settled else [_failed(text, code)]
        self._recording.add(Record(text.about, message.version, facts, origin, claim))

    def _send(self, text: Text, origin: Origin, claim: Claim) -> None:
        """Most messages are new: what the log has of one is read when it turns out to have something."""
        new, sms = Message(), _sms(text)  # what cannot be sent at all is not begun
        try:
            begun = self._request(text, new, origin, unless=claim)
        except VersionConflict:
            self._send_known(text, sms, origin, claim)
            return
        if begun:
            self._deliver(text, sms, new, origin, claim)

    def _send_known(self, text: Text, sms: Sms, origin: Origin, claim: Claim) -> None:
        message = self.load(text.about.message_id)
        if message.is_settled:
            self._recording.add(Record(text.about, message.version, [], origin, claim))
        elif message.unknown >= MOST_UNKNOWN and not self._gateway.honours_reference:
            failed = _failed(text, "outcome_unknown")
            self._recording.add(Record(text.about, message.version, [failed], origin, claim))
        elif self._request(text, message, origin, unless=claim):
            self._deliver(text, sms, message, origin, claim)

    def _deliver(self, text: Text, sms: Sms, message: Message, origin: Origin, claim: Claim) -> None:
        outcome = self._hand_over(sms)
        answer = after_sending(text.about, message.attempts + 1, outcome)
        if answer is None:
            raise TryAgain(type(outcome).__name__)
        unknown = answer.TYPE == "sms.outcome_unknown"
        self._record_answer(text, message.version + 1, answer, origin, None if unknown else claim)
        if unknown:
            raise TryAgain("the outcome is unknown")

    def _request(self, text: Text, message: Message, origin: Origin, unless: Claim | None = None) -> bool:
        """Record the attempt; False: handled before. Raises VersionConflict when somebody else is, or was, at it."""
        requested = _requested(text, message.attempts + 1)
        return self._recording.add(Record(text.about, message.version, [requested], origin, unless=unless))

    def _hand_over(self, sms: Sms) -> Outcome:
        crash_here("notification.requested")
        outcome = self._gateway.send(sms)
        crash_here("notification.sent")
        return outcome

    def _record_answer(
        self, text: Text, version: int, answer: Fact, origin: Origin, claim: Claim | None = None
    ) -> None:
        try:
            self._recording.add(Record(text.about, version, [answer], origin, claim))
        except VersionConflict:  # a receipt was faster, or whoever sent it at the same time
            self._record_late(text, answer, origin, claim)

    @stamina.retry(on=VersionConflict, attempts=5, wait_initial=0.05, wait_max=0.5)
    def _record_late(self, text: Text, answer: Fact, origin: Origin, claim: Claim | None) -> None:
        message = self.load(text.about.message_id)
        news = [answer] if is_news(message, answer) else []
        self._recording.add(Record(text.about, message.version, news, origin, claim))


def _sms(text: Text) -> Sms:
    return Sms(text.to, text.text, str(text.about.message_id), text.sender)


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
