"""The files of a person are found: by the subject of the filing, and by the petition that has them."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = """
CREATE INDEX forms_by_person ON forms ((filed->'data'->>'subject_id'));
CREATE INDEX uploads_by_petition ON uploads (claimed_by) WHERE claimed_by IS NOT NULL;
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), INDEXES)
