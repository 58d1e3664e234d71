"""The HTTP gateway of notification: delivery receipts from providers, message history for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import sqlalchemy as sa
import stamina
import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel

from services.notification.message import about, after_receipt, fold
from services.notification.outbound import stream_of
from services.notification.receipts import MalformedReceipt, Receipt, parse
from services.notification.wiring import Notification
from shared.contracts.envelope import Envelope
from shared.contracts.notification import SmsRequested
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append, caused_by
from shared.gateway.problems import Problem, responses
from shared.gateway.tokens import StaffCaller
from shared.kernel.secrets import same

_BY_REFERENCE: Final = sa.text("SELECT message_id FROM messages WHERE provider_ref = :ref")
_BY_NUMBER: Final = sa.text("SELECT message_id, authority FROM messages WHERE number = :number ORDER BY message_id")
_log = structlog.get_logger(__name__)
_RECEIPT_BODY: Final = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["message_id", "status", "at"],
                "properties": {
                    "message_id": {"type": "string"},
                    "reference": {"type": ["string", "null"]},
                    "status": {"type": "string"},
                    "code": {"type": ["string", "null"]},
                    "at": {"type": "string", "format": "date-time"},
                },
            }
        }
    },
}
router = APIRouter(prefix="/api/notification/v1", tags=["notification"])
_basic = HTTPBasic(realm="receipts")


class MessageView(BaseModel):
    """A text about a petition; neither the phone nor the text itself is shown here. `template` and `segments` are null
    for one that was never handed to the provider."""

    message_id: UUID
    template: str | None
    state: str
    attempts: int
    segments: int | None
    requested_at: datetime
    delivered_at: datetime | None


async def _raw(request: Request) -> bytes:
    return await request.body()


def _provider(request: Request, credentials: Annotated[HTTPBasicCredentials, Depends(_basic)]) -> None:
    secret = _notification(request).settings.sms_receipt_secret.get_secret_value()
    if not (same(credentials.username, "receipts") and same(credentials.password, secret)):
        _log.warning("receipt_refused")
        raise Problem(401, "รหัสผ่านไม่ถูกต้อง", headers={"WWW-Authenticate": 'Basic realm="receipts"'})


@router.post(
    "/receipts/{provider}",
    dependencies=[Depends(_provider)],
    responses=responses(400, 401, 413),
    openapi_extra={"requestBody": _RECEIPT_BODY},
    summary="A delivery receipt from an SMS provider (HTTP Basic)",
)
def receive(request: Request, provider: str, body: Annotated[bytes, Depends(_raw)]) -> dict[str, str]:
    """Twice, late and out of order are all right. A receipt for a message that is not ours is answered the same."""
    try:
        receipt = parse(body)
    except MalformedReceipt as error:
        raise Problem(400, str(error), kind="urn:khamrong:malformed-receipt") from None
    if receipt is not None:
        _record(_notification(request), receipt)
    return {"status": "OK"}


@router.get("/messages", responses=responses(401, 403), summary="The texts sent about a petition (staff)")
def messages(request: Request, caller: StaffCaller, number: Annotated[str, Query()]) -> list[MessageView]:
    """Oldest first; empty for a petition of another authority."""
    notification = _notification(request)
    with notification.engine.connect() as connection:
        rows = connection.execute(_BY_NUMBER, {"number": number}).all()
        ours = [message_id for message_id, authority in rows if caller.may_see(authority)]
        streams = [notification.log.load(connection, stream_of(message_id)) for message_id in ours]
    return [_view(notification, envelopes) for envelopes in streams]


@stamina.retry(on=VersionConflict, attempts=5, wait_initial=0.05, wait_max=0.5)
def _record(notification: Notification, receipt: Receipt) -> None:
    with notification.engine.begin() as transaction:
        message_id = _message_of(transaction, receipt)
        envelopes = notification.log.load(transaction, stream_of(message_id)) if message_id else []
        if not envelopes:
            _log.warning("receipt_for_no_message", provider_ref=receipt.provider_ref)
            return
        facts = notification.reader.read_all(envelopes)
        fact = after_receipt(about(facts[0]), fold(facts), receipt)
        if fact is not None:
            last = envelopes[-1]
            append = Append(last.subject, last.streamversion, [fact], caused_by(last, "sms-provider"))
            notification.log.append(transaction, notification.log.seal([append]))


def _message_of(connection: sa.Connection, receipt: Receipt) -> UUID | None:
    """By our own reference, which the provider repeats, else by the provider's name where it is that of one message."""
    try:
        return UUID(receipt.reference or "")
    except ValueError:
        found = connection.execute(_BY_REFERENCE, {"ref": receipt.provider_ref}).scalars().all()
        return found[0] if len(found) == 1 else None


def _view(notification: Notification, envelopes: list[Envelope]) -> MessageView:
    facts = notification.reader.read_all(envelopes)
    first, message = facts[0], fold(facts)
    requested = first if isinstance(first, SmsRequested) else None
    return MessageView(
        message_id=about(first).message_id,
        template=requested and requested.template,
        state=message.state,
        attempts=message.attempts,
        segments=requested and requested.segments,
        requested_at=envelopes[0].time,
        delivered_at=message.at if message.state == "delivered" else None,
    )


def _notification(request: Request) -> Notification:
    notification: Notification = request.app.state.notification
    return notification
