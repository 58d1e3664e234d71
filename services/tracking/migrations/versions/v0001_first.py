"""The read models of tracking, empty, and the failures that limit guessing."""

from __future__ import annotations

from alembic import op

from shared.gateway.limits import postgres_storage
from services.tracking.projections import PROJECTIONS
from shared.eventlog import log
from shared.kernel.database import run_script
from shared.messaging import inbox
from shared.projecting import checkpoint, generations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GRANTS = "GRANT SELECT ON alembic_version TO khamrong_app;"


def upgrade() -> None:
    """Forward only. Read models take the shape that this code gives them; a later shape comes by a rebuild."""
    for script in (log.application_role(), inbox.SCHEMA, checkpoint.schema(), postgres_storage.schema("tracking"), GRANTS):
        run_script(op.get_bind(), script)
    generations.prepare(op.get_bind(), PROJECTIONS)
