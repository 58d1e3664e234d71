"""Who looked at whom: committed before anything is shown."""

from __future__ import annotations

from typing import Final, TypeAlias
from uuid import UUID

import sqlalchemy as sa
import structlog
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from shared.contracts.access import AccessExported, AccessRefused, AccessRevealed, AccessSearched
from shared.contracts.document import DocumentOpened
from shared.eventlog.log import Append, Log, Origin
from shared.eventlog.sealing import SubjectErased
from shared.gateway.problems import RETRY_AFTER_SECONDS, Problem
from shared.gateway.tokens import Caller
from shared.kernel import ids

Access: TypeAlias = AccessRevealed | AccessSearched | AccessExported | AccessRefused | DocumentOpened
ACCESSES: Final = Counter("khamrong_accesses_total", "Looks at persons by staff, and refused ones", ["kind"])
_log = structlog.get_logger(__name__)


class Accesses:
    """Guarantee: what `record` returns from is in the log; where it raises, the caller is shown nothing.

    Each access is a stream of its own: two at the same moment are never in each other's way. A request that is sent
    again is another look, and is recorded again.
    """

    def __init__(self, engine: sa.Engine, log: Log) -> None:
        self._engine, self._event_log = engine, log

    def record(self, caller: Caller, fact: Access, correlation: UUID) -> None:
        """Commit the fact. Raises Problem: 503 when it cannot be, 409 when the person was erased."""
        origin = Origin(caller.sub, fact.authority, correlation)
        append = Append(f"access-{fact.access_id}", 0, [fact], origin)
        try:
            self._event_log.commit(self._engine, self._event_log.seal([append]))
        except SubjectErased:
            raise Problem(409, "ข้อมูลส่วนบุคคลของผู้ร้องถูกลบแล้ว", kind="urn:khamrong:subject-erased") from None
        except SQLAlchemyError as error:
            _log.error("access_not_recorded", kind=fact.TYPE, error=type(error).__name__)
            raise _cannot_be_recorded() from None
        ACCESSES.labels(fact.TYPE.rpartition(".")[2]).inc()

    def refuse(self, caller: Caller, refused: AccessRefused, detail: str, correlation: UUID) -> Problem:
        """The 403 for a caller who asked for what is another's, recorded. Raises Problem 503."""
        self.record(caller, refused, correlation)
        return Problem(403, detail)


def refused(
    caller: Caller,
    authority: str,
    department: str | None,
    petition_id: UUID | None = None,
    number: str | None = None,
) -> AccessRefused:
    """What a caller asked for who may not have it; `authority` and `department` are whose it is."""
    return AccessRefused(
        access_id=ids.new_id(),
        authority=authority,
        department=department,
        petition_id=petition_id,
        number=number,
        role=caller.role.value,
        from_authority=caller.authority,
        from_department=caller.department,
    )


def _cannot_be_recorded() -> Problem:
    detail = "ระบบบันทึกการเข้าถึงข้อมูลไม่ได้ในขณะนี้ จึงยังแสดงข้อมูลไม่ได้ กรุณาลองใหม่อีกครั้ง"
    return Problem(503, detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
