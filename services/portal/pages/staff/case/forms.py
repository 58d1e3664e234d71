"""The commands as staff press them: how buttons, fields and outcomes are called. Pure.

What may be pressed tracking tells; which fields there are the contract's table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

from services.portal.texts.catalogue import N_
from shared.contracts.petition_commands import COMMANDS
from shared.contracts.petition_states import PUBLIC_TEXT

Kind = Literal["text", "line", "day", "moment", "outcome", "files", "department", "officer", "category", "visibility"]


@dataclass(frozen=True, slots=True)
class FormField:
    """`label` in Thai. `public`: the petitioner reads it."""

    name: str
    kind: Kind
    label: str
    optional: bool
    public: bool


@dataclass(frozen=True, slots=True)
class CommandForm:
    """`label` is the button, `done` what is told afterwards, both in Thai. `look`: how much the button stands out."""

    command: str
    label: str
    done: str
    look: str
    fields: tuple[FormField, ...]

    @property
    def text_field(self) -> str:
        """The field that a standard text fills; empty where there is none."""
        return next((each.name for each in self.fields if each.kind == "text"), "")


_FIELDS: Final[Mapping[str, tuple[Kind, str]]] = MappingProxyType(
    {
        "public_note": ("text", N_("ข้อความถึงผู้ร้อง")),
        "reason": ("text", N_("เหตุผล")),
        "question": ("text", N_("สิ่งที่ต้องการถามผู้ร้อง")),
        "text": ("text", N_("ข้อความ")),
        "agency": ("line", N_("หน่วยงานภายนอก")),
        "into_number": ("line", N_("รวมเข้ากับคำร้องเลขที่")),
        "scheduled_for": ("moment", N_("วันและเวลานัดดำเนินการ")),
        "due_at": ("day", N_("กำหนดแล้วเสร็จวันที่")),
        "outcome": ("outcome", N_("ผลการดำเนินการ")),
        "uploads": ("files", N_("ภาพถ่ายหรือเอกสาร")),
        "department": ("department", N_("กอง/ฝ่าย")),
        "officer": ("officer", N_("ผู้รับผิดชอบ")),
        "category": ("category", N_("ประเภทเรื่อง")),
        "visibility": ("visibility", N_("ผู้ที่อ่านได้")),
    }
)
_BUTTONS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "accept": (N_("รับเรื่อง"), N_("รับเรื่องแล้ว"), "main"),
        "start": (N_("เริ่มดำเนินการ"), N_("เริ่มดำเนินการแล้ว"), "main"),
        "schedule": (N_("นัดวันดำเนินการ"), N_("นัดวันดำเนินการแล้ว"), "second"),
        "request-information": (N_("ขอข้อมูลเพิ่ม"), N_("ส่งคำถามถึงผู้ร้องแล้ว"), "second"),
        "forward": (N_("ส่งต่อหน่วยงานภายนอก"), N_("ส่งต่อหน่วยงานอื่นแล้ว"), "second"),
        "resolve": (N_("แจ้งผลดำเนินการ"), N_("แจ้งผลดำเนินการแล้ว"), "main"),
        "close": (N_("ปิดเรื่องนี้"), N_("ปิดเรื่องแล้ว"), "main"),
        "reopen": (N_("เปิดเรื่องนี้อีกครั้ง"), N_("เปิดเรื่องอีกครั้งแล้ว"), "second"),
        "decline-reopening": (N_("แจ้งว่าไม่เปิดเรื่องอีกครั้ง"), N_("แจ้งผู้ร้องว่าไม่เปิดเรื่องอีกครั้งแล้ว"), "second"),
        "assign": (N_("มอบหมาย"), N_("มอบหมายแล้ว"), "second"),
        "add-note": (N_("บันทึกเพิ่มเติม"), N_("บันทึกแล้ว"), "second"),
        "transfer": (N_("โอนให้กองอื่น"), N_("โอนเรื่องแล้ว"), "more"),
        "recategorise": (N_("เปลี่ยนเป็นประเภทอื่น"), N_("เปลี่ยนประเภทเรื่องแล้ว"), "more"),
        "set-due-date": (N_("เปลี่ยนวันครบกำหนด"), N_("เปลี่ยนวันครบกำหนดแล้ว"), "more"),
        "provide-information": (N_("บันทึกข้อมูลจากผู้ร้อง"), N_("บันทึกข้อมูลจากผู้ร้องแล้ว"), "more"),
        "merge": (N_("รวมเข้ากับเรื่องอื่น"), N_("รวมเข้ากับเรื่องอื่นแล้ว"), "more"),
        "unmerge": (N_("ยกเลิกการรวมเรื่อง"), N_("ยกเลิกการรวมเรื่องแล้ว"), "second"),
        "withdraw": (N_("ถอนคำร้องตามที่ผู้ร้องขอ"), N_("ถอนคำร้องแล้ว"), "more"),
        "reject": (N_("ไม่รับเรื่อง"), N_("แจ้งผู้ร้องว่าไม่รับเรื่องแล้ว"), "danger"),
    }
)
"""Command → button, what is told afterwards, look; in the order in which they stand."""


def _form(command: str) -> CommandForm:
    label, done, look = _BUTTONS[command]
    rule = COMMANDS[command]
    fields = (
        FormField(name, *_FIELDS[name], optional=name in rule.optional, public=PUBLIC_TEXT.get(rule.fact) == name)
        for name in rule.fields
    )
    return CommandForm(command, label, done, look, tuple(fields))


FORMS: Final[Mapping[str, CommandForm]] = MappingProxyType({command: _form(command) for command in _BUTTONS})


def offered(actions: list[str], *, requested: bool = False) -> list[CommandForm]:
    """The buttons for what may be done now; what is not known here is left out. `requested`: a petitioner who wants
    another look waits for an answer, which comes first."""
    forms = [form for command, form in FORMS.items() if command in actions]
    if not requested:
        return forms
    answers = [replace(form, look="main") for form in forms if form.command in _ANSWERS]
    others = [replace(form, look="second") if form.look == "main" else form for form in forms]
    return [*answers, *(form for form in others if form.command not in _ANSWERS)]


_ANSWERS: Final = ("reopen", "decline-reopening")
