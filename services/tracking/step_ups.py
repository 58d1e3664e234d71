"""Step-ups that were asked for: keyed hashes of handles and codes, and whose code is still to be sent.

The table is an outbox as well: asking is one insert, the same whether or not there is such a petition, and nobody waits
for a provider of texts. What is asked for is sent though the process that was asked dies, by whichever notices. The
code is made when it is sent, so it is written down nowhere: a sender that died leaves the hash of a code that may be on
the phone, and the next one makes another code, under another message id.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.tracking.step_up import LEASE, LIFETIME, SENT_WITHIN, TRIES, Begun, Due, handle_hash, otp_hash
from shared.kernel import clock, ids
from shared.kernel.secrets import same

SCHEMA: Final = """
CREATE TABLE tracking.step_ups (
    handle_hash text PRIMARY KEY,
    petition_id uuid,
    otp_hash text,
    tries integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz,
    expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN tracking.step_ups.petition_id IS 'null: there is none, or it had too many codes of late';
COMMENT ON COLUMN tracking.step_ups.otp_hash IS 'of the code that was sent last';
COMMENT ON COLUMN tracking.step_ups.due_at IS 'when a code is to be sent; null: not any more';
CREATE INDEX step_ups_due ON tracking.step_ups (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX step_ups_by_end ON tracking.step_ups (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON tracking.step_ups TO khamrong_app;
"""

_BEGIN: Final = sa.text(
    "INSERT INTO tracking.step_ups (handle_hash, petition_id, due_at, expires_at)"
    " VALUES (:handle_hash, :petition_id, :due_at, :expires_at)"
)
_TAKE: Final = sa.text("""
    UPDATE tracking.step_ups SET attempts = attempts + 1, due_at = :lease_ends
    WHERE handle_hash = (
        SELECT handle_hash FROM tracking.step_ups WHERE due_at <= :now AND expires_at > :late
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING handle_hash, petition_id, attempts
""")
_GIVE: Final = sa.text("UPDATE tracking.step_ups SET otp_hash = :otp_hash WHERE handle_hash = :handle_hash")
_SETTLE: Final = sa.text(
    "UPDATE tracking.step_ups SET due_at = :due_at WHERE handle_hash = :handle_hash AND attempts = :attempt"
)
# A try is counted before it is judged: tries at the same moment cannot outrun the count.
_TRY: Final = sa.text(
    "UPDATE tracking.step_ups SET tries = tries + 1"
    " WHERE handle_hash = :handle_hash AND expires_at > :now AND tries < :most RETURNING otp_hash"
)
_USE: Final = sa.text("DELETE FROM tracking.step_ups WHERE handle_hash = :handle_hash RETURNING petition_id")
_SWEEP: Final = sa.text("DELETE FROM tracking.step_ups WHERE expires_at < :now")


class StepUps:
    """Guarantee: a code is good once, for one step-up, within its time and its tries, in however many processes."""

    def __init__(self, engine: sa.Engine, pepper: bytes) -> None:
        self._engine, self._pepper = engine, pepper
        self.waiting = threading.Semaphore(0)
        """Released for each code that is due: senders of this process need not look."""

    def begin(self, petition_id: UUID | None) -> Begun:
        """A new step-up; no code will ever fit one without a petition."""
        begun, now = Begun(ids.new_handle(), clock.now() + LIFETIME), clock.now()
        row = {"handle_hash": handle_hash(self._pepper, begun.handle), "petition_id": petition_id}
        due_at = now if petition_id else None
        with self._engine.begin() as transaction:
            transaction.execute(_BEGIN, {**row, "due_at": due_at, "expires_at": begun.expires_at})
        if petition_id:
            self.waiting.release()
        return begun

    def take(self) -> Due | None:
        """A code to be sent, made now; nobody else takes it for as long as the lease lasts. None: there is none."""
        now = clock.now()
        moments = {"now": now, "lease_ends": now + LEASE, "late": now + LIFETIME - SENT_WITHIN}
        with self._engine.begin() as transaction:
            found = transaction.execute(_TAKE, moments).one_or_none()
            if found is None:
                return None
            due = Due(found.handle_hash, found.petition_id, found.attempts, ids.new_otp())
            hashed = otp_hash(self._pepper, due.handle_hash, due.otp)
            transaction.execute(_GIVE, {"handle_hash": due.handle_hash, "otp_hash": hashed})
        return due

    def finish(self, due: Due, again_in: timedelta | None = None) -> None:
        """Nothing more is to be sent; or another code, after a pause. No effect when the lease had ended."""
        due_at = clock.now() + again_in if again_in is not None else None
        known = {"handle_hash": due.handle_hash, "attempt": due.attempt}
        with self._engine.begin() as transaction:
            transaction.execute(_SETTLE, {**known, "due_at": due_at})

    def redeem(self, handle: str, otp: str) -> UUID | None:
        """The petition whose petitioner typed the code; None for whatever does not fit, after the same work."""
        hashed = handle_hash(self._pepper, handle)
        typed, now = otp_hash(self._pepper, hashed, otp), clock.now()
        with self._engine.begin() as transaction:
            tried = {"handle_hash": hashed, "now": now, "most": TRIES}
            stored: str | None = transaction.execute(_TRY, tried).scalar()
        if not same(stored or "", typed):
            return None
        with self._engine.begin() as transaction:
            used: UUID | None = transaction.execute(_USE, {"handle_hash": hashed}).scalar()
        return used

    def sweep(self) -> int:
        """Remove those that have ended; how many."""
        with self._engine.begin() as transaction:
            return transaction.execute(_SWEEP, {"now": clock.now()}).rowcount
