"""What becomes of a merged petition when the one it was merged into ends, or is reopened. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.intake.commands import (
    MergeAgain,
    PetitionCommand,
    RejectWithMain,
    ReopenPetition,
    ResolveWithMain,
    UnmergePetition,
)
from services.intake.petition import Petition
from shared.contracts.petition_states import ENDED_STATES, PetitionState

_LONGEST: Final = 5000


def commands_for_merged(main: Petition, merged: Petition) -> Iterator[PetitionCommand]:
    """What the system asks for, one after the other, with a petition that was merged into `main`, and may have ended
    with it; nothing while there is nothing to follow. Where both stand decides, and not what was seen of the way."""
    if merged.merged_into != main.petition_id:
        return
    if merged.status in ENDED_STATES:
        if not _went_on(main, merged):
            return
        yield ReopenPetition(reason=_cut(f"คำร้องเลขที่ {main.number} ที่รวมไว้เปิดดำเนินการอีกครั้ง: {main.reopened_for}"))
        yield MergeAgain(into_number=main.number, into_petition_id=main.petition_id)
    yield from _ending(main)


def _went_on(main: Petition, merged: Petition) -> bool:
    """Whether `main` is open again, or was and has ended once more, since `merged` ended with it.

    Of those that ended before it was kept with which end, the latter is not known.
    """
    return main.status not in ENDED_STATES or main.resolutions > (merged.main_resolution or main.resolutions)


def _ending(main: Petition) -> Iterator[PetitionCommand]:
    if main.status is PetitionState.WITHDRAWN:
        yield UnmergePetition(reason=f"คำร้องเลขที่ {main.number} ที่รวมไว้ถูกถอน จึงดำเนินการเรื่องนี้ต่อ")
    elif main.status not in ENDED_STATES:
        return
    elif main.outcome is None:
        reason = _cut(f"พิจารณาร่วมกับคำร้องเลขที่ {main.number}: {main.answer}")
        yield RejectWithMain(reason=reason, main_resolution=main.resolutions)
    else:
        note = _cut(f"ดำเนินการร่วมกับคำร้องเลขที่ {main.number}: {main.answer}")
        yield ResolveWithMain(outcome=main.outcome, public_note=note, main_resolution=main.resolutions)


def _cut(text: str) -> str:
    return text[:_LONGEST]
