"""The lists in an authority's profile: each entry is a form of its own. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from services.portal.pages.staff.authority import document as paths
from services.portal.pages.staff.authority.fields import Field
from services.portal.texts.catalogue import N_

_DIGEST_LENGTH: Final = 12
NEW: Final = "new"
"""Stands for the entry that is not there yet: no code is so short a word that means something else."""


@dataclass(frozen=True, slots=True)
class EntryList:
    """`title` of the list, `one` of its entries, and `hint`, in Thai. `key` is the field that an entry is known by,
    `name` the one by which people know it. `first`: new entries come before the others. `ordered`: the order means
    something, and may be changed."""

    code: str
    title: str
    one: str
    path: str
    fields: tuple[Field, ...]
    key: str = "code"
    name: str = "name"
    first: bool = False
    more: tuple[Field, ...] = ()
    hint: str = ""
    ordered: bool = True

    def entries(self, document: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """The key and the path of each."""
        for path in self.lists(document):
            for place, entry in enumerate(paths.get(document, path)):
                yield key_of(self, entry), f"{path}.{place}"

    def find(self, document: dict[str, Any], key: str) -> str | None:
        """The path of the entry that is known by this; None when it is gone, or was changed where it has no name."""
        return next((path for known, path in self.entries(document) if known == key), None)

    def lists(self, document: dict[str, Any]) -> list[str]:
        """The paths of the lists: categories are in one for each group."""
        if self.code != CATEGORIES:
            return [self.path]
        return [f"{self.path}.{place}.categories" for place in range(len(document[self.path]))]


CATEGORIES: Final = "categories"
GROUPS: Final = "groups"
_CODE_HINT: Final = N_("ตัวอักษรอังกฤษพิมพ์เล็ก ตัวเลข - หรือ _ ขึ้นต้นด้วยตัวอักษร เปลี่ยนภายหลังไม่ได้")
_NAME_EN: Final = Field("name_en", N_("ชื่อ (อังกฤษ)"), optional=True)
_NAME: Final = Field("name", N_("ชื่อ (ไทย)"))

LISTS: Final = (
    EntryList(
        "departments",
        N_("กอง/ฝ่าย"),
        N_("กอง/ฝ่าย"),
        "departments",
        (
            Field("code", N_("รหัส"), hint=_CODE_HINT, fixed=True),
            _NAME,
            _NAME_EN,
            Field("phone", N_("โทรศัพท์"), optional=True),
        ),
    ),
    EntryList(
        CATEGORIES,
        N_("ประเภทเรื่อง"),
        N_("ประเภทเรื่อง"),
        "category_groups",
        (
            Field("code", N_("รหัส"), hint=_CODE_HINT, fixed=True),
            _NAME,
            _NAME_EN,
            Field("department", N_("กองที่รับผิดชอบ"), "choice", choices="departments"),
            Field("officer", N_("เจ้าหน้าที่ที่ได้รับเรื่องทันที"), "officer", optional=True, choices="officers"),
            Field("due_days", N_("แล้วเสร็จภายใน (วันทำการ)"), "whole"),
        ),
        more=(
            Field("group", N_("กลุ่ม"), "choice", choices="groups", fixed=True),
            Field("group.code", N_("รหัสของกลุ่มใหม่"), optional=True, fixed=True, hint=N_("กรอกเมื่อเลือกกลุ่มใหม่")),
            Field("group.name", N_("ชื่อของกลุ่มใหม่ (ไทย)"), optional=True, fixed=True),
            Field("group.name_en", N_("ชื่อของกลุ่มใหม่ (อังกฤษ)"), optional=True, fixed=True),
        ),
    ),
    EntryList(GROUPS, N_("กลุ่มประเภทเรื่อง"), N_("กลุ่มประเภทเรื่อง"), "category_groups", (_NAME, _NAME_EN)),
    EntryList(
        "services",
        N_("บริการ"),
        N_("บริการ"),
        "services",
        (
            Field("code", N_("รหัส"), hint=_CODE_HINT, fixed=True),
            Field("digit", N_("ตัวเลขในเลขที่คำร้อง (0–9)"), "whole", fixed=True),
            _NAME,
            _NAME_EN,
            Field("open", N_("เปิดรับคำร้อง"), "flag"),
            Field("note", N_("ข้อความเมื่อยังไม่เปิด (ไทย)"), optional=True),
            Field("note_en", N_("ข้อความเมื่อยังไม่เปิด (อังกฤษ)"), optional=True),
        ),
    ),
    EntryList(
        "standard-texts",
        N_("ข้อความมาตรฐาน"),
        N_("ข้อความมาตรฐาน"),
        "settings.standard_texts",
        (
            Field("code", N_("รหัส"), hint=_CODE_HINT, fixed=True),
            Field("title", N_("ชื่อที่เจ้าหน้าที่เห็น")),
            Field(
                "text",
                N_("ข้อความ"),
                "text",
                most=5000,
                hint=N_("ใช้ได้: {number} {category} {department} {officer} {due_date}"),
            ),
            Field("command", N_("ใช้กับรายการ"), "choice", optional=True, choices="commands"),
            Field("category", N_("ใช้กับประเภทเรื่อง"), "choice", optional=True, choices="categories"),
        ),
        name="title",
        hint=N_("เจ้าหน้าที่เลือกใส่ในแบบได้โดยไม่ต้องพิมพ์ใหม่"),
    ),
    EntryList(
        "days-off",
        N_("วันหยุดของหน่วยงาน"),
        N_("วันหยุดของหน่วยงาน"),
        "settings.calendar.days_off",
        (Field("day", N_("วันที่"), "day"), Field("name", N_("ชื่อวันหยุด"))),
        key="day",
        ordered=False,
        hint=N_("นอกเหนือจากวันหยุดราชการ"),
    ),
    EntryList(
        "news",
        N_("ข่าวประชาสัมพันธ์"),
        N_("ข่าว"),
        "news",
        (
            Field("title", N_("หัวข้อ (ไทย)")),
            Field("title_en", N_("หัวข้อ (อังกฤษ)"), optional=True),
            Field("text", N_("เนื้อหา (ไทย)"), "text", most=5000),
            Field("text_en", N_("เนื้อหา (อังกฤษ)"), "text", optional=True, most=5000),
            Field("published_on", N_("วันที่ประกาศ"), "day"),
        ),
        key="",
        name="title",
        first=True,
        hint=N_("ข่าวแรกแสดงที่หน้าแรกของหน่วยงาน"),
    ),
)


def entry_list(code: str) -> EntryList | None:
    """The list with this code."""
    return next((each for each in LISTS if each.code == code), None)


def key_of(entries: EntryList, entry: dict[str, Any]) -> str:
    """By what an entry is known: its code or day; a piece of news, which has none, by all it says."""
    if entries.key:
        return str(entry[entries.key])
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:_DIGEST_LENGTH]


def added(entries: EntryList, document: dict[str, Any], values: dict[str, Any]) -> str:
    """Put a new entry, with nothing in it, in its place; the path of it. `values` are the fields beside the entry."""
    path = _group(document, values) if entries.code == CATEGORIES else entries.path
    place = paths.get(document, path)
    empty = {field.path: None for field in entries.fields}
    place.insert(0 if entries.first else len(place), empty)
    return f"{path}.{0 if entries.first else len(place) - 1}"


def taken_out(entries: EntryList, document: dict[str, Any], path: str) -> None:
    """Without the entry; a group goes with its last category."""
    paths.remove(document, path)
    if entries.code == CATEGORIES:
        document[entries.path] = [group for group in document[entries.path] if group["categories"]]


def _group(document: dict[str, Any], values: dict[str, Any]) -> str:
    groups = document["category_groups"]
    for place, group in enumerate(groups):
        if group["code"] == values["group"]:
            return f"category_groups.{place}.categories"
    new = {name: values[f"group.{name}"] or None for name in ("code", "name", "name_en")}
    groups.append({**new, "categories": []})
    return f"category_groups.{len(groups) - 1}.categories"
