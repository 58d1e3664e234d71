"""Drafts of filings: what citizens have typed and not yet sent, sealed with a key that only their browser completes."""

from __future__ import annotations

from alembic import op

from shared.eventlog.log import application_role
from shared.kernel.database import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE drafts (
    draft_id text PRIMARY KEY,
    version integer NOT NULL,
    sealed bytea NOT NULL,
    changed_at timestamptz NOT NULL
);
COMMENT ON COLUMN drafts.draft_id IS 'keyed hash of the secret in the cookie';
COMMENT ON COLUMN drafts.sealed IS 'AES-256-GCM; the key is made of the portal''s and of the secret in the cookie';
CREATE INDEX drafts_by_change ON drafts (changed_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON drafts TO khamrong_app;
GRANT SELECT ON alembic_version TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only, as everywhere."""
    run_script(op.get_bind(), application_role() + TABLES)
