"""The event log of messages, and the providers' references by which receipts find them."""

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
CREATE TABLE messages (
    message_id uuid PRIMARY KEY,
    number text NOT NULL,
    authority text NOT NULL,
    provider_ref text
);
CREATE INDEX messages_by_number ON messages (number);
CREATE UNIQUE INDEX messages_by_reference ON messages (provider_ref);
GRANT SELECT, INSERT, UPDATE ON messages TO khamrong_app;
GRANT SELECT ON alembic_version TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    for script in (log.schema(), inbox.SCHEMA, TABLES):
        run_script(op.get_bind(), script)
