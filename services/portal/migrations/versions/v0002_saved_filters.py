"""Filters that members of staff gave a name: each belongs to one position."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE saved_filters (
    filter_id uuid PRIMARY KEY,
    staff_id uuid NOT NULL,
    sealed bytea NOT NULL
);
COMMENT ON COLUMN saved_filters.sealed IS 'AES-256-GCM by the portal''s key: name and question are the words of people';
CREATE INDEX saved_filters_by_staff ON saved_filters (staff_id);
GRANT SELECT, INSERT, DELETE ON saved_filters TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only, as everywhere."""
    run_script(op.get_bind(), TABLES)
