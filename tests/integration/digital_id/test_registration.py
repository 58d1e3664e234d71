"""Six steps to a Digital ID; the one-time password is read at the SMS sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.digital_id.store import FILE_NAME
from sandbox.sms_gateway import SmsSandboxSettings
from sandbox.sms_gateway import create_app as create_sms
from sandbox.sms_gateway.serving import serving
from tests.support.digital_id import DGA, Party, digital_id, told

NUMBER, LASER = "3100602346588", "JT9-9999999-99"
PASSWORD = "ความลับ of tests"
ACCOUNT = {"given_name": "สมใจ", "family_name": "ทดสอบเท่านั้น", "user_name": "somjai", "email": "somjai@example.com"}
ACCOUNT |= {"password": PASSWORD, "password_again": PASSWORD}


@pytest.fixture(scope="module")
def sms() -> Iterator[str]:
    with serving(create_sms(SmsSandboxSettings())) as url:
        yield url


@pytest.fixture
def party(sms: str, tmp_path: Path) -> Iterator[Party]:
    """A browser at a new sandbox, whose store is in `tmp_path`."""
    httpx.delete(f"{sms}/ledger").raise_for_status()
    httpx.put(f"{sms}/behaviour", json={}).raise_for_status()
    with digital_id(tmp_path, sms_url=sms, sms_page=sms) as url:
        yield Party(url, DGA)


def step(party: Party, name: str) -> httpx.Response:
    return party.http.get(f"{party.issuer}/register/{name}", follow_redirects=True)


def go(party: Party, name: str, **fields: str) -> httpx.Response:
    """Fill in a step and follow where it leads."""
    answer = party.submit(step(party, name), **fields)
    return party.follow(answer) if answer.status_code == 303 else answer


def begun(party: Party) -> httpx.Response:
    """Up to the phone."""
    party.http.get(f"{party.issuer}/register")
    go(party, "terms", accept="yes")
    go(party, "card", citizen_number=NUMBER, laser_code=LASER)
    return go(party, "account", **ACCOUNT)


def texts(sms: str, to: str = "0812345678") -> list[str]:
    return [message["text"] for message in httpx.get(f"{sms}/messages", params={"to": to}).json()]


def code_in(text: str) -> str:
    found = re.search(r"OTP (\d{6}) ", text)
    assert found
    return found.group(1)


def test_all_six_steps_and_the_log_in_that_led_there(party: Party, sms: str, tmp_path: Path) -> None:
    login = party.follow(party.authorize())
    link = re.findall(r'href="([^"]*/register\?log-in=[^"]*)"', login.text)[0]
    page = party.follow(party.http.get(link))
    assert "ขั้นที่ 1 จาก 6" in page.text
    assert "ขั้นที่ 2 จาก 6" in go(party, "terms", accept="yes").text
    assert "ขั้นที่ 3 จาก 6" in go(party, "card", citizen_number="3-1006-02346-58-8", laser_code=LASER).text
    assert "ขั้นที่ 4 จาก 6" in go(party, "account", **ACCOUNT).text
    page = go(party, "phone", phone="๐๘๑-234-5678")
    (text,) = texts(sms)
    reference = re.findall(r"อ้างอิง (\w{4})", text)[0]
    assert reference in page.text
    assert code_in(text) not in page.text
    page = go(party, "phone", code=code_in(text))
    assert "ขั้นที่ 5 จาก 6" in page.text
    for shown in ("3-1006-02346-58-8", "สมใจ", "ทดสอบเท่านั้น", "somjai", "081-234-5678"):
        assert shown in page.text
    page = go(party, "check")
    assert "ขั้นที่ 6 จาก 6" in page.text
    assert f'href="{login.url}"' in page.text
    consent = party.follow(party.submit(party.http.get(login.url), login="somjai", password=PASSWORD))
    code = told(party.submit(consent, decision="allow"))["code"]
    claims = party.user_info(party.token(code).json()["access_token"]).json()
    assert (claims["citizen_id"], claims["given_name"], claims["ial_level"]) == (NUMBER, "สมใจ", "1.3")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE_NAME}*"))
    assert NUMBER.encode() in kept
    for secret in (b"JT9999999999", LASER.encode(), PASSWORD.encode(), code_in(text).encode()):
        assert secret not in kept


def test_confirming_twice_makes_one_account(party: Party, sms: str) -> None:
    begun(party)
    go(party, "phone", phone="0812345678")
    go(party, "phone", code=code_in(texts(sms)[0]))
    page = step(party, "check")
    assert party.submit(page).headers["location"].endswith("/register/done")
    assert party.submit(page).headers["location"].endswith("/register/done")


def test_the_buttons_of_the_fourth_step_may_be_pressed_twice(party: Party, sms: str) -> None:
    page = begun(party)
    for _ in range(2):
        answer = party.submit(page, phone="0812345678")
        assert answer.headers["location"].endswith("/register/phone")
    (text,) = texts(sms)
    page = step(party, "phone")
    for _ in range(2):
        answer = party.submit(page, code=code_in(text))
        assert answer.headers["location"].endswith("/register/check")


def test_steps_are_taken_in_order(party: Party) -> None:
    party.http.get(f"{party.issuer}/register")
    for name in ("card", "account", "phone", "check", "done"):
        assert "ขั้นที่ 1 จาก 6" in step(party, name).text
    go(party, "terms", accept="yes")
    assert "ขั้นที่ 2 จาก 6" in step(party, "check").text


def test_nothing_typed_is_lost_going_back_but_secrets(party: Party) -> None:
    begun(party)
    page = step(party, "account").text
    for value in ("สมใจ", "ทดสอบเท่านั้น", "somjai", "somjai@example.com"):
        assert f'value="{value}"' in page
    assert PASSWORD not in page
    assert NUMBER in step(party, "card").text
    assert "9999999" not in re.sub(r"เช่น JT9-9999999-99", "", step(party, "card").text)
    kept = {name: value for name, value in ACCOUNT.items() if "password" not in name}
    assert "ขั้นที่ 4 จาก 6" in go(party, "account", **kept | {"given_name": "สมหวัง"}).text


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"citizen_number": "3100602346589"}, "เลขประจำตัวประชาชนไม่ถูกต้อง"),
        ({"citizen_number": "1999900000013"}, "เลขประจำตัวประชาชนนี้ลงทะเบียนแล้ว"),
        ({"laser_code": "J99-9999999-99"}, "รหัสหลังบัตรประกอบด้วย"),
    ],
)
def test_a_card_that_cannot_be(party: Party, changes: dict[str, str], problem: str) -> None:
    party.http.get(f"{party.issuer}/register")
    go(party, "terms", accept="yes")
    page = go(party, "card", **{"citizen_number": NUMBER, "laser_code": LASER} | changes)
    assert page.status_code == 422
    assert problem in page.text
    assert "ขั้นที่ 2 จาก 6" in step(party, "check").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"given_name": "Somjai"}, "given_name"),
        ({"family_name": "๙๙"}, "family_name"),
        ({"user_name": "1somjai"}, "user_name"),
        ({"user_name": "Sample1"}, "user_name"),
        ({"email": "somjai"}, "email"),
        ({"email": "SAMPLE1@example.com"}, "email"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password_again": "another one"}, "password_again"),
        ({"user_name": "somjai.t", "password": "somjai.t", "password_again": "somjai.t"}, "password"),
    ],
)
def test_an_account_that_cannot_be(party: Party, changes: dict[str, str], field: str) -> None:
    party.http.get(f"{party.issuer}/register")
    go(party, "terms", accept="yes")
    go(party, "card", citizen_number=NUMBER, laser_code=LASER)
    page = go(party, "account", **ACCOUNT | changes)
    assert page.status_code == 422
    assert re.findall(r'<a href="#(\w+)">', page.text) == [field]


def test_terms_must_be_accepted(party: Party) -> None:
    party.http.get(f"{party.issuer}/register")
    assert go(party, "terms").status_code == 422


def test_a_wrong_code_counts_and_the_right_one_comes_too_late_then(party: Party, sms: str) -> None:
    begun(party)
    go(party, "phone", phone="0812345678")
    right = code_in(texts(sms)[0])
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert "รหัสไม่ถูกต้อง" in go(party, "phone", code=wrong).text
    assert "ขอรหัสใหม่" in go(party, "phone", code=right).text
    assert "ขั้นที่ 4 จาก 6" in step(party, "check").text
    go(party, "phone", again="yes")
    assert "ขั้นที่ 5 จาก 6" in go(party, "phone", code=code_in(texts(sms)[1])).text


def test_another_phone_has_to_be_proven_anew(party: Party, sms: str) -> None:
    begun(party)
    go(party, "phone", phone="0812345678")
    first = code_in(texts(sms)[0])
    go(party, "phone", change="yes")
    go(party, "phone", phone="0898765432")
    if (second := code_in(texts(sms, "0898765432")[0])) != first:
        assert go(party, "phone", code=first).status_code == 422
    go(party, "phone", code=second)
    go(party, "phone", phone="0811111111")
    assert "ขั้นที่ 4 จาก 6" in step(party, "check").text


def test_one_phone_is_not_flooded(party: Party, sms: str) -> None:
    begun(party)
    go(party, "phone", phone="0812345678")
    for _ in range(4):
        go(party, "phone", again="yes")
    page = go(party, "phone", again="yes")
    assert "ขอรหัสหลายครั้งเกินไป" in page.text
    assert len(texts(sms)) == 5


@pytest.mark.parametrize("phone", ["076-321-500", "12", "+4915112345678"])
def test_only_thai_mobile_phones(party: Party, sms: str, phone: str) -> None:
    begun(party)
    assert go(party, "phone", phone=phone).status_code == 422
    assert texts(sms) == []


@pytest.mark.parametrize("mode", ["error_500", "accept_then_drop", "too_many_429"])
def test_a_gateway_that_fails_is_told_and_can_be_tried_again(party: Party, sms: str, mode: str) -> None:
    begun(party)
    httpx.put(f"{sms}/behaviour", json={"mode": mode})
    page = go(party, "phone", phone="0812345678")
    assert (page.status_code, "ส่ง SMS ไม่สำเร็จ" in page.text) == (422, True)
    httpx.put(f"{sms}/behaviour", json={})
    go(party, "phone", phone="0812345678")
    assert "ขั้นที่ 5 จาก 6" in go(party, "phone", code=code_in(texts(sms)[-1])).text


def test_a_form_of_another_browser_does_nothing(party: Party) -> None:
    page = begun(party)
    stranger = Party(party.url, DGA)
    stranger.http.get(f"{party.issuer}/register")
    assert stranger.submit(page, phone="0812345678").status_code == 400
