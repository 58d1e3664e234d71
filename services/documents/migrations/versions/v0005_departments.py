"""Which department owns the petition of a form, and since which version of the petition's stream."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE forms ADD COLUMN department text, ADD COLUMN department_version integer NOT NULL DEFAULT 1;
UPDATE forms SET department = filed->'data'->'department'->>'code';
ALTER TABLE forms ALTER COLUMN department SET NOT NULL;
"""


def upgrade() -> None:
    """Forward only. What was handed over before is told again by the new queue, which begins at the first fact."""
    run_script(op.get_bind(), COLUMNS)
