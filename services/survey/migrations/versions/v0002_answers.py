"""The read models, empty, the failures that limit guessing, and idempotency keys."""

from __future__ import annotations

from alembic import op

from services.survey.projections import PROJECTIONS
from shared.gateway.limits import postgres_storage
from shared.kernel.database import run_script
from shared.projecting import checkpoint, generations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE idempotency_keys (
    key text PRIMARY KEY,
    fingerprint text NOT NULL,
    stream text NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, DELETE ON idempotency_keys TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only. Read models take the shape that this code gives them; a later shape comes by a rebuild."""
    for script in (checkpoint.schema(), postgres_storage.schema("survey"), TABLES):
        run_script(op.get_bind(), script)
    generations.prepare(op.get_bind(), PROJECTIONS)
