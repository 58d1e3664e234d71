"""The HTTP gateway of notification: delivery receipts from providers, message history for staff."""

from __future__ import annotations

from asyncio import wrap_future
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import sqlalchemy as sa
import stamina
import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel

from services.notification.message import about, fold
from services.notification.receipts import MalformedReceipt, Receipt, parse
from services.notification.recording import stream_of
from services.notification.wiring import Notification
from shared.contracts.envelope import Envelope
from shared.contracts.notification import SmsRequested
from shared.eventlog.conflict import VersionConflict
from shared.gateway.problems import Problem, responses
from shared.gateway.tokens import StaffCaller
from shared.kernel.secrets import same

_BY_NUMBER: Final = sa.text("SELECT message_id, authority FROM messages WHERE number = :number")
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


async def _provider(request: Request, credentials: Annotated[HTTPBasicCredentials, Depends(_basic)]) -> None:
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
async def receive(request: Request, provider: str, body: Annotated[bytes, Depends(_raw)]) -> dict[str, str]:
    """Twice, late and out of order are all right. A receipt for a message that is not ours is answered the same."""
    try:
        receipt = parse(body)
    except MalformedReceipt as error:
        raise Problem(400, str(error), kind="urn:khamrong:malformed-receipt") from None
    if receipt is not None:
        await _record(_notification(request), receipt)
    return {"status": "OK"}


@router.get("/messages", responses=responses(401, 403), summary="The texts sent about a petition (staff)")
def messages(request: Request, caller: StaffCaller, number: Annotated[str, Query()]) -> list[MessageView]:
    """Oldest first; empty for a petition of another authority, and of another department than the caller's own."""
    notification = _notification(request)
    department = notification.petitions.department_of(number)
    with notification.engine.connect() as connection:
        rows = connection.execute(_BY_NUMBER, {"number": number}).all()
        ours = [message_id for message_id, authority in rows if caller.may_work_on(authority, department)]
        streams = [notification.log.load(connection, stream_of(message_id)) for message_id in ours]
    oldest_first = sorted(streams, key=lambda envelopes: envelopes[0].position)
    return [_view(notification, envelopes) for envelopes in oldest_first]


async def _record(notification: Notification, receipt: Receipt) -> None:
    async for attempt in stamina.retry_context(on=VersionConflict, attempts=5, wait_initial=0.05, wait_max=0.5):
        with attempt:
            await wrap_future(notification.receipts.submit(receipt))


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
