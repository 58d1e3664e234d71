"""What becomes of a petition whose member asked to be forgotten: erased, or kept as long as its authority must. Pure.

PDPA B.E. 2562 s. 33 ¶ 2 leaves out what a law obliges the authority to keep; for records that is the Prime Minister's
Office regulation on records work B.E. 2526 (ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ), no. 57: not less than ten years as
a rule, one year for ordinary matters that come up regularly, counted from when the matter is done.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from services.intake.petition import Petition
from shared.contracts.authority import RetentionSettings
from shared.contracts.fact import Fact
from shared.contracts.ownership import PetitionErased, PetitionRetained

ENDS: Final = ("petition.resolved", "petition.rejected", "petition.closed", "petition.withdrawn", "petition.merged")
"""Facts by which a petition ends; the last of them tells from when its years count."""
LOOK_AGAIN: Final = timedelta(days=1)
"""For a petition that has not ended: nobody knows yet until when it is kept."""


def forget(petition: Petition, retention: RetentionSettings, ended_at: datetime | None, now: datetime) -> list[Fact]:
    """Erased when nothing has to be kept any more, else retained; nothing when that was told before."""
    known = {"petition_id": petition.petition_id, "number": petition.number, "authority": petition.authority}
    if petition.erased:
        return []
    if look_at(retention, ended_at, now) <= now:
        return [PetitionErased(**known, subject_id=petition.subject_id)]
    told = {"years": retention.years, "basis": retention.basis}
    return [] if petition.retained else [PetitionRetained(**known, **told)]


def look_at(retention: RetentionSettings, ended_at: datetime | None, now: datetime) -> datetime:
    """When the petition may be erased; tomorrow, to see again, for one that has to be kept and has not ended."""
    if not retention.years:
        return now
    return years_later(ended_at, retention.years) if ended_at else now + LOOK_AGAIN


def years_later(moment: datetime, years: int) -> datetime:
    """The same day of a later year; 1 March where there is no 29 February."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)
