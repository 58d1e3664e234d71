"""Sample petitions of one authority and fiscal year, the same for the same seed: filings, and what became of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from khamrong.sample.people import person
from khamrong.sample.texts import text
from services.tracking.projections.petition import end_of
from shared.contracts.authority import AuthorityConfigured, Category
from shared.contracts.petition import Petitioner
from shared.contracts.petition_states import Outcome, PetitionState
from shared.kernel.thai import BUDDHIST_ERA, buddhist_ddmmyy, last_second, month_number

PEOPLE: Final = 5_000
OFFICERS: Final = 40
CENTRE: Final = (7.9056, 98.3332)
_OPEN_DAYS: Final = 45
"""After so many days hardly anything is open."""

_OPEN: Final = (
    PetitionState.FILED, PetitionState.ACCEPTED, PetitionState.IN_PROGRESS, PetitionState.SCHEDULED,
    PetitionState.WAITING_FOR_CITIZEN, PetitionState.FORWARDED,
)  # fmt: skip
_ENDS: Final = ((PetitionState.CLOSED, 78), (PetitionState.RESOLVED, 12), (PetitionState.REJECTED, 6),
                (PetitionState.WITHDRAWN, 3), (PetitionState.MERGED, 1))  # fmt: skip
_ANSWERING: Final = 0.25
"""Of the petitioners who were answered, the share that says how it went."""


@dataclass(frozen=True, slots=True)
class Story:
    """A petition: what was filed, and the columns of the read model that tell what became of it."""

    petition_id: UUID
    event_id: UUID
    number: str
    subject_id: UUID
    petitioner: Petitioner
    subject: str
    sentences: tuple[str, ...]
    filed_at: datetime
    columns: dict[str, Any]


def stories(profile: AuthorityConfigured, fiscal_year: int, count: int, seed: int) -> Iterator[Story]:
    """`count` petitions over the whole year, in the order of filing."""
    rng = random.Random(seed)  # noqa: S311  samples, no secrets
    people = [person(rng, serial) for serial in range(min(count, PEOPLE))]
    begins = datetime(fiscal_year - BUDDHIST_ERA - 1, 10, 1, tzinfo=UTC) - timedelta(hours=7)
    ends, step = begins + timedelta(days=365), timedelta(days=365) / count
    chosen = [(group.name, category) for group in profile.category_groups for category in group.categories]
    for serial in range(count):
        filed_at = begins + step * (serial + rng.random())
        yield _story(rng, profile, serial + 1, filed_at, (fiscal_year, ends), rng.choice(people), rng.choice(chosen))


def _story(
    rng: random.Random,
    profile: AuthorityConfigured,
    running: int,
    filed_at: datetime,
    year: tuple[int, datetime],
    filer: tuple[UUID, Petitioner],
    chosen: tuple[str, Category],
) -> Story:
    group, category = chosen
    subject, sentences = text(rng, category.code)
    latitude, longitude = (centre + rng.gauss(0, 0.012) for centre in CENTRE)
    number = f"{profile.prefix}1{buddhist_ddmmyy(filed_at)}{running:06}"
    columns = {
        "number": number,
        "authority": profile.code,
        "service": "oss",
        "fiscal_year": year[0],
        "channel": rng.choice(("web", "web", "web", "counter")),
        "category": category.code,
        "category_label": f"{group} : {category.name}",
        "department": category.department,
        "department_name": next(each.name for each in profile.departments if each.code == category.department),
        "filed_at": filed_at,
        "month_filed": month_number(filed_at),
        "due_at": last_second(filed_at, category.due_days),
        "latitude": round(latitude, 6),
        "longitude": round(longitude, 6),
        "reopening_requested": False,
        **_became(rng, filed_at, year[1]),
    }
    columns |= _rated(rng, columns)
    petition_id, event_id = _id(rng, filed_at), UUID(int=rng.getrandbits(128), version=4)
    return Story(petition_id, event_id, number, *filer, subject, sentences, filed_at, columns)


def _id(rng: random.Random, moment: datetime) -> UUID:
    """A UUIDv7 (RFC 9562 §5.7), as petitions have."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62))


def _became(rng: random.Random, filed_at: datetime, now: datetime) -> dict[str, Any]:
    """The state at the end of the year, its moments, who works on it."""
    took = timedelta(days=rng.lognormvariate(1.9, 0.8))
    if filed_at + took > now or (rng.random() < 0.03 and now - filed_at < timedelta(days=_OPEN_DAYS)):
        return _open(rng, filed_at)
    (state,) = rng.choices([state for state, _ in _ENDS], [weight for _, weight in _ENDS])
    ended_at = filed_at + took
    answered = state in (PetitionState.CLOSED, PetitionState.RESOLVED, PetitionState.REJECTED)
    resolved = state in (PetitionState.CLOSED, PetitionState.RESOLVED)
    return {
        "state": state.value,
        "outcome": rng.choice((Outcome.SOLVED, Outcome.SOLVED, Outcome.PARTLY_SOLVED)).value if resolved else None,
        "accepted_at": filed_at + took / 10,
        "resolved_at": ended_at if resolved else None,
        "closed_at": ended_at + timedelta(days=7) if state is PetitionState.CLOSED else None,
        **(end_of(filed_at, ended_at) if answered else {}),
        "resolutions": int(answered),
        "version": 4,
        **_officer(rng),
    }


def _rated(rng: random.Random, columns: dict[str, Any]) -> dict[str, Any]:
    """Who had it when it ended, and how it went in the petitioner's eyes, for some."""
    if not columns["resolutions"]:
        return {}
    rating = {"resolution": 1, "fiscal_year": columns["fiscal_year"], "rating": rng.choice((2, 3, 4, 5, 5))}
    told = [{**rating, "solved": rng.choice(("yes", "yes", "partly", "no"))}] if rng.random() < _ANSWERING else []
    return {"ends": [columns["department"]], "ratings": told}


def _open(rng: random.Random, filed_at: datetime) -> dict[str, Any]:
    state = rng.choice(_OPEN)
    if state is PetitionState.FILED:
        return {"state": state.value, "resolutions": 0, "version": 1}
    accepted = filed_at + timedelta(hours=rng.randint(1, 40))
    waits = {"waiting_since": accepted} if state is PetitionState.WAITING_FOR_CITIZEN else {}
    moments = {"accepted_at": accepted, **waits}
    return {"state": state.value, "resolutions": 0, "version": 3, **moments, **_officer(rng)}


def _officer(rng: random.Random) -> dict[str, Any]:
    serial = rng.randint(1, OFFICERS)
    return {"officer": f"sample-officer-{serial}", "officer_name": f"เจ้าหน้าที่ ตัวอย่าง {serial}"}
