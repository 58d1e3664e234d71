"""One example of every version of every published fact, as stored before sealing: `<type>.v<n>.json`.

`SHA256SUMS` holds what each was when it was published (`sha256sum --check SHA256SUMS`). A version that no release ever
held may be taken out by hand, with its line.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.fact import Fact
from shared.contracts.registry import FACTS

FOLDER: Final = Path(__file__).parent
SUMS: Final = FOLDER / "SHA256SUMS"

_NAMED: Final[Mapping[str, Any]] = MappingProxyType({
    "NewsItem.title": "ปิดถนนชั่วคราว", "NewsItem.text": "ปิดถนนวิชิตสงครามเพื่อซ่อมผิวจราจร", "CategoryGroup.name": "ถนน",
    "CategoryGroup.code": "roads", "Category.name": "ผิวถนนชำรุด", "Category.code": "roads.surface",
    "Category.department": "works",
    "Service.code": "oss", "Service.name": "ยื่นคำร้อง", "Officer.id": "staff-1", "Officer.name": "เจ้าหน้าที่ ตัวอย่าง",
    "AuthorityConfigured.code": "kathu", "AuthoritySnapshot.name": "เทศบาลเมืองกะทู้",
    "InformationProvided.text": "แนบภาพแล้ว",
    "AuthorityConfigured.phone": "076321500", "AuthoritySnapshot.phone": "076321500", "Department.phone": "076321501",
    "SmsRequested.text": "รับคำร้อง KT1080767000011 แล้ว", "SmsRequested.template": "petition_filed",
    "SmsFailed.code": "104",
    "SmsUndelivered.code": "EXPIRED", "NoteAdded.text": "โทรหาผู้ร้องแล้ว",
    "about": "เทศบาลเมืองกะทู้ อำเภอกะทู้", "address": "อำเภอกะทู้ จังหวัดภูเก็ต", "agency": "แขวงทางหลวงภูเก็ต", "attempt": 1,
    "assurance_level": "2.3", "authority": "kathu", "category": "roads.surface", "category_label": "ถนน : ผิวถนนชำรุด",
    "channel": "web", "citizen_id": "1101700207129", "code": "works", "comment": "รวดเร็วดี",
    "department": "works", "details": "ถนนเป็นหลุมลึก",
    "description": "หน้าบ้านเลขที่ 99/9", "digit": 1, "district": "กะทู้", "document": "petition_form", "due_days": 7,
    "email": "somchai@example.com", "family_name": "ใจดี", "filename": "ภาพถนน.jpg", "fiscal_year": 2567,
    "given_name": "สมชาย", "house_no": "99/9", "into_number": "KT1080767000010", "latitude": 7.9056,
    "link_base": "khamrong.example/t", "logo": "kathu.svg", "longitude": 98.3332, "media_type": "image/jpeg",
    "moo": "2",
    "name": "กองช่าง", "name_en": "Kathu Town Municipality", "name_th": "เทศบาลเมืองกะทู้", "note": "เปิดให้บริการเร็วๆ นี้",
    "number": "KT1080767000011", "phone": "+66812345678", "postal_code": "83120", "prefix": "KT",
    "previous_category": "lights.broken", "provider_ref": "1c6f3a", "province": "ภูเก็ต", "public_note": "ซ่อมแล้ว",
    "question": "ขอภาพถ่ายเพิ่มเติม", "reason": "ตรวจสอบแล้ว", "reopen_days": 30, "road": "วิชิตสงคราม", "segments": 2,
    "sender": "KATHU", "service": "oss", "sha256": "0f" * 32, "size": 204_800, "soi": "7", "subdistrict": "กะทู้",
    "subject": "ถนนชำรุด", "title": "นาย", "to": "+66812345678", "tracking_code": "7QX4M2P",
    "tracking_code_hash": "0f" * 32, "tracking_url": "https://khamrong.example/t/7QX4M2P",
    "tracking_url_base": "https://khamrong.example", "vault_key": "forms/KT1080767000011", "website": "https://kathu.example",
})  # fmt: skip
"""Values by `<model>.<field>` or `<field>`; any other text or number is a sample of its own."""

_SCALARS: Final[Mapping[type, Callable[[str], Any]]] = MappingProxyType({
    str: lambda name: f"{name}-1",
    UUID: lambda name: UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4),
    datetime: lambda _: datetime(2024, 7, 8, 10, 56, 42, 123456, tzinfo=UTC),
    date: lambda _: date(2024, 7, 8),
    time: lambda _: time(20, 30),
    int: lambda _: 2,
    float: lambda _: 0.5,
    bool: lambda _: True,
})  # fmt: skip


def path_of(type_name: str, version: int) -> Path:
    """Where the example of that version is kept."""
    return FOLDER / f"{type_name}.v{version}.json"


def published() -> Iterator[tuple[str, int, dict[str, Any]]]:
    """(type, version, data) of every example."""
    for path in sorted(FOLDER.glob("*.json")):
        type_name, _, version = path.stem.rpartition(".v")
        yield type_name, int(version), json.loads(path.read_text(encoding="utf-8"))


def sums() -> dict[str, str]:
    """What each example was when it was published: file name → SHA-256."""
    lines = SUMS.read_text(encoding="utf-8").splitlines() if SUMS.exists() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def add_missing() -> Iterator[Path]:
    """Write an example of each fact's present version, unless there is one."""
    for name, fact in sorted(FACTS.items()):
        path = path_of(name, fact.SCHEMA_VERSION)
        if path.exists():
            continue
        data = example(fact).model_dump(mode="json")
        text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        path.write_text(text, encoding="utf-8")
        with SUMS.open("a", encoding="utf-8") as file:
            file.write(f"{hashlib.sha256(text.encode()).hexdigest()}  {path.name}\n")
        yield path


def example(fact: type[Fact]) -> Fact:
    """A fact with every field given."""
    return fact.model_validate(_values(fact))


def _values(model: type[BaseModel]) -> dict[str, Any]:
    return {name: _value(model, name, field.annotation) for name, field in model.model_fields.items()}


def _value(model: type[BaseModel], name: str, annotation: Any) -> Any:
    origin, choices = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return _value(model, name, next(choice for choice in choices if choice is not NoneType))
    if origin is Literal:
        return choices[0]
    if origin in (tuple, list, frozenset):
        return [_value(model, name, choices[0])]
    if issubclass(annotation, BaseModel):
        return _values(annotation)
    if issubclass(annotation, enum.Enum):
        return next(iter(annotation))
    return _NAMED.get(f"{model.__name__}.{name}", _NAMED.get(name, _SCALARS[annotation](name)))
