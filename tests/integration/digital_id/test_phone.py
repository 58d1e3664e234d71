"""Log-in by QR: one browser shows it, another one plays the phone."""

from __future__ import annotations

from tests.support.digital_id import Party, told


def test_a_phone_approves_what_the_desktop_shows(party: Party) -> None:
    page = party.follow(party.authorize())
    qr_page = party.http.get(f"{page.url}/qr")
    drawn = party.http.get(f"{page.url}/qr.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert party.http.get(f"{page.url}/state").json() == {"answered": False}
    address = qr_page.text.split(f'href="{party.issuer}/phone/')[1].split('"')[0]
    phone = Party(party.url, party.flavour)
    form = phone.http.get(f"{party.issuer}/phone/{address}")
    consent = phone.follow(phone.submit(form, login="sample2", password="sandbox-only"))
    assert "ตัวอย่างสอง" in consent.text
    for decision in ("allow", "deny"):  # the first press counts
        assert "ยืนยันแล้ว" in phone.submit(consent, decision=decision).text
    assert party.http.get(f"{page.url}/state").json() == {"answered": True}
    code = told(party.http.get(page.url))["code"]
    assert told(party.http.get(f"{page.url}/qr"))["code"] == code
    answer = party.token(code).json()
    claims = party.user_info(answer["access_token"]).json()
    assert (claims["given_name"], claims["family_name"]) == ("สมมติ", "ตัวอย่างสอง")
    assert claims.get("ial", claims.get("ial_level")) == "2.3"
    assert phone.http.get(f"{party.issuer}/phone/{address}").status_code == 400


def test_a_phone_refuses(party: Party) -> None:
    page = party.follow(party.authorize())
    address = party.http.get(f"{page.url}/qr").text.split(f'href="{party.issuer}/phone/')[1].split('"')[0]
    phone = Party(party.url, party.flavour)
    form = phone.http.get(f"{party.issuer}/phone/{address}")
    consent = phone.follow(phone.submit(form, login="sample2", password="sandbox-only"))
    phone.submit(consent, decision="deny")
    assert told(party.http.get(page.url))["error"] == "access_denied"


def test_the_browser_itself_may_be_the_phone(party: Party) -> None:
    page = party.follow(party.authorize())
    address = party.http.get(f"{page.url}/qr").text.split(f'href="{party.issuer}/phone/')[1].split('"')[0]
    form = party.http.get(f"{party.issuer}/phone/{address}")
    consent = party.follow(party.submit(form, login="sample1", password="sandbox-only"))
    assert "code" in told(party.follow(party.submit(consent, decision="allow")))
