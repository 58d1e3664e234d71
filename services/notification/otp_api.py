"""The HTTP gateway of notification, for other services: codes for one use, which are worth something now or never."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request
from prometheus_client import Counter
from pydantic import BaseModel, Field, SecretStr, StringConstraints

from services.notification.message import About, Message, MessageState
from services.notification.messages import HIDDEN_OTP, step_up_text
from services.notification.outbound import NOT_SENT, Outbound, Text
from services.notification.sms.gateway import SENDER_LENGTH
from services.notification.wiring import Notification
from shared.eventlog.log import Origin
from shared.eventlog.sealing import SubjectErased
from shared.gateway.problems import Problem, responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, only
from shared.kernel.phones import can_receive_sms

TEMPLATE: Final = "step_up"
OTPS: Final = Counter("khamrong_otps_total", "Codes that were to be sent, by what became of them", ["state"])
_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/notification/v1", tags=["notification"])

Service = Annotated[Caller, Depends(only(frozenset({Role.SERVICE})))]
Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Otp(BaseModel):
    """A code for the petitioner of a petition; `message_id` is the caller's name for this one text, `to` is E.164."""

    message_id: UUID
    number: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}[0-9]{13}$")]
    petition_id: UUID
    authority: Name
    subject_id: UUID
    to: SecretStr = Field(min_length=1, max_length=20)
    otp: SecretStr = Field(min_length=6, max_length=6)
    sender: Annotated[str, StringConstraints(min_length=1, max_length=SENDER_LENGTH)]


class OtpAnswer(BaseModel):
    """What became of it: `accepted` by the provider, `unknown` (it may be on the phone), or `failed`: surely not sent.

    `again`: another code, under another `message_id`, may be tried later.
    """

    message_id: UUID
    state: Literal["accepted", "unknown", "failed"]
    again: bool


@router.post(
    "/otps", responses=responses(401, 403, 409, 422), summary="Text a code for one use to a petitioner (services)"
)
def send_otp(request: Request, caller: Service, otp: Otp) -> OtpAnswer:
    """At most one text per `message_id`, however often it is asked for; asked again, it tells what became of the first.

    The code is in the text alone: neither facts nor logs hold it.
    """
    notification: Notification = request.app.state.notification
    origin = Origin("notification", otp.authority, request.state.correlation_id)
    try:
        message = _sent(notification.outbound, _text(otp), origin)
    except SubjectErased:
        raise Problem(409, "ข้อมูลส่วนบุคคลของผู้ร้องถูกลบแล้ว", kind="urn:khamrong:subject-erased") from None
    answer = OtpAnswer(message_id=otp.message_id, state=_state(message), again=message.code == NOT_SENT)
    OTPS.labels(answer.state).inc()
    _log.info("otp_sent", message_id=str(otp.message_id), number=otp.number, state=answer.state, actor=caller.sub)
    return answer


def _sent(outbound: Outbound, text: Text, origin: Origin) -> Message:
    if can_receive_sms(text.to):
        return outbound.send_now(text, origin)
    outbound.give_up(text, "not_a_mobile_number", origin)
    return outbound.load(text.about.message_id)


def _text(otp: Otp) -> Text:
    return Text(
        about=About(otp.message_id, otp.petition_id, otp.number),
        subject_id=otp.subject_id,
        template=TEMPLATE,
        to=otp.to.get_secret_value(),
        text=step_up_text(otp.number, otp.otp.get_secret_value()),
        sender=otp.sender,
        kept=step_up_text(otp.number, HIDDEN_OTP),
    )


def _state(message: Message) -> Literal["accepted", "unknown", "failed"]:
    match message.state:
        case MessageState.FAILED:
            return "failed"
        case MessageState.REQUESTED | MessageState.UNKNOWN:
            return "unknown"
        case _:
            return "accepted"
