"""The event log of survey."""

from __future__ import annotations

from alembic import op

from shared.eventlog import log
from shared.kernel.database import run_script
from shared.messaging import inbox

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = "GRANT SELECT ON alembic_version TO khamrong_app;"


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    for script in (log.schema(), inbox.SCHEMA, TABLES):
        run_script(op.get_bind(), script)
