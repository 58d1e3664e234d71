"""A sender that keeps what it is given: for tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from threading import Lock
from uuid import UUID

from services.tracking.otp_sender.sender import Otp, Outcome


class MemorySender:
    """Sends everything but to `refused` phones, until told to fail. May be called from many threads."""

    def __init__(self, *, refused: Collection[str] = ()) -> None:
        self._refused = frozenset(refused)
        self._script: deque[tuple[Outcome, bool]] = deque()
        self._known: dict[UUID, Outcome] = {}
        self._lock = Lock()
        self.asked: list[Otp] = []
        """Every call, in order."""
        self.sent: list[Otp] = []
        """What went to a phone, in order."""

    def fail_next(self, outcome: Outcome, *, sent: bool = False, times: int = 1) -> None:
        """The next calls answer so. With `sent` the code goes out all the same: an answer that was lost."""
        if sent and outcome is not Outcome.NO_ANSWER:
            raise ValueError("only a lost answer can hide a code that was sent")
        self._script.extend([(outcome, sent)] * times)

    def send(self, otp: Otp) -> Outcome:
        with self._lock:
            self.asked.append(otp)
            if not self._script:
                return self._settled(otp, Outcome.REFUSED if otp.to in self._refused else Outcome.SENT)
            outcome, sent = self._script.popleft()
            if sent:
                self._settled(otp, Outcome.SENT)
            elif outcome is not Outcome.NO_ANSWER:
                self._settled(otp, outcome)
            return outcome

    def _settled(self, otp: Otp, outcome: Outcome) -> Outcome:
        """The first outcome of a message stands."""
        if otp.message_id not in self._known and outcome is Outcome.SENT:
            self.sent.append(otp)
        return self._known.setdefault(otp.message_id, outcome)
