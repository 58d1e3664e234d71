"""An upload that is being swept can no longer be claimed."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMN = """
ALTER TABLE uploads ADD COLUMN swept_at timestamptz;
COMMENT ON COLUMN uploads.swept_at IS 'from then on nobody can claim it; the row goes after the file';
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), COLUMN)
