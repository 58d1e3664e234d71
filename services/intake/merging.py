"""What becomes of a merged petition when the one it was merged into ends. Pure."""

from __future__ import annotations

from typing import Final

from services.intake.commands import PetitionCommand, RejectWithMain, ResolveWithMain, UnmergePetition
from services.intake.petition import Petition
from shared.contracts.petition_states import ENDED_STATES, PetitionState

_LONGEST: Final = 5000


def command_for_merged(main: Petition) -> PetitionCommand | None:
    """What the system asks for with each petition that is merged into `main`; None while it has not ended."""
    if main.status is PetitionState.WITHDRAWN:
        return UnmergePetition(reason=f"คำร้องเลขที่ {main.number} ที่รวมไว้ถูกถอน จึงดำเนินการเรื่องนี้ต่อ")
    if main.status not in ENDED_STATES:
        return None
    if main.outcome is None:
        return RejectWithMain(reason=_with(main, "พิจารณาร่วมกับ"))
    return ResolveWithMain(outcome=main.outcome, public_note=_with(main, "ดำเนินการร่วมกับ"))


def _with(main: Petition, done: str) -> str:
    return f"{done}คำร้องเลขที่ {main.number}: {main.answer}"[:_LONGEST]
