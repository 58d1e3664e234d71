"""Codes by which petitioners prove who they are."""

from __future__ import annotations

from alembic import op

from services.tracking import step_ups
from shared.kernel.database import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run_script(op.get_bind(), step_ups.SCHEMA)
