"""What the read model's rows look like to those who ask. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from services.tracking.actions import actions, has_answered, may_rate, reopen_until
from services.tracking.projections.timeline import stamp
from shared.contracts.petition_states import OPEN_STATES, OUTCOME_LABELS, STATE_LABELS, Outcome, PetitionState

Row = Mapping[str, Any]
NO_NOTES: Final[Mapping[int, str]] = MappingProxyType({})
PUBLIC_COLUMNS: Final = (
    "number", "authority", "state", "outcome", "category", "category_label", "department", "department_name",
    "filed_at", "due_at", "scheduled_for", "timeline", "form", "attachments", "ended_at", "resolutions",
    "reopening_requested", "survey_answers",
)  # fmt: skip
"""What `public_view` needs of a row, beside its authority's `reopen_days`."""
_PHOTO: Final = ("attachment_id", "media_type", "at")


def public_view(row: Row, now: datetime, notes: Mapping[int, str] = NO_NOTES) -> dict[str, Any]:
    """Where a petition stands at the moment `now`, without personal data.

    `notes`: opened public notes, by the position of their entry. Entries whose text stays sealed are left out when the
    text is all they tell.
    """
    return {
        "number": row["number"],
        "authority": row["authority"],
        "status": row["state"],
        "status_label": STATE_LABELS[PetitionState(row["state"])],
        "outcome": row["outcome"],
        "outcome_label": outcome_label(row["outcome"]),
        "category": row["category_label"],
        "category_code": row["category"],
        "department": row["department_name"],
        "department_code": row["department"],
        "filed_at": stamp(row["filed_at"]),
        "due_at": stamp(row["due_at"]),
        "scheduled_for": stamp(row["scheduled_for"]) if row["scheduled_for"] else None,
        "timeline": list(_public_entries(row["timeline"], notes)),
        "form_ready": row["form"] is not None,
        "photos": [{name: photo[name] for name in _PHOTO} for photo in published(row)],
        "actions": actions(row, now),
        "survey": _survey(row),
        "reopening_requested": row["reopening_requested"],
    }


def _survey(row: Row) -> dict[str, Any]:
    until = reopen_until(row)
    return {
        "open": may_rate(row),
        "answered": has_answered(row),
        "reopen_until": stamp(until) if until else None,
    }


def published(row: Row) -> list[Row]:
    """The attachments that are open to whoever follows the petition."""
    return [each for each in row["attachments"] if each.get("public")]


def outcome_label(outcome: str | None) -> str | None:
    """The Thai name of an outcome."""
    return OUTCOME_LABELS[Outcome(outcome)] if outcome else None


def is_overdue(row: Row, now: datetime) -> bool:
    """Whether the authority still owes something whose day has passed, and does not wait for the petitioner."""
    return row["state"] in OPEN_STATES and row["due_at"] < now and row["waiting_since"] is None


def _public_entries(timeline: Iterable[Row], notes: Mapping[int, str]) -> Iterable[dict[str, Any]]:
    for entry in timeline:
        note = notes.get(entry["position"], entry["public_note"])
        if note is not None or entry["type"] != "petition.note_added":
            yield {"at": entry["at"], "status": entry["status"], "label": entry["label"], "public_note": note}
