"""Whose petitions are: found by members who filed them without logging in, and forgotten with their member."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE petitions
    ADD COLUMN member_id uuid,
    ADD COLUMN petitioner_hash text,
    ADD COLUMN erased boolean NOT NULL DEFAULT false,
    ADD COLUMN look_at timestamptz;
COMMENT ON COLUMN petitions.member_id IS 'whose it is: filed with the account, or claimed';
COMMENT ON COLUMN petitions.petitioner_hash IS 'keyed, of citizen number and phone; null when filed with an account, and when erased';
COMMENT ON COLUMN petitions.look_at IS 'when one that is kept, though its member was erased, may be erased too';
CREATE INDEX petitions_by_petitioner ON petitions (petitioner_hash) WHERE petitioner_hash IS NOT NULL;
CREATE INDEX petitions_by_member ON petitions (member_id) WHERE member_id IS NOT NULL;
CREATE TABLE erased_members (
    member_id uuid PRIMARY KEY
);
GRANT SELECT, INSERT ON erased_members TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), TABLES)
