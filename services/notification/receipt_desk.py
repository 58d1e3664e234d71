"""Delivery receipts become facts, those that come at the same time in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog

from services.notification.message import about, after_receipt, fold
from services.notification.receipts import Receipt
from services.notification.recording import Recording
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.eventlog.log import Append, Log, caused_by
from shared.kernel.batching import LINGER, GroupCommit
from shared.kernel.database import looking

_BY_REFERENCE: Final = sa.text("SELECT message_id FROM messages WHERE provider_ref = :ref")
_log = structlog.get_logger(__name__)


class ReceiptDesk:
    """Twice, late and out of order are all right, and so is a receipt for a message that is not ours."""

    def __init__(self, engine: sa.Engine, log: Log, recording: Recording) -> None:
        self._engine, self._log, self._recording = engine, log, recording
        self._commits: GroupCommit[Receipt, None] = GroupCommit("receipts", self._record, linger=LINGER)

    def submit(self, receipt: Receipt) -> Future[None]:
        """The future is done after the commit. Its exceptions: VersionConflict (to be tried again), the database's."""
        return self._commits.submit(receipt)

    def close(self) -> None:
        """Finish what was submitted."""
        self._commits.close()

    def _record(self, receipts: Sequence[Receipt]) -> list[None]:
        with looking(self._engine) as connection:
            found = {receipt: self._message_of(connection, receipt) for receipt in receipts}
            ours = {receipt: message_id for receipt, message_id in found.items() if message_id}
            streams = self._recording.facts_of(connection, list(ours.values()))
        appends = [self._append(receipt, *stream) for receipt, stream in zip(ours, streams, strict=True)]
        news = [append for append in appends if append]
        if news:
            self._log.commit(self._engine, self._log.seal(news))
        return [None] * len(receipts)

    def _append(self, receipt: Receipt, envelopes: list[Envelope], facts: list[Fact]) -> Append | None:
        if not envelopes:
            _log.warning("receipt_for_no_message", provider_ref=receipt.provider_ref)
            return None
        fact = after_receipt(about(facts[0]), fold(facts), receipt)
        last = envelopes[-1]
        return Append(last.subject, last.streamversion, [fact], caused_by(last, "sms-provider")) if fact else None

    def _message_of(self, connection: sa.Connection, receipt: Receipt) -> UUID | None:
        """By our own reference, which the provider repeats, else by its name where it is that of one message."""
        try:
            return UUID(receipt.reference or "")
        except ValueError:
            named = connection.execute(_BY_REFERENCE, {"ref": receipt.provider_ref}).scalars().all()
            if len(named) != 1:
                _log.warning("receipt_for_no_message", provider_ref=receipt.provider_ref)
            return named[0] if len(named) == 1 else None
