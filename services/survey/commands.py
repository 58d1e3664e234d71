"""What may be asked of survey: an answer, cleaned, with everything that is wrong with it in Thai."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from shared.contracts.survey import Solved
from shared.kernel.field_errors import FieldError
from shared.kernel.text import ascii_digits, clean_line, clean_text

COMMENT_LIMIT: Final = 2000
_SOLVED_SCHEMA: Final = {"enum": [*map(str, Solved), None]}
_WHOSE: Final = "กรุณาระบุรหัสติดตาม หรือเลขที่คำร้องกับเลขท้ายหมายเลขโทรศัพท์ 4 หลัก หรือหน่วยงานที่ต้องการประเมิน"
_ONE_ONLY: Final = "กรุณาระบุเพียงอย่างเดียว: รหัสติดตาม เลขที่คำร้อง หรือหน่วยงาน"
_LAST4: Final = "กรุณากรอกเลขท้ายหมายเลขโทรศัพท์ 4 หลัก"
_NUMBER: Final = "กรุณากรอกเลขที่คำร้อง"
_SOLVED: Final = "กรุณาเลือกว่าเรื่องได้รับการแก้ไขหรือไม่"
_OF_PETITIONS: Final = "ระบุได้เมื่อประเมินคำร้องเท่านั้น"
_SOLVED_ALREADY: Final = "ขอให้เปิดเรื่องอีกครั้งได้เมื่อเรื่องยังไม่ได้รับการแก้ไขทั้งหมด"


def _line(value: object) -> object:
    return clean_line(value) or None if isinstance(value, str) else value


def _digits(value: object) -> object:
    cleaned = _line(value)
    return ascii_digits(cleaned) if isinstance(cleaned, str) else cleaned


def _text(value: object) -> object:
    return clean_text(value) or None if isinstance(value, str) else value


def _short(limit: int, **described: Any) -> Any:
    return Field(default=None, max_length=limit, **described)


class Answer(BaseModel):
    """How it went, about a petition (by its tracking code, or number and digits) or about an authority in general.

    `solved` and `reopen` belong to petitions alone; `errors` tells what does not fit together.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    tracking_code: Annotated[str | None, BeforeValidator(_line)] = _short(40, examples=["6D0M5BX"])
    number: Annotated[str | None, BeforeValidator(_line)] = _short(40)
    phone_last4: Annotated[str | None, BeforeValidator(_digits)] = _short(10)
    authority: Annotated[str | None, BeforeValidator(_line)] = _short(50)
    rating: Annotated[StrictInt, Field(ge=1, le=5, examples=[5])]
    solved: Annotated[Solved | None, WithJsonSchema(_SOLVED_SCHEMA)] = None
    comment: Annotated[Annotated[str, StringConstraints(max_length=COMMENT_LIMIT)] | None, BeforeValidator(_text)] = (
        None
    )
    reopen: StrictBool = False

    @property
    def is_general(self) -> bool:
        """About the authority, and no petition of it."""
        return self.authority is not None

    def errors(self) -> list[FieldError]:
        """What does not fit together, field by field."""
        found = (*self._whose(), *self._how())
        return [FieldError(field=field, message=message) for field, message in found]

    def _whose(self) -> Iterator[tuple[str, str]]:
        by_number = self.number is not None or self.phone_last4 is not None
        told = [name for name, given in (
            ("tracking_code", self.tracking_code is not None), ("number", by_number), ("authority", self.is_general)
        ) if given]  # fmt: skip
        if len(told) != 1:
            yield (told[1], _ONE_ONLY) if told else ("tracking_code", _WHOSE)
        elif by_number and self.number is None:
            yield "number", _NUMBER
        elif by_number and not _is_last4(self.phone_last4):
            yield "phone_last4", _LAST4

    def _how(self) -> Iterator[tuple[str, str]]:
        if self.is_general:
            if self.solved is not None:
                yield "solved", _OF_PETITIONS
            if self.reopen:
                yield "reopen", _OF_PETITIONS
        elif self.solved is None:
            yield "solved", _SOLVED
        elif self.reopen and self.solved is Solved.YES:
            yield "reopen", _SOLVED_ALREADY


def _is_last4(digits: str | None) -> bool:
    return digits is not None and len(digits) == 4 and digits.isascii() and digits.isdigit()
