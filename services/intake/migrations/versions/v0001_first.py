"""The event log, authorities, petition numbers and idempotency keys."""

from __future__ import annotations

from alembic import op

from shared.eventlog import log
from shared.kernel.database import run_script
from shared.messaging import inbox

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE authorities (
    code text PRIMARY KEY,
    stream text NOT NULL,
    version integer NOT NULL,
    profile jsonb NOT NULL
);
CREATE TABLE number_series (
    series text PRIMARY KEY,
    last integer NOT NULL CHECK (last > 0)
);
CREATE TABLE petitions (
    number text PRIMARY KEY,
    petition_id uuid NOT NULL UNIQUE,
    authority text NOT NULL
);
CREATE TABLE idempotency_keys (
    key text PRIMARY KEY,
    fingerprint text NOT NULL,
    petition_id uuid NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE, DELETE ON authorities, number_series, petitions, idempotency_keys TO khamrong_app;
GRANT SELECT ON alembic_version TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    for script in (log.schema(), inbox.SCHEMA, TABLES):
        run_script(op.get_bind(), script)
