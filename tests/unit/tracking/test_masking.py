from __future__ import annotations

from typing import Any

import pytest

from services.tracking.masking import masked
from shared.contracts.fact import ERASED
from shared.contracts.petition import Petitioner

PERSON: dict[str, Any] = {
    "title": "นาย",
    "given_name": "เอกชัย",
    "family_name": "ใจดี",
    "citizen_id": "1101700207129",
    "phone": "+66812345678",
    "email": "ekachai@example.com",
    "address": {"house_no": "99/9", "moo": "2", "soi": None, "road": "วิชิตสงคราม", "subdistrict": "กะทู้",
                "district": "กะทู้", "province": "ภูเก็ต", "postal_code": "83120"},
}  # fmt: skip


def test_what_is_left_of_a_petitioner() -> None:
    assert masked(PERSON) == {
        "title": "นาย",
        "given_name": "อ.",
        "family_name": "จ.",
        "citizen_id": "ปกปิด",
        "phone": "081 234 xxxx",
        "email": "ปกปิด",
        "address": {"house_no": "ปกปิด", "moo": "ปกปิด", "soi": None, "road": "ปกปิด", "subdistrict": "กะทู้",
                    "district": "กะทู้", "province": "ภูเก็ต", "postal_code": "ปกปิด"},
    }  # fmt: skip


def test_what_was_not_told_is_not_hidden_either() -> None:
    told = masked({**PERSON, "title": None, "family_name": None, "email": None, "address": None})
    assert (told["title"], told["family_name"], told["email"], told["address"]) == (None, None, None, None)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+6676321500", "076 32x xxx"), ("0812345678", "081234xxxx"), ("12", "xx"), ("+819012345678", "090-1234-xxxx")],
)
def test_the_last_four_digits_are_hidden(phone: str, shown: str) -> None:
    assert masked({**PERSON, "phone": phone})["phone"] == shown


@pytest.mark.parametrize(("name", "shown"), [("somchai", "S."), ("123", "ปกปิด"), ("ไพศาล", "พ.")])
def test_of_a_name_the_first_letter_is_shown(name: str, shown: str) -> None:
    assert masked({**PERSON, "given_name": name})["given_name"] == shown


def test_an_erased_person_stays_erased() -> None:
    erased = Petitioner.model_validate(ERASED).model_dump()
    assert masked(erased) == erased
