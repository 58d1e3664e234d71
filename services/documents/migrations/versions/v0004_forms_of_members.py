"""Whose a form is: the member who filed the petition with an account, or claimed it."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CHANGES = """
DROP INDEX forms_by_person;
ALTER TABLE forms ADD COLUMN member_id uuid;
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), CHANGES)
