"""The keys of data subjects."""

from __future__ import annotations

from alembic import op

from shared.eventlog.log import application_role
from shared.kernel.database import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = """
CREATE TABLE subject_keys (
    subject uuid PRIMARY KEY,
    wrapped bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    erased_at timestamptz,
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
);
GRANT SELECT, INSERT, UPDATE ON subject_keys TO khamrong_app;
GRANT SELECT ON alembic_version TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only."""
    run_script(op.get_bind(), application_role() + SCHEMA)
