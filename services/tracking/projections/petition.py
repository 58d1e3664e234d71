"""One row per petition: where it stands, its history, its texts under seal, its papers and its messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from services.tracking.projections import petition_table
from services.tracking.projections.timeline import entry, is_internal, stamp
from shared.contracts.envelope import Envelope
from shared.contracts.petition_states import STATE_AFTER, PetitionState
from shared.contracts.registry import FACTS
from shared.contracts.survey import SurveyAnswered
from shared.eventlog.upcasting import upcast
from shared.kernel.thai import month_number
from shared.projecting.projection import Row, column_names
from shared.projecting.sealed import sealed_part

NAME: Final = "petition"
VERSION: Final = 8
SOURCES: Final = ("intake", "documents", "notification", "survey")
TABLE: Final = petition_table.TABLE

Data = Mapping[str, Any]
Change = Callable[[Row, Envelope, Data], Row]
"""The columns that a fact changes beside the common ones of its source."""

_SECONDS_A_DAY: Final = 86_400
_KEPT_SEALED: Final = ("petitioner", "subject", "details", "place")
_LISTS: Final = ("timeline", "internal_timeline", "ends", "attachments", "sms", "survey_answers", "ratings")


def key(envelope: Envelope) -> UUID | None:
    """The petition; None for facts about anything else."""
    petition_id = envelope.data.get("petition_id") if envelope.type in FACTS else None
    return UUID(petition_id) if petition_id else None


def apply(row: Row | None, envelope: Envelope) -> Row:
    """The row after the fact. Raises TooNew."""
    before = row or blank() | {"petition_id": key(envelope)}
    data = upcast(FACTS[envelope.type], envelope.schemaversion, envelope.data)
    source = envelope.service
    return {**before, f"{source}_position": envelope.position, **_BY_SOURCE[source](before, envelope, data)}


def blank() -> Row:
    """A row of which nothing is known yet."""
    return {name: [] if name in _LISTS else None for name in column_names(TABLE)}


def _intake(row: Row, envelope: Envelope, data: Data) -> Row:
    state = data.get("restored_status") or STATE_AFTER.get(envelope.type) or row["state"]
    column = "internal_timeline" if is_internal(envelope) else "timeline"
    change = _CHANGES.get(envelope.type, _nothing)
    waits = {} if state == PetitionState.WAITING_FOR_CITIZEN else {"waiting_since": None}
    return {
        "state": state,
        "version": envelope.streamversion,
        column: [*row[column], entry(envelope, data, state)],
        **waits,
        **change(row, envelope, data),
    }


def _nothing(_row: Row, _envelope: Envelope, _data: Data) -> Row:
    return {}


def _filed(_row: Row, envelope: Envelope, data: Data) -> Row:
    location = data.get("location") or {}
    same = (
        "number",
        "authority",
        "service",
        "fiscal_year",
        "channel",
        "category",
        "category_label",
        "tracking_code_hash",
    )
    return {
        **{name: data[name] for name in same},
        **_department(data),
        "filed_at": _moment(data["filed_at"]),
        "due_at": _moment(data["due_at"]),
        "month_filed": month_number(_moment(data["filed_at"])),
        "location": data.get("location"),
        "latitude": location.get("latitude"),
        "longitude": location.get("longitude"),
        "sealed": sealed_part(envelope, _KEPT_SEALED),
        "member_id": _uuid(data.get("member_id")),
        "resolutions": 0,
        "reopening_requested": False,
    }


def _claimed(_row: Row, _envelope: Envelope, data: Data) -> Row:
    return {"member_id": _uuid(data["member_id"])}


def _retained(_row: Row, _envelope: Envelope, _data: Data) -> Row:
    return {"retained": True}


def _department(data: Data) -> Row:
    return {"department": data["department"]["code"], "department_name": data["department"]["name"]}


def _officer(officer: Data | None) -> Row:
    told = officer or {"id": None, "name": None}
    return {"officer": told["id"], "officer_name": told["name"]}


def _accepted(_row: Row, envelope: Envelope, _data: Data) -> Row:
    return {"accepted_at": envelope.time}


def _assigned(_row: Row, _envelope: Envelope, data: Data) -> Row:
    return _department(data) | _officer(data.get("officer"))


def _transferred(_row: Row, _envelope: Envelope, data: Data) -> Row:
    return _department(data) | _officer(None)


def _recategorised(row: Row, _envelope: Envelope, data: Data) -> Row:
    kept = {} if data["department"]["code"] == row["department"] else _officer(None)
    return {"category": data["category"], "category_label": data["category_label"], **_department(data), **kept}


def _scheduled(_row: Row, _envelope: Envelope, data: Data) -> Row:
    return {"scheduled_for": _moment(data["scheduled_for"])}


def _asked(_row: Row, envelope: Envelope, _data: Data) -> Row:
    return {"waiting_since": envelope.time}


def _answered(_row: Row, _envelope: Envelope, _data: Data) -> Row:
    return {"waiting_since": None}


def _due_date_set(_row: Row, _envelope: Envelope, data: Data) -> Row:
    return {"due_at": _moment(data["due_at"])}


def _resolved(row: Row, envelope: Envelope, data: Data) -> Row:
    return {"outcome": data["outcome"], "resolved_at": envelope.time, **_ended(row, envelope)}


def _rejected(row: Row, envelope: Envelope, _data: Data) -> Row:
    return _ended(row, envelope)


def _ended(row: Row, envelope: Envelope) -> Row:
    ends = [*row["ends"], row["department"]]
    return {**end_of(row["filed_at"], envelope.time), "ends": ends, "resolutions": len(ends)}


def end_of(filed_at: datetime, ended_at: datetime) -> Row:
    """What is kept of an end: when, in which month, and after how many days."""
    days = (ended_at - filed_at).total_seconds() / _SECONDS_A_DAY
    return {"ended_at": ended_at, "month_ended": month_number(ended_at), "days": days}


def _reopening_requested(_row: Row, _envelope: Envelope, _data: Data) -> Row:
    return {"reopening_requested": True}


def _reopening_declined(_row: Row, _envelope: Envelope, _data: Data) -> Row:
    return {"reopening_requested": False}


def _closed(_row: Row, envelope: Envelope, _data: Data) -> Row:
    return {"closed_at": envelope.time}


def _reopened(_row: Row, _envelope: Envelope, _data: Data) -> Row:
    ended = dict.fromkeys(("outcome", "resolved_at", "closed_at", "ended_at", "month_ended", "days"))
    return {**ended, "merged_into": None, "reopening_requested": False}


def _merged(_row: Row, _envelope: Envelope, data: Data) -> Row:
    return {"merged_into": data["into_number"]}


def _unmerged(_row: Row, _envelope: Envelope, _data: Data) -> Row:
    return {"merged_into": None}


_CHANGES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "petition.filed": _filed,
        "petition.claimed": _claimed,
        "petition.retained": _retained,
        "petition.accepted": _accepted,
        "petition.assigned": _assigned,
        "petition.transferred": _transferred,
        "petition.recategorised": _recategorised,
        "petition.scheduled": _scheduled,
        "petition.information_requested": _asked,
        "petition.information_provided": _answered,
        "petition.due_date_set": _due_date_set,
        "petition.resolved": _resolved,
        "petition.rejected": _rejected,
        "petition.closed": _closed,
        "petition.reopened": _reopened,
        "petition.reopening_requested": _reopening_requested,
        "petition.reopening_declined": _reopening_declined,
        "petition.merged": _merged,
        "petition.unmerged": _unmerged,
    }
)


def _documents(row: Row, envelope: Envelope, data: Data) -> Row:
    at = stamp(envelope.time)
    match envelope.type:
        case "attachment.stored":
            told = {name: data[name] for name in ("attachment_id", "media_type", "size", "sha256")}
            told |= {"origin": data.get("origin", "petitioner"), "public": data.get("public", False)}
            added = {**told, "state": "stored", "at": at, "sealed": sealed_part(envelope, ("filename",))}
            return {"attachments": [*row["attachments"], added]}
        case "attachment.rejected":
            refused = {"attachment_id": data["attachment_id"], "state": "rejected", "reason": data["reason"], "at": at}
            return {"attachments": [*row["attachments"], refused]}
        case "document.rendered":
            told = {name: data[name] for name in ("document", "vault_key", "sha256", "size")}
            return {"form": {**told, "ready_at": at}}
        case _:
            return {}


def _notification(row: Row, envelope: Envelope, data: Data) -> Row:
    state = envelope.type.removeprefix("sms.")
    told = {"message_id": data["message_id"], "state": state, "at": stamp(envelope.time)}
    told |= {name: data[name] for name in ("template", "segments", "attempt", "code") if name in data}
    messages: dict[str, Row] = {each["message_id"]: each for each in row["sms"]}
    messages[told["message_id"]] = {**messages.get(told["message_id"], {}), **told}
    return {"sms": [*messages.values()]}


def _survey(row: Row, envelope: Envelope, data: Data) -> Row:
    if envelope.type != SurveyAnswered.TYPE:
        return {}
    told = {name: data[name] for name in ("resolution", "rating", "solved", "reopen")}
    told |= {"at": stamp(envelope.time), "sealed": sealed_part(envelope, ("comment",))}
    rating = {name: data[name] for name in ("resolution", "fiscal_year", "rating", "solved")}
    return {"survey_answers": [*row["survey_answers"], told], "ratings": [*row["ratings"], rating]}


_BY_SOURCE: Final[Mapping[str, Change]] = MappingProxyType(
    {"intake": _intake, "documents": _documents, "notification": _notification, "survey": _survey}
)


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
