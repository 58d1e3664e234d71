"""Changes of authorities that take effect later."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE planned_changes (
    code text NOT NULL,
    version integer NOT NULL,
    correlation_id uuid NOT NULL,
    effective_from timestamptz NOT NULL,
    profile jsonb NOT NULL,
    base jsonb NOT NULL,
    PRIMARY KEY (code, version)
);
COMMENT ON COLUMN planned_changes.base IS 'the profile that the plan was made on';
GRANT SELECT, INSERT, DELETE ON planned_changes TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), TABLES)
