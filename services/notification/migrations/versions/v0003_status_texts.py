"""The read models from which texts about a petition's way are composed, empty."""

from __future__ import annotations

from alembic import op

from services.notification.projections import PROJECTIONS
from shared.kernel.database import run_script
from shared.projecting import checkpoint, generations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only. Read models take the shape that this code gives them; a later shape comes by a rebuild."""
    run_script(op.get_bind(), checkpoint.schema())
    generations.prepare(op.get_bind(), PROJECTIONS)
