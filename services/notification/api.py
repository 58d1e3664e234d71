"""The HTTP gateway of notification: delivery receipts from providers, message history for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import sqlalchemy as sa
import stamina
import structlog
from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel

from services.notification.message import About, after_receipt, fold
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
router = APIRouter(prefix="/api/notification/v1", tags=["notification"])
_basic = HTTPBasic(realm="receipts")


class MessageView(BaseModel):
    """A text sent about a petition; neither the phone nor the text itself is shown here."""

    message_id: UUID
    template: str
    state: str
    attempts: int
    segments: int
    requested_at: datetime
    delivered_at: datetime | None


@router.post(
    "/receipts/{provider}",
    responses=responses(400, 401),
    summary="A delivery receipt from an SMS provider (HTTP Basic)",
)
def receive(
    request: Request,
    provider: str,
    credentials: Annotated[HTTPBasicCredentials, Depends(_basic)],
    body: Annotated[dict[str, Any], Body()],
) -> dict[str, str]:
    """Twice, late and out of order are all right. A receipt for a message that is not ours is answered the same."""
    notification = _notification(request)
    secret = notification.settings.sms_receipt_secret.get_secret_value()
    if not (same(credentials.username, "receipts") and same(credentials.password, secret)):
        _log.warning("receipt_refused", provider=provider)
        raise Problem(401, "รหัสผ่านไม่ถูกต้อง", headers={"WWW-Authenticate": 'Basic realm="receipts"'})
    try:
        receipt = parse(body)
    except MalformedReceipt as error:
        raise Problem(400, str(error)) from None
    if receipt is not None:
        _record(notification, receipt)
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
        first = facts[0]
        assert isinstance(first, SmsRequested)
        about = About(first.message_id, first.petition_id, first.number)
        fact = after_receipt(about, fold(facts), receipt)
        if fact is not None:
            origin = caused_by(envelopes[-1], "sms-provider")
            append = Append(stream_of(first.message_id), envelopes[-1].streamversion, [fact], origin)
            notification.log.append(transaction, notification.log.seal([append]))


def _message_of(connection: sa.Connection, receipt: Receipt) -> UUID | None:
    """By our own reference, which the provider repeats, else by the provider's name for the message."""
    try:
        return UUID(receipt.reference or "")
    except ValueError:
        found: UUID | None = connection.execute(_BY_REFERENCE, {"ref": receipt.provider_ref}).scalar()
        return found


def _view(notification: Notification, envelopes: list[Envelope]) -> MessageView:
    facts = notification.reader.read_all(envelopes)
    first, message = facts[0], fold(facts)
    assert isinstance(first, SmsRequested)
    return MessageView(
        message_id=first.message_id,
        template=first.template,
        state=message.state,
        attempts=message.attempts,
        segments=first.segments,
        requested_at=envelopes[0].time,
        delivered_at=message.at if message.state == "delivered" else None,
    )


def _notification(request: Request) -> Notification:
    notification: Notification = request.app.state.notification
    return notification
