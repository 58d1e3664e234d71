"""Which changes of a petition its petitioner is texted about, when, and in which words. Pure.

Lengths are in UTF-16 units; a text of at most 70 is one part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.notification.messages import looks_like_link
from shared.contracts import petition as facts
from shared.contracts.authority import StatusEvent, TextSettings
from shared.contracts.petition import SmsPolicy
from shared.contracts.petition_deadlines import InformationReminded
from shared.contracts.status_texts import BUILT_IN, REMINDER
from shared.kernel.placeholders import filled, placeholders
from shared.kernel.sms_text import fitting
from shared.kernel.thai import BANGKOK, in_bangkok

LATEST: Final = timedelta(days=3)
"""What happened longer ago is no news: after a long outage, or when a service begins to tell of what was before it."""

QUESTION_UNITS: Final = 150
"""How much of a question an authority's own wording may carry; the whole of it is on the petition's page."""

EVENTS: Final[Mapping[str, StatusEvent]] = MappingProxyType(
    {
        facts.PetitionAccepted.TYPE: "accepted",
        facts.PetitionStarted.TYPE: "started",
        facts.InformationRequested.TYPE: "information_requested",
        InformationReminded.TYPE: "information_requested",
        facts.PetitionScheduled.TYPE: "scheduled",
        facts.PetitionResolved.TYPE: "resolved",
        facts.PetitionRejected.TYPE: "rejected",
        facts.PetitionReopened.TYPE: "reopened",
    }
)
"""What is told, and by which of the authority's switches; a reminder goes with the question."""

ENDS: Final = frozenset({facts.PetitionResolved.TYPE, facts.PetitionRejected.TYPE})

STILL_TRUE_AFTER: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        facts.PetitionAccepted.TYPE: frozenset({facts.PetitionStarted.TYPE}),
        facts.PetitionReopened.TYPE: frozenset(
            {facts.PetitionAccepted.TYPE, facts.PetitionStarted.TYPE, facts.PetitionMerged.TYPE}
        ),
        facts.PetitionResolved.TYPE: frozenset({facts.PetitionClosed.TYPE}),
        facts.PetitionRejected.TYPE: frozenset({facts.PetitionClosed.TYPE}),
    }
)
"""What may have happened since, and the text is true all the same; nothing else may."""


@dataclass(frozen=True, slots=True)
class Move:
    """A fact that changed what is true of a petition."""

    type: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Petition:
    """What is known of a petition: where it went so far, who owns it now, and how its petitioner is reached."""

    petition_id: UUID
    number: str
    authority: str
    subject_id: UUID
    department: str
    department_name: str
    moves: tuple[Move, ...]
    phone: str
    tracking_code: str


@dataclass(frozen=True, slots=True)
class Policy:
    """How and about what an authority texts. `phones` are those of its departments, `phone` is its own."""

    sms: SmsPolicy
    texts: TextSettings
    invites: bool
    phone: str
    phones: Mapping[str, str]


def is_told(fact_type: str, policy: Policy) -> bool:
    """Whether the authority texts about it. Who is asked how it went is told thereby that it is done, once."""
    event = EVENTS.get(fact_type)
    if event is None:
        return False
    text = policy.texts.about(event)
    said_by_invitation = event == "resolved" and policy.invites and text.wording is None
    return text.on and not said_by_invitation


def own_wording(fact_type: str, policy: Policy) -> str | None:
    """The authority's words; a reminder has the built-in ones, since the authority's are those of the question."""
    return None if fact_type == InformationReminded.TYPE else policy.texts.about(EVENTS[fact_type]).wording


def built_in(fact_type: str) -> tuple[str, ...]:
    """The words of who has none of their own."""
    return REMINDER if fact_type == InformationReminded.TYPE else BUILT_IN[EVENTS[fact_type]]


def is_true(moves: Sequence[Move], fact_id: UUID, policy: Policy) -> bool:
    """Whether a text about the fact is still true, and not replaced by the text about a later one."""
    at = next((index for index, move in enumerate(moves) if move.id == fact_id), None)
    if at is None:
        return False
    harmless = STILL_TRUE_AFTER.get(moves[at].type, frozenset())
    return all(later.type in harmless and not is_told(later.type, policy) for later in moves[at + 1 :])


def is_outdated(moves: Sequence[Move], resolution: int) -> bool:
    """Whether the petition is known to have gone on since its `resolution`-th end (from 1)."""
    ends = [index for index, move in enumerate(moves) if move.type in ENDS]
    if len(ends) < resolution:
        return False
    return any(later.type != facts.PetitionClosed.TYPE for later in moves[ends[resolution - 1] + 1 :])


def is_news(happened_at: datetime, now: datetime) -> bool:
    """Whether it happened lately enough to be told."""
    return now - happened_at <= LATEST


def quiet_until(moment: datetime, texts: TextSettings) -> datetime | None:
    """When the quiet hours end in which the moment lies, in UTC; None outside of them. From = until: there are none."""
    begin, end, at = texts.quiet_from, texts.quiet_until, in_bangkok(moment).time()
    quiet = begin <= at < end if begin <= end else at >= begin or at < end
    if not quiet:
        return None
    day = in_bangkok(moment).date() + timedelta(days=1 if at >= end else 0)
    return datetime.combine(day, end, BANGKOK).astimezone(UTC)


def wording(fact_type: str, own: str | None, gaps: Mapping[str, str]) -> str:
    """The text: an authority's `own` wording, as long as it likes, where there is something for each of its gaps.

    Without `link` among the `gaps` nothing that looks like one gets out.
    """
    if own is not None and set(placeholders(own)) <= gaps.keys():
        text = filled(own, gaps)
        if "link" in gaps or not looks_like_link(text):
            return text
    return filled(fitting(built_in(fact_type), gaps), gaps)


def shortened(question: str) -> str:
    """A question on one line, cut where it is long."""
    line = " ".join(question.split())
    return line if len(line) <= QUESTION_UNITS else f"{line[: QUESTION_UNITS - 1]}…"
