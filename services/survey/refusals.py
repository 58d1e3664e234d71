"""Why an answer was refused, in words for whoever gave it."""

from __future__ import annotations

from datetime import datetime

from shared.kernel.thai import thai_date


class Refused(Exception):
    """An answer that is not recorded. `str()` is Thai and may be shown; `kind` names the reason for programs."""

    kind: str


class NotEnded(Refused):
    """The authority has not answered yet, or is looking at the petition again."""

    kind = "urn:khamrong:petition-not-ended"

    def __init__(self) -> None:
        super().__init__("คำร้องนี้ยังดำเนินการไม่เสร็จสิ้น จึงยังประเมินความพึงพอใจไม่ได้")


class AnsweredBefore(Refused):
    """This end of the petition has been answered."""

    kind = "urn:khamrong:answered-before"

    def __init__(self) -> None:
        super().__init__("คำร้องนี้ได้รับการประเมินความพึงพอใจแล้ว ขอบคุณสำหรับความเห็นของท่าน")


class ReopeningTooLate(Refused):
    """The days in which an answer may ask to reopen are over."""

    kind = "urn:khamrong:reopening-too-late"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"พ้นกำหนดขอให้เปิดเรื่องอีกครั้งแล้ว (ขอได้ถึงวันที่ {thai_date(until)}) ท่านยังประเมินความพึงพอใจได้ หรือยื่นคำร้องใหม่"
        )


class ReopeningNotOffered(Refused):
    """The authority lets no answer ask to reopen."""

    kind = "urn:khamrong:reopening-not-offered"

    def __init__(self) -> None:
        super().__init__("หน่วยงานนี้ไม่เปิดให้ขอเปิดเรื่องอีกครั้งผ่านแบบประเมิน ท่านยังประเมินความพึงพอใจได้ หรือยื่นคำร้องใหม่")
