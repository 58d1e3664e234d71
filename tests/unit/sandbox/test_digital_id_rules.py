"""The Digital ID sandbox's decisions: secrets, passwords, samples, the store."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from sandbox.digital_id import oauth, passwords, samples, store
from sandbox.digital_id.flavour import DGA, THAID, claims_for, dga_secret
from sandbox.digital_id.oauth import OAuthError
from sandbox.digital_id.person import bare_number, is_citizen_number, printed_number
from sandbox.digital_id.registration import MOST_TRIES, Otp, Registration, Step, check_otp
from sandbox.digital_id.signing import encoded
from sandbox.digital_id.texting import otp_text
from sandbox.sms_gateway.submission import thai_mobile
from shared.kernel.sms_text import segments


class Kept(BaseModel):
    word: str


def test_dgas_hash_of_a_secret() -> None:
    """The vector of the community's client code."""
    assert dga_secret("CezAg7UPkad") == "fd85b47a0cb53651edad9494d587ac7f"


def test_a_password_matches_its_hash_only() -> None:
    kept = passwords.hashed("รหัส ผ่าน")
    assert passwords.matches("รหัส ผ่าน", kept)
    assert not passwords.matches("รหัสผ่าน", kept)
    assert kept != passwords.hashed("รหัส ผ่าน")
    assert not passwords.matches("", passwords.UNKNOWN)


def test_sample_people_can_exist_and_differ() -> None:
    people = list(samples.people())
    assert len(people) >= 6
    for person in people:
        assert is_citizen_number(person.citizen_number)
        assert thai_mobile(person.phone) == person.phone
        assert "ตัวอย่าง" in person.family_name
        assert person.note
    assert len({person.citizen_number for person in people} | {person.phone for person in people}) == 2 * len(people)


def test_sample_people_are_settled_once(tmp_path: Path) -> None:
    for _ in range(2):
        database = store.opened(tmp_path)
        samples.settle(store.People(database))
        assert len(store.People(database).everybody()) == len(list(samples.people()))
        database.close()


@pytest.mark.parametrize("field", ["citizen_number", "user_name", "email"])
def test_nobody_takes_what_somebody_has(field: str) -> None:
    book = store.People(store.opened(None))
    one, other, *_ = samples.people()
    book.add(one)
    with pytest.raises(store.AlreadyThere) as there:
        book.add(other.model_copy(update={field: getattr(one, field).upper()}))
    assert there.value.field == field


def test_a_shelf_keeps_for_a_while_and_never_the_key(tmp_path: Path) -> None:
    database = store.opened(tmp_path)
    shelf = store.Shelf(database, "test", Kept, timedelta(minutes=1))
    shelf.put("a secret key", Kept(word="here"))
    assert shelf.get("a secret key") == Kept(word="here")
    assert store.Shelf(database, "other", Kept, timedelta(minutes=1)).get("a secret key") is None
    brief = store.Shelf(database, "test", Kept, timedelta(0))
    brief.put("gone", Kept(word="gone"))
    assert brief.get("gone") is None
    shelf.remove("a secret key")
    assert shelf.get("a secret key") is None
    database.close()
    assert b"a secret key" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_the_appendix_of_pkce() -> None:
    """RFC 7636, appendix B."""
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    oauth.check_verifier(challenge, verifier)
    assert encoded(hashlib.sha256(verifier.encode()).digest()) == challenge
    with pytest.raises(OAuthError):
        oauth.check_verifier(challenge, challenge)
    with pytest.raises(OAuthError):
        oauth.check_verifier(encoded(hashlib.sha256(b"short").digest()), "short")


def test_numbers_are_read_as_people_type_them() -> None:
    assert bare_number("๑-9999 00000-01-3") == "1999900000013"
    assert printed_number("1999900000013") == "1-9999-00000-01-3"
    assert not is_citizen_number("1999900000014")
    assert not is_citizen_number("๑๙๙๙๙๐๐๐๐๐๐๑๓")
    assert not is_citizen_number("0999900000015")


def test_what_a_person_does_not_have_is_no_claim() -> None:
    person = next(samples.people()).model_copy(update={"title": None, "address": None, "email": None})
    assert claims_for(THAID, person, ("openid", "title", "address", "pid"), "2.3") == {"pid": person.citizen_number}
    assert claims_for(DGA, person, ("openid", "email", "email_verified"), "1.3") == {}
    assert set(claims_for(DGA, person, ("profile",), "1.3")) == {"preferred_username", "given_name", "family_name"}


def test_neither_flavour_knows_the_laser_code() -> None:
    assert "smartcard_code" not in {*THAID.scopes, *DGA.scopes}


def test_a_one_time_password_ends() -> None:
    otp = Otp(phone="+66812345678", reference="ABCD", code_hash="right", until=100)
    assert check_otp(otp, "right", 99).values["phone"] == "+66812345678"
    assert check_otp(otp, "right", 100).problems
    assert check_otp(otp, "wrong", 99).values["otp"].tries == 1
    assert check_otp(otp.model_copy(update={"tries": MOST_TRIES}), "right", 99).problems


def test_the_text_fits_into_one_part() -> None:
    assert segments(otp_text("123456", "ABCD", 5)) == 1


def test_the_step_is_the_first_that_is_not_finished() -> None:
    begun = Registration()
    for step, update in (
        (Step.TERMS, {"terms_accepted": True}),
        (Step.CARD, {"citizen_number": "1999900000013"}),
        (Step.ACCOUNT, {"password_hash": "x"}),
        (Step.PHONE, {"phone": "+66812345678"}),
        (Step.CHECK, {"done": True}),
    ):
        assert begun.step is step
        begun = begun.model_copy(update=update)
    assert begun.step is Step.DONE
    assert Step.TERMS.before is None
    assert Step.CHECK.before is Step.PHONE
