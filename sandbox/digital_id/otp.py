"""The fourth step: a code goes to the phone, and comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sandbox.digital_id import registration, texting
from sandbox.digital_id.grants import Texts
from sandbox.digital_id.person import THAI_DIGITS
from sandbox.digital_id.provider import Provider
from sandbox.digital_id.registration import Checked, Fields, Otp, Registration
from sandbox.digital_id.requests import Session
from shared.kernel import clock, ids
from shared.kernel.secrets import keyed_hash

LIFETIME: Final = timedelta(minutes=5)
MOST_TEXTS: Final = 5
"""To one phone, until an hour passed without any."""


class OtpDesk:
    """Sends codes and looks at those that are typed."""

    minutes: Final = int(LIFETIME.total_seconds() // 60)

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def checked(self, session: Session, begun: Registration, fields: Fields) -> Checked:
        """A phone to send a code to, or the code. Another phone has to be proven anew."""
        if self._is_repeated(begun, fields):
            return Checked()
        if begun.otp is None:
            found = registration.check_phone(fields)
            known = bool(found.problems) or found.values["phone"] == begun.phone
            return found if known else await self._sent(session, found.values["phone"])
        if fields.get("change") == "yes":
            return Checked({"otp": None})
        if fields.get("again") == "yes":
            return await self._sent(session, begun.otp.phone)
        typed = "".join(fields.get("code", "").split()).translate(THAI_DIGITS)
        return registration.check_otp(begun.otp, _hash(session, typed), _now())

    def _is_repeated(self, begun: Registration, fields: Fields) -> bool:
        """A button pressed twice: the code was right already, or the text is on its way."""
        if begun.otp is None:
            return begun.phone is not None and "code" in fields
        return registration.check_phone(fields).values.get("phone") == begun.otp.phone

    async def _sent(self, session: Session, phone: str) -> Checked:
        texts = self._provider.texts.get(phone) or Texts()
        if texts.sent >= MOST_TEXTS:
            return Checked(problems={"phone": "ขอรหัสหลายครั้งเกินไป โปรดลองใหม่ภายหลัง"})
        self._provider.texts.put(phone, Texts(sent=texts.sent + 1))
        code, reference = ids.new_otp(), ids.new_tracking_code()[:4]
        try:
            await texting.send(self._provider.settings, phone, texting.otp_text(code, reference, self.minutes))
        except texting.NotSent:
            return Checked(problems={"phone": "ส่ง SMS ไม่สำเร็จในขณะนี้ โปรดลองอีกครั้ง"})
        until = _now() + int(LIFETIME.total_seconds())
        otp = Otp(phone=phone, reference=reference, code_hash=_hash(session, code), until=until)
        return Checked({"otp": otp, "phone": None})


def _hash(session: Session, code: str) -> str:
    """Keyed by the browser's secret, of which the store has a hash only: the store alone does not give codes away."""
    return keyed_hash(session.key.encode(), code)


def _now() -> int:
    return int(clock.now().timestamp())
