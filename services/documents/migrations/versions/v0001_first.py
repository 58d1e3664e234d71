"""The event log of documents, uploads, and the forms that can be printed."""

from __future__ import annotations

from alembic import op

from shared.eventlog import log
from shared.kernel.database import run_script
from shared.messaging import inbox

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE uploads (
    upload_id uuid PRIMARY KEY,
    filename text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    sha256 text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    claimed_by uuid,
    authority text
);
CREATE INDEX uploads_unclaimed ON uploads (uploaded_at) WHERE claimed_by IS NULL;
CREATE TABLE forms (
    petition_id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    authority text NOT NULL,
    tracking_code_hash text NOT NULL,
    filed jsonb NOT NULL,
    officer text,
    vault_key text NOT NULL
);
COMMENT ON COLUMN forms.filed IS 'the envelope of petition.filed, sealed as it came';
CREATE INDEX forms_by_code ON forms (tracking_code_hash);
GRANT SELECT, INSERT, UPDATE, DELETE ON uploads, forms TO khamrong_app;
GRANT SELECT ON alembic_version TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    for script in (log.schema(), inbox.SCHEMA, TABLES):
        run_script(op.get_bind(), script)
