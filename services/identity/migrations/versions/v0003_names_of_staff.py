"""Staff are listed with their names, sealed with a key of the grant."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = "ALTER TABLE staff ADD COLUMN name jsonb;"


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), TABLES)
