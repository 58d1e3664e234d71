"""What identity and tracking tell a member of themselves; the person and the numbers are samples."""

from __future__ import annotations

from typing import Any, Final

from services.documents.own_data import Account, OwnData, OwnPetition

PERSON_ID: Final = "0190914c-0000-7000-8000-00000000000b"
_PROFILE: Final = {
    "title": "นาย", "given_name": "สมชาย", "family_name": "ใจดี", "citizen_id": "1101700207129", "phone": "+66812345678",
    "email": None,
    "address": {"house_no": "12", "moo": "2", "subdistrict": "กะทู้", "district": "กะทู้", "province": "ภูเก็ต"},
}  # fmt: skip
ACCOUNT: Final[dict[str, Any]] = {
    "exported_at": "2024-07-14T03:00:00Z",
    "person_id": PERSON_ID,
    "providers": ["thaid", "dga"],
    "sessions": [
        {"provider": "thaid", "began_at": "2024-07-14T02:00:00Z", "seen_at": "2024-07-14T02:59:00Z", "current": True},
        {"provider": "dga", "began_at": "2024-07-13T02:00:00Z", "seen_at": "2024-07-13T02:10:00Z", "current": False},
    ],
    "facts": [
        {"type": "member.registered", "at": "2024-07-01T03:00:00Z",
         "data": {"subject_id": PERSON_ID, "profile": _PROFILE, "provider": "thaid", "assurance_level": "2.3"}},
        {"type": "consent.given", "at": "2024-07-01T03:00:00Z",
         "data": {"subject_id": PERSON_ID, "purpose": "account", "version": "1"}},
        {"type": "member.profile_changed", "at": "2024-07-05T03:00:00Z",
         "data": {"subject_id": PERSON_ID,
                  "profile": _PROFILE | {"phone": "+66898765432", "email": "somchai@example.com"}}},
        {"type": "member.remembered", "at": "2024-07-06T03:00:00Z", "data": {"what": "สีโปรด"}},
    ],
}  # fmt: skip
PETITION: Final[dict[str, Any]] = {
    "number": "KT1080767000011", "authority": "kathu", "status_label": "กำลังดำเนินการ", "subject": "ถนนชำรุดหน้าตลาดสด",
    "category": "ถนนและทางเท้า : ถนน/ไหล่ทาง", "filed_at": "2024-07-08T10:56:42Z",
}  # fmt: skip


def own_data(**changes: Any) -> OwnData:
    """Every part is used."""
    account = Account.model_validate(ACCOUNT | changes)
    return OwnData(account, [OwnPetition.model_validate(PETITION)])
