"""Whatever a gateway may tell the reader of a page is told in English to who reads English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from services.intake.authority import AuthorityInvalid, authority_from
from services.intake.refusals import TransitionNotAllowed
from services.portal.texts.catalogue import translations
from services.portal.texts.gateway_messages import in_language
from shared.contracts.petition_states import PetitionState
from tests.support.sources import ROOT
from tests.support.town_hall import KATHU

ENGLISH, THAI_WORDS = translations("en").gettext, re.compile("[ก-ฮ]")
TELLING: Final = {
    "services/intake": "api authorities authority authority_api authority_entries claims_api commands deciding"
    " filing_member limiting refusals staff_api validation",
    "services/identity": "me_api member staff staff_api",
    "services/survey": "api commands refusals",
    "services/tracking": "case_api search_api staff_api",
    "services/documents": "answering logos_api uploads/rules",
    "shared/kernel": "field_errors",
    "shared/gateway": "accesses problems",
}
"""Modules that say what is wrong. What is said of a filing's fields is tried in `test_filing_steps`."""
NOT_TOLD: Final = ("อ่านไฟล์ YAML ไม่ได้", "prefix: ", "โทรนัดหมายเข้าซ่อม", "สมชาย ใจดี")
"""Read on a terminal, cut before it is told (tried below), or an example in the documentation."""


def _in_code(tree: ast.Module) -> Iterator[str]:
    """The Thai texts of a module, with something in each of their gaps."""
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            apart |= {id(each) for each in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(_filled(each) for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield re.sub(r"{\w+}", "7", node.value)


def _filled(part: Any) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return "ปิดเรื่อง" if "STATE_LABELS" in ast.unparse(part) else "7"


@pytest.mark.parametrize("folder", TELLING)
def test_no_message_stays_thai(folder: str) -> None:
    modules = [ROOT / folder / f"{name}.py" for name in TELLING[folder].split()]
    said = [text for module in modules for text in _in_code(ast.parse(module.read_text(encoding="utf-8")))]
    told = [text for text in said if THAI_WORDS.search(text) and not text.startswith(NOT_TOLD)]
    assert told
    assert [text for text in told if THAI_WORDS.search(in_language(text, ENGLISH))] == []


def test_states_are_told_in_english_one_by_one() -> None:
    refused = TransitionNotAllowed(PetitionState.CLOSED, (PetitionState.REOPENED, PetitionState.ACCEPTED))
    told = in_language(str(refused), ENGLISH)
    assert told == ("The petition is in the state “Closed”, so this cannot be done. It may go to: Reopened, Accepted")


def test_names_in_a_message_stay_as_they_are() -> None:
    assert in_language("“KT” ใช้อยู่กับหน่วยงาน “ban” แล้ว", ENGLISH) == "“KT” belongs to the authority “ban”"
    profile = KATHU.model_dump(mode="json")
    profile["departments"][1]["code"] = profile["departments"][0]["code"]
    with pytest.raises(AuthorityInvalid) as invalid:
        authority_from(profile)
    told = [in_language(each.message, ENGLISH) for each in invalid.value.errors]
    assert "“clerk-office” is there already" in told
    assert [each for each in told if THAI_WORDS.search(each)] == []


def test_who_reads_thai_is_told_what_the_gateway_said() -> None:
    message = "ระบุได้ไม่เกิน 5 รายการ"
    assert in_language(message, translations("th").gettext) == message


def test_what_nobody_knows_stays_and_a_long_text_is_not_looked_into() -> None:
    for unknown in ("ข้อความที่ไม่มีใครรู้จัก", "กรุณากรอก" + "ก, " * 10_000):
        assert in_language(unknown, ENGLISH) == unknown
