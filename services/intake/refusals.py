"""Why a command was refused, in words for the person who gave it. No refusal holds personal data."""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts.petition_commands import ActorRole
from shared.contracts.petition_states import STATE_LABELS, PetitionState


class Refused(Exception):
    """A command that changes nothing. `str()` is Thai and may be shown."""


class TransitionNotAllowed(Refused):
    """The petition is in a state where this cannot be done. `allowed` are the states it may go to."""

    def __init__(self, state: PetitionState, allowed: tuple[PetitionState, ...]) -> None:
        reachable = ", ".join(STATE_LABELS[each] for each in allowed) or "ไม่มี"
        super().__init__(f"คำร้องอยู่ในสถานะ “{STATE_LABELS[state]}” จึงทำรายการนี้ไม่ได้ สถานะที่ไปต่อได้: {reachable}")
        self.state = state
        self.allowed = allowed


class NotPermitted(Refused):
    """None of the actor's roles may do this. `roles` are those that may, in the order of `ActorRole`."""

    def __init__(self, command: str, roles: Iterable[ActorRole]) -> None:
        super().__init__("คุณไม่มีสิทธิ์ทำรายการนี้")
        self.command = command
        self.roles = tuple(sorted(roles, key=list(ActorRole).index))


class NothingRequested(Refused):
    """There is no request to reopen the petition that could be declined."""

    def __init__(self) -> None:
        super().__init__("ไม่มีคำขอให้เปิดเรื่องอีกครั้งที่รอการพิจารณา")


class RequestTooLate(Refused):
    """The request to reopen is about an earlier end of the petition, or there is one already."""

    def __init__(self) -> None:
        super().__init__("คำขอให้เปิดเรื่องอีกครั้งไม่ตรงกับผลการดำเนินการล่าสุด หรือมีคำขอที่รอการพิจารณาอยู่แล้ว")


class NotDue(Refused):
    """The time for it has not come, or it was done before."""

    def __init__(self) -> None:
        super().__init__("ยังไม่ถึงเวลา หรือทำไปแล้ว")


class FieldRefused(Refused):
    """A field of the command cannot stand. `field` is its name in the body."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ReasonRequired(FieldRefused):
    """This may be done only with a reason."""

    def __init__(self, command: str) -> None:
        super().__init__("reason", "กรุณาระบุเหตุผล")
        self.command = command
