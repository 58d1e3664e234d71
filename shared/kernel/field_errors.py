"""What is wrong with the fields of a body, in words for the person who filled them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

_UNCLEAR: Final = "รูปแบบข้อมูลไม่ถูกต้อง"
_BY_TYPE: Final[Mapping[str, str]] = {
    "missing": "กรุณากรอกข้อมูลนี้",
    "string_too_short": "กรุณากรอกข้อมูลนี้",
    "string_type": "ต้องเป็นข้อความ",
    "string_too_long": "ยาวเกิน {max_length} ตัวอักษร",
    "string_pattern_mismatch": "รูปแบบไม่ถูกต้อง (ต้องตรงกับ {pattern})",
    "too_long": "ระบุได้ไม่เกิน {max_length} รายการ",
    "too_short": "ต้องมีอย่างน้อย {min_length} รายการ",
    "timezone_aware": "วันเวลาต้องระบุเขตเวลา เช่น 2026-12-01T09:00:00+07:00",
    "datetime_from_date_parsing": "วันเวลาไม่ถูกต้อง เช่น 2026-12-01T09:00:00+07:00",
    "datetime_parsing": "วันเวลาไม่ถูกต้อง เช่น 2026-12-01T09:00:00+07:00",
    "datetime_type": "วันเวลาไม่ถูกต้อง เช่น 2026-12-01T09:00:00+07:00",
    "date_type": "วันที่ไม่ถูกต้อง เช่น 2026-12-01",
    "date_parsing": "วันที่ไม่ถูกต้อง เช่น 2026-12-01",
    "date_from_datetime_parsing": "วันที่ไม่ถูกต้อง เช่น 2026-12-01",
    "date_from_datetime_inexact": "วันที่ไม่ถูกต้อง เช่น 2026-12-01",
    "enum": "ค่าที่เลือกได้: {expected}",
    "literal_error": "ค่าที่เลือกได้: {expected}",
    "bool_type": "ต้องเป็น true หรือ false",
    "bool_parsing": "ต้องเป็น true หรือ false",
    "int_type": "ต้องเป็นจำนวนเต็ม",
    "int_parsing": "ต้องเป็นจำนวนเต็ม",
    "int_from_float": "ต้องเป็นจำนวนเต็ม",
    "greater_than_equal": "ต้องไม่น้อยกว่า {ge}",
    "less_than_equal": "ต้องไม่เกิน {le}",
    "extra_forbidden": "ไม่รู้จักข้อมูลนี้",
}


class FieldError(BaseModel):
    """`field` is the dotted path in the body; `message` is Thai and never repeats what was typed."""

    model_config = ConfigDict(frozen=True)

    field: str
    message: str


@dataclass(slots=True)
class Findings:
    """Everything found so far: an error keeps a body out, a warning only asks people to look again."""

    errors: list[FieldError] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)

    def error(self, path: str, message: str) -> None:
        """This field cannot stand."""
        self.errors.append(FieldError(field=path, message=message))

    def warn(self, path: str, message: str) -> None:
        """This field may be wrong."""
        self.warnings.append(FieldError(field=path, message=message))


def in_thai(refused: ValidationError) -> list[FieldError]:
    """What pydantic found, each with its dotted path."""
    found = refused.errors(include_url=False, include_input=False)
    return [FieldError(field=".".join(map(str, each["loc"])), message=_message(each)) for each in found]


def _message(found: Mapping[str, Any]) -> str:
    if found["type"] == "value_error":
        return str(found["ctx"]["error"])
    return _BY_TYPE.get(found["type"], _UNCLEAR).format_map(found.get("ctx", {}))
