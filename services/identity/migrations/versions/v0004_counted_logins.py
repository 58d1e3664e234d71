"""Logins and guesses are counted."""

from __future__ import annotations

from alembic import op

from shared.gateway.limits import postgres_storage
from shared.kernel.database import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), postgres_storage.schema("identity"))
