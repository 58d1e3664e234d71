"""The table of petitions. Facts of different services touch disjoint columns."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

_MOMENT: Final = sa.DateTime(timezone=True)
_CODE: Final = sa.Text(collation="C")

_FIGURES: Final = (
    "state", "category", "department", "month_filed", "month_ended", "days", "due_at", "waiting_since", "ended_at",
    "latitude", "longitude",
)  # fmt: skip
"""What figures are made of: they come from the index alone."""

_QUEUE: Final = (
    "state",
    "category",
    "department",
    "officer",
    "filed_at",
    "due_at",
    "waiting_since",
    "reopening_requested",
)
"""What the staff's queue is filtered by: which rows are wanted is found in the index that has their order."""


def _in_order(name: str, column: str) -> sa.Index:
    rest = [each for each in _QUEUE if each != column]
    return sa.Index(name, "authority", column, "petition_id", postgresql_include=rest)


RATED: Final = sa.text("ratings <> '[]'::jsonb")

# A row has no number until its filing was applied: what documents or notification tell may come first.
TABLE: Final = sa.Table(
    "petition",
    sa.MetaData(schema="tracking"),
    sa.Column("petition_id", sa.Uuid, primary_key=True),
    sa.Column("number", _CODE),
    sa.Column("authority", _CODE),
    sa.Column("service", sa.Text),
    sa.Column("fiscal_year", sa.Integer, comment="Buddhist era"),
    sa.Column("channel", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("category", sa.Text),
    sa.Column("category_label", sa.Text),
    sa.Column("department", sa.Text),
    sa.Column("department_name", sa.Text),
    sa.Column("officer", sa.Text),
    sa.Column("officer_name", sa.Text),
    sa.Column("filed_at", _MOMENT),
    sa.Column("due_at", _MOMENT),
    sa.Column("waiting_since", _MOMENT, comment="asked, and not answered: until then the petitioner has the time"),
    sa.Column("accepted_at", _MOMENT),
    sa.Column("scheduled_for", _MOMENT),
    sa.Column("resolved_at", _MOMENT),
    sa.Column("closed_at", _MOMENT),
    sa.Column("ended_at", _MOMENT, comment="resolved or rejected, and not reopened since"),
    sa.Column("month_filed", sa.Integer, comment="in Thailand, counted as `shared.kernel.thai.month_number` does"),
    sa.Column("month_ended", sa.Integer),
    sa.Column("days", sa.Double, comment="from filing to the end"),
    sa.Column("resolutions", sa.Integer, comment="how often it has ended, resolved or rejected"),
    sa.Column("ends", JSONB, nullable=False, comment="the department that owned it at each end"),
    sa.Column("reopening_requested", sa.Boolean, comment="the petitioner asked, and staff have not answered"),
    sa.Column("merged_into", sa.Text, comment="a number"),
    sa.Column("tracking_code_hash", _CODE),
    sa.Column("member_id", sa.Uuid, comment="whose it is: filed with the account, or claimed"),
    sa.Column("retained", sa.Boolean, comment="kept for the authority alone, though its petitioner was erased"),
    sa.Column("location", JSONB, comment="where the work is needed, as far as it is public"),
    sa.Column("latitude", sa.Double),
    sa.Column("longitude", sa.Double),
    sa.Column("sealed", JSONB, comment="the personal fields of petition.filed, see sealed.py"),
    sa.Column("timeline", JSONB, nullable=False, comment="what the citizen may know happened"),
    sa.Column("internal_timeline", JSONB, nullable=False, comment="what only staff may know happened"),
    sa.Column("version", sa.Integer, comment="of the petition's stream"),
    sa.Column("intake_position", sa.BigInteger),
    sa.Column("attachments", JSONB, nullable=False),
    sa.Column("form", JSONB),
    sa.Column("documents_position", sa.BigInteger),
    sa.Column("sms", JSONB, nullable=False, comment="one entry per message, in the order of requesting"),
    sa.Column("notification_position", sa.BigInteger),
    sa.Column("survey_answers", JSONB, nullable=False, comment="one entry per end that was answered, comments sealed"),
    sa.Column("ratings", JSONB, nullable=False, comment="the figures of these answers alone, for adding up"),
    sa.Column("survey_position", sa.BigInteger),
    sa.Index("petition_by_number", "number"),
    sa.Index("petition_by_member", "member_id", postgresql_where=sa.text("member_id IS NOT NULL")),
    sa.Index("petition_by_code", "tracking_code_hash"),
    _in_order("petition_by_filing", "filed_at"),
    _in_order("petition_by_due_date", "due_at"),
    _in_order("petition_by_authority_and_number", "number"),
    sa.Index(
        "petition_by_place",
        "authority",
        "category",
        "latitude",
        "longitude",
        postgresql_where=sa.text("latitude IS NOT NULL"),
    ),
    sa.Index(
        "petition_by_year",
        "authority",
        "fiscal_year",
        postgresql_include=list(_FIGURES),
    ),
    sa.Index("petition_by_rating", "authority", postgresql_include=["ends", "ratings"], postgresql_where=RATED),
)


PETITIONER: Final[sa.ColumnElement[str]] = sa.literal_column("(sealed #>> '{data,petitioner,sub}')", sa.Text())
"""The data subject whose key seals the petitioner."""
