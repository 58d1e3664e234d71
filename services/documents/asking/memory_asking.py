"""What other gateways tell, in memory, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.documents.asking.asking import Refused, Unavailable
from services.documents.case import Case
from services.documents.own_data import OwnData


@dataclass(slots=True)
class MemoryAsking:
    """`masked` and `clear` cases by number, the `own` data of whoever asks; `asked` is who asked for what, and why."""

    masked: dict[str, Case] = field(default_factory=dict)
    clear: dict[str, Case] = field(default_factory=dict)
    own: OwnData | None = None
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    answers: bool = True

    def case(self, token: str, number: str, reason: str | None = None) -> Case:
        self._ask(token, number, reason)
        found = (self.masked if reason is None else self.clear).get(number)
        if found is None:
            raise Refused(404, "ไม่พบคำร้องเลขที่นี้")
        return found

    def own_data(self, token: str) -> OwnData:
        self._ask(token, "me", None)
        if self.own is None:
            raise Refused(404, "ยังไม่มีบัญชี กรุณาสร้างบัญชีก่อน", "urn:khamrong:not-registered")
        return self.own

    def _ask(self, token: str, what: str, reason: str | None) -> None:
        if not self.answers:
            raise Unavailable
        self.asked.append((token, what, reason))
