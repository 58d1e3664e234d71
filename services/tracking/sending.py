"""Sends the codes that step-ups wait for, beside the gateway and never within a request."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from prometheus_client import Counter

from services.tracking.otp_sender.sender import Otp, OtpSender, Outcome
from services.tracking.queries.addressees import Addressee, Addressees
from services.tracking.step_up import Due
from services.tracking.step_ups import StepUps
from shared.kernel import clock
from shared.kernel.phones import can_receive_sms

HANDS: Final = 4
"""How many codes one process has sent at the same time: a slow provider holds up few."""
LOOK_SECONDS: Final = 5.0
"""How often a process looks for what another one left behind, or what waits for its next attempt."""
SWEEP_SECONDS: Final = 600.0
SAME_AGAIN: Final = (1.0, 3.0)
"""Seconds before the same code is asked for again when no answer came."""
CODES: Final = Counter("khamrong_step_up_codes_total", "Codes for petitioners, by what became of them", ["outcome"])
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """Each code that is due goes to the phone on file, or is given up for a reason that is in the log."""

    step_ups: StepUps
    addressees: Addressees
    sender: OtpSender
    stop: threading.Event

    def start(self) -> None:
        """In threads of their own, until told to stop or the process ends."""
        for hand in range(HANDS):
            threading.Thread(target=self.run, name=f"step-up-codes-{hand}", daemon=True).start()

    def run(self) -> None:
        """Until told to stop. Whatever happens to one code, the next one is sent."""
        swept_at = clock.monotonic()
        while not self.stop.is_set():
            try:
                while self.one():
                    pass
                if clock.monotonic() - swept_at > SWEEP_SECONDS:
                    swept_at = clock.monotonic()
                    self.step_ups.sweep()
            except Exception as error:  # noqa: BLE001  the lease ends, and it is tried again
                _log.error("step_up_codes_interrupted", error=type(error).__name__)
                self.stop.wait(LOOK_SECONDS)
            self.step_ups.waiting.acquire(timeout=LOOK_SECONDS)

    def one(self) -> bool:
        """Send one code that is due. Whether there was one."""
        due = self.step_ups.take()
        if due is None:
            return False
        who = self.addressees.of(due.petition_id)
        outcome = self._sent(_otp(due, who)) if can_receive_sms(who.phone) else Outcome.REFUSED
        self.step_ups.finish(due, _pause(due, outcome))
        CODES.labels(outcome.value).inc()
        _log.info("step_up_code", outcome=outcome.value, number=who.number, attempt=due.attempt)
        return True

    def _sent(self, otp: Otp) -> Outcome:
        outcome = self.sender.send(otp)
        for pause in SAME_AGAIN:
            if outcome is not Outcome.NO_ANSWER or self.stop.wait(pause):
                break
            outcome = self.sender.send(otp)
        return outcome


def _pause(due: Due, outcome: Outcome) -> timedelta | None:
    return due.pause if outcome in (Outcome.LATER, Outcome.NO_ANSWER) else None


def _otp(due: Due, who: Addressee) -> Otp:
    return Otp(
        message_id=due.message_id,
        petition_id=due.petition_id,
        number=who.number,
        authority=who.authority,
        subject_id=who.subject_id,
        to=who.phone,
        otp=due.otp,
        sender=who.sender,
    )
