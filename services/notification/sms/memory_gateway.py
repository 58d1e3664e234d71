"""A gateway that keeps what it is given: for tests and for running without a provider."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock

from services.notification.sms.gateway import Accepted, Outcome, Rejected, Sms, Unavailable, Unknown


@dataclass(frozen=True, slots=True)
class _Scripted:
    outcome: Rejected | Unavailable | Unknown
    accepted: bool


class MemoryGateway:
    """Accepts everything but `bad_numbers`, until told to fail. May be called from many threads."""

    def __init__(self, *, honours_reference: bool = True, bad_numbers: Collection[str] = ()) -> None:
        self._honours_reference = honours_reference
        self._bad_numbers = frozenset(bad_numbers)
        self._script: deque[_Scripted] = deque()
        self._accepted: dict[str, Accepted] = {}
        self._lock = Lock()
        self.attempts: list[Sms] = []
        """Every call, in order."""
        self.sent: list[Sms] = []
        """What went to a phone, in order."""

    @property
    def honours_reference(self) -> bool:
        return self._honours_reference

    def fail_next(self, outcome: Rejected | Unavailable | Unknown, *, accepted: bool = False, times: int = 1) -> None:
        """The next calls answer so. With `accepted` the message goes out all the same: an answer that was lost."""
        if accepted and not isinstance(outcome, Unknown):
            raise ValueError("only an unknown outcome can hide an accepted message")
        self._script.extend([_Scripted(outcome, accepted)] * times)

    def send(self, message: Sms) -> Outcome:
        with self._lock:
            self.attempts.append(message)
            if not self._script:
                return self._accept(message)
            scripted = self._script.popleft()
            if scripted.accepted:
                self._accept(message)
            return scripted.outcome

    def _accept(self, message: Sms) -> Accepted | Rejected:
        if message.to in self._bad_numbers:
            return Rejected("bad_phone_number")
        known = self._accepted.get(message.reference)
        if known and self._honours_reference:
            return known
        self.sent.append(message)
        accepted = Accepted(f"memory-{len(self.sent)}")
        self._accepted[message.reference] = accepted
        return accepted
