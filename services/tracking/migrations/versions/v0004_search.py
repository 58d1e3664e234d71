"""The index of what petitioners wrote, by keyed hashes."""

from __future__ import annotations

from alembic import op

from services.tracking.search import index
from shared.kernel.database import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only. What was filed before is indexed by the new queue's puller, which begins at the first fact."""
    run_script(op.get_bind(), index.SCHEMA + index.INDEXES)
