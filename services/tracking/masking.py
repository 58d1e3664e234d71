"""The petitioner as staff see one who have no reason to see more. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from shared.contracts.fact import ERASED
from shared.kernel.phones import national
from shared.kernel.text import initial

HIDDEN: Final = "ปกปิด"
_LAST_FOUR: Final = re.compile(r"[0-9](?=(?:[^0-9]*[0-9]){0,3}[^0-9]*$)")
_AREA: Final = frozenset({"subdistrict", "district", "province"})


def masked(petitioner: Mapping[str, Any]) -> dict[str, Any]:
    """`นาย ส. จ.`, `081 234 xxxx`, and of the address the subdistrict; whatever else there is reads "ปกปิด".

    `petitioner` as a petition that is read shows it. An erased person stays as it is.
    """
    if petitioner["given_name"] == ERASED:
        return dict(petitioner)
    return {
        "title": petitioner.get("title"),
        "given_name": _initial(petitioner["given_name"]),
        "family_name": _initial(petitioner.get("family_name")),
        "citizen_id": HIDDEN,
        "phone": _LAST_FOUR.sub("x", national(petitioner["phone"])),
        "email": petitioner.get("email") and HIDDEN,
        "address": _address(petitioner.get("address")),
    }


def _initial(name: str | None) -> str | None:
    if not name:
        return name
    letter = initial(name)
    return f"{letter}." if letter else HIDDEN


def _address(address: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {name: value if name in _AREA or value is None else HIDDEN for name, value in address.items()}
