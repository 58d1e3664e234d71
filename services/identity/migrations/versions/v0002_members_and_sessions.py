"""Logins, persons with their accounts at providers, sessions, and what has still to be erased."""

from __future__ import annotations

from alembic import op

from shared.kernel.database import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE login_attempts (
    state_hash text PRIMARY KEY,
    login_id uuid NOT NULL,
    attempt jsonb NOT NULL,
    begun_at timestamptz NOT NULL
);
-- A person is found by a keyed hash of the citizen number. `claims` is what the last login told, sealed with the
-- person's key; whoever does not register is forgotten.
CREATE TABLE persons (
    person_id uuid PRIMARY KEY,
    citizen_hash text NOT NULL UNIQUE,
    claims jsonb NOT NULL,
    registered boolean NOT NULL DEFAULT false,
    seen_at timestamptz NOT NULL
);
CREATE TABLE accounts (
    account_hash text PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    provider text NOT NULL
);
CREATE INDEX accounts_by_person ON accounts (person_id);
CREATE TABLE handovers (
    handover_hash text PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    provider text NOT NULL,
    assurance_level text,
    made_at timestamptz NOT NULL
);
CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    session_hash text NOT NULL UNIQUE,
    person_id uuid NOT NULL REFERENCES persons ON DELETE CASCADE,
    provider text NOT NULL,
    assurance_level text,
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id);
CREATE TABLE logouts (
    state_hash text PRIMARY KEY,
    provider text NOT NULL,
    begun_at timestamptz NOT NULL
);
-- Who works where, found at a login by the citizen number's keyed hash; as staff.granted and staff.revoked tell.
CREATE TABLE staff (
    staff_id uuid PRIMARY KEY,
    citizen_hash text NOT NULL,
    authority text NOT NULL,
    role text NOT NULL,
    department text
);
CREATE UNIQUE INDEX staff_by_person ON staff (citizen_hash, authority, role);
CREATE TABLE staff_invitations (
    invitation_id uuid PRIMARY KEY,
    code_hash text NOT NULL UNIQUE,
    authority text NOT NULL,
    role text NOT NULL,
    department text,
    expires_at timestamptz NOT NULL
);
-- Persons whose key must be destroyed; the row goes when that is done.
CREATE TABLE erasures (
    person_id uuid PRIMARY KEY
);
GRANT SELECT, INSERT, UPDATE, DELETE
    ON login_attempts, persons, accounts, handovers, sessions, logouts, staff, staff_invitations,
        erasures TO khamrong_app;
"""


def upgrade() -> None:
    """Forward only: facts are never unwritten."""
    run_script(op.get_bind(), TABLES)
