"""Sends one-time passwords through the SMS gateway (the aggregator's HTTP API)."""

from __future__ import annotations

from typing import Final

import httpx
import structlog

from sandbox.digital_id.settings import DigitalIdSettings
from shared.kernel import ids

SENDER: Final = "DigitalID"
TIMEOUT: Final = httpx.Timeout(10.0)
log = structlog.get_logger(__name__)


class NotSent(Exception):
    """The gateway could not be reached, or did not take the text."""


def otp_text(code: str, reference: str, minutes: int) -> str:
    """One part of an SMS."""
    return f"รหัส OTP {code} (อ้างอิง {reference}) ใช้ได้ {minutes} นาที – ระบบจำลอง Digital ID"


async def send(settings: DigitalIdSettings, phone: str, text: str) -> None:
    """Raises NotSent. Whether a text whose answer was lost went out is not asked: the person asks for another one."""
    if not settings.sms_url:
        raise NotSent
    fields = {"msisdn": phone, "message": text, "sender": SENDER, "reference": str(ids.new_id())}
    account = httpx.BasicAuth(settings.sms_api_key, settings.sms_api_secret.get_secret_value())
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT, auth=account) as client:
            answer = await client.post(f"{settings.sms_url}/sms", data=fields)
            taken = answer.is_success and bool(answer.json().get("phone_number_list"))
    except (httpx.HTTPError, ValueError) as error:
        log.warning("otp_not_sent", error=type(error).__name__)
        raise NotSent from None
    if not taken:
        log.warning("otp_not_sent", status=answer.status_code)
        raise NotSent
