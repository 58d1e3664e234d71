"""What people type about themselves, and addresses that they are led to."""

from __future__ import annotations

import pytest

from services.identity.consents import CURRENT
from services.identity.me_api import RETENTION
from services.portal.links import is_page
from services.portal.pages.account.contact import body_of, missing, typed, values_of
from services.portal.texts.catalogue import translations

FORM = {
    "title": "นาง", "title_other": "ดร.", "phone": " 0812345678 ", "email": "", "address.house_no": "12",
    "address.subdistrict": "กะทู้", "address.district": "กะทู้", "address.province": "ภูเก็ต", "address.postal_code": "83120",
}  # fmt: skip


def test_the_form_is_sent_as_identity_takes_it() -> None:
    body = body_of(typed(FORM))
    assert (body["title"], body["phone"], body["email"]) == ("นาง", "0812345678", None)
    assert body["address"]["house_no"] == "12"
    assert body["address"]["soi"] is None


def test_another_title_counts_only_when_it_is_chosen() -> None:
    assert body_of(typed({**FORM, "title": "other"}))["title"] == "ดร."
    assert missing(typed({**FORM, "title": "other", "title_other": " "})) == {"title": "กรุณาเลือกคำนำหน้า"}


def test_what_identity_has_comes_back_into_the_form() -> None:
    me = {"title": "พ.ต.ท.", "phone": "+66812345678", "email": None, "address": {"house_no": "12", "soi": None}}
    values = values_of(me)
    assert (values["title"], values["title_other"], values["phone"]) == ("other", "พ.ต.ท.", "081 234 5678")
    assert (values["address.house_no"], values["address.soi"]) == ("12", "")
    assert values_of({"title": None})["title"] == ""


def test_nothing_is_missing_in_a_whole_form() -> None:
    assert missing(typed(FORM)) == {}


@pytest.mark.parametrize("path", ["/kathu/", "/me/petitions", "/kathu/petitions/new?from=review", "/t/6D0M5BX"])
def test_pages_of_this_site(path: str) -> None:
    assert is_page(path)


@pytest.mark.parametrize(
    "path",
    ["", "https://evil.example/", "//evil.example", "/\\evil.example", "/a\nb", "/ a", "/api/x", "/sandbox/digital-id/",
     "/login/done", "/logout", "/" + "a" * 300],
)  # fmt: skip
def test_addresses_that_nobody_is_led_to(path: str) -> None:
    assert not is_page(path)


def test_what_identity_tells_members_is_there_in_english() -> None:
    english = translations("en").gettext
    texts = [each for text in CURRENT.values() for each in (text.title, text.what, text.why, text.how_long)]
    for text in (*texts, *(text.withdrawal for text in CURRENT.values()), RETENTION):
        assert english(text) != text
