"""What may be uploaded, and what the citizen is told when a file may not. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from services.documents.uploads.filenames import extension_of
from shared.contracts.document import UPLOAD_MOST_BYTES

MOST_BYTES: Final = UPLOAD_MOST_BYTES
"""A file of this size passes; one byte more is refused."""


class Kind(StrEnum):
    """The accepted types; the value is the usual extension."""

    JPEG = "jpg"
    PNG = "png"
    PDF = "pdf"
    DOC = "doc"
    DOCX = "docx"
    XLS = "xls"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self]

    @property
    def is_picture(self) -> bool:
        return self in (Kind.JPEG, Kind.PNG)


MEDIA_TYPES: Final = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.PDF: "application/pdf",
    Kind.DOC: "application/msword",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLS: "application/vnd.ms-excel",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXTENSIONS: Final = {kind.value: kind for kind in Kind} | {"jpeg": Kind.JPEG}


class Refusal(StrEnum):
    """Why a file is not taken; the value is the code that front ends read."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    NOT_WHAT_IT_SAYS = "not_what_it_says"
    DAMAGED = "damaged"
    MACROS = "macros"
    ACTIVE_CONTENT = "active_content"
    PASSWORD = "password"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    MALWARE = "malware"
    NOT_A_PICTURE = "not_a_picture"


STATUSES: Final = {
    Refusal.TOO_LARGE: 413,
    Refusal.WRONG_TYPE: 415,
    Refusal.NOT_WHAT_IT_SAYS: 415,
    Refusal.DAMAGED: 415,
    Refusal.NOT_A_PICTURE: 415,
}
OTHER_STATUS: Final = 422

MESSAGES: Final = {
    Refusal.TOO_LARGE: "ไฟล์มีขนาดเกิน 5 MB กรุณาลดขนาดไฟล์แล้วแนบใหม่",
    Refusal.EMPTY: "ไฟล์ว่างเปล่า กรุณาเลือกไฟล์ใหม่",
    Refusal.WRONG_TYPE: "แนบได้เฉพาะไฟล์ jpg, jpeg, png, doc, docx, pdf, xls และ xlsx",
    Refusal.NOT_WHAT_IT_SAYS: "เนื้อหาในไฟล์ไม่ตรงกับนามสกุลของไฟล์ กรุณาบันทึกไฟล์ใหม่ให้ถูกประเภทแล้วแนบอีกครั้ง",
    Refusal.DAMAGED: "เปิดไฟล์ไม่ได้ ไฟล์อาจเสียหาย กรุณาตรวจสอบแล้วแนบใหม่",
    Refusal.MACROS: "ไฟล์มีมาโคร (macro) จึงแนบไม่ได้ กรุณาบันทึกเป็นไฟล์ที่ไม่มีมาโครหรือไฟล์ pdf",
    Refusal.ACTIVE_CONTENT: "ไฟล์มีคำสั่งที่ทำงานเองได้ จึงแนบไม่ได้ กรุณาบันทึกเป็นไฟล์ pdf หรือรูปภาพใหม่",
    Refusal.PASSWORD: "ไฟล์มีรหัสผ่าน เจ้าหน้าที่เปิดอ่านไม่ได้ กรุณาบันทึกแบบไม่ใส่รหัสผ่านแล้วแนบใหม่",
    Refusal.UNPACKS_TOO_LARGE: "เนื้อหาในไฟล์ใหญ่เกินกว่าที่ระบบจะเปิดได้ กรุณาลดขนาดไฟล์หรือรูปภาพแล้วแนบใหม่",
    Refusal.MALWARE: "พบไวรัสหรือโปรแกรมอันตรายในไฟล์ จึงไม่รับไฟล์นี้",
    Refusal.NOT_A_PICTURE: "ตราสัญลักษณ์ต้องเป็นไฟล์ภาพ jpg, jpeg หรือ png",
}


class Refused(Exception):
    """The file is not taken. The text of the exception is the code alone; `message` is for the citizen, in Thai."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.status = STATUSES.get(refusal, OTHER_STATUS)
        self.message = MESSAGES[refusal]


def check_size(size: int) -> None:
    """Raises `Refused` for an empty file and for one over `MOST_BYTES`."""
    if size > MOST_BYTES:
        raise Refused(Refusal.TOO_LARGE)
    if size == 0:
        raise Refused(Refusal.EMPTY)


def kind_by_name(filename: str) -> Kind:
    """The type the name promises. Raises `Refused` when no accepted type has that extension."""
    kind = EXTENSIONS.get(extension_of(filename))
    if kind is None:
        raise Refused(Refusal.WRONG_TYPE)
    return kind


def picture_by_name(filename: str) -> Kind:
    """The same where a picture is wanted. Raises `Refused` for all other types."""
    kind = EXTENSIONS.get(extension_of(filename))
    if kind is None or not kind.is_picture:
        raise Refused(Refusal.NOT_A_PICTURE)
    return kind


def check_agreement(promised: Kind, found: Kind) -> None:
    """Raises `Refused` when the content is of another type than the name promises."""
    if promised is not found:
        raise Refused(Refusal.NOT_WHAT_IT_SAYS)
