"""The event log of tracking: who looked at whom."""

from __future__ import annotations

from alembic import op

from shared.eventlog import log
from shared.kernel.database import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), log.schema())
