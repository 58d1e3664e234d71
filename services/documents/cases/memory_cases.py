"""Cases in memory, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.documents.case import Case
from services.documents.cases.cases import CaseRefused, CasesUnavailable


@dataclass(slots=True)
class MemoryCases:
    """`masked` and `clear` by number; `asked` is who asked for what, and why."""

    masked: dict[str, Case] = field(default_factory=dict)
    clear: dict[str, Case] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    answers: bool = True

    def of(self, token: str, number: str, reason: str | None = None) -> Case:
        if not self.answers:
            raise CasesUnavailable
        self.asked.append((token, number, reason))
        found = (self.masked if reason is None else self.clear).get(number)
        if found is None:
            raise CaseRefused(404, "ไม่พบคำร้องเลขที่นี้")
        return found
