"""A provider may give one reference to two messages: an acceptance must be recorded all the same."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEX = """
DROP INDEX messages_by_reference;
CREATE INDEX messages_by_reference ON messages (provider_ref);
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), INDEX)
