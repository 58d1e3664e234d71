"""People ready to use: made-up numbers with right check digits, names and addresses that say what they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sandbox.digital_id import passwords
from sandbox.digital_id.flavour import THAID_ASSURANCE
from sandbox.digital_id.person import SELF_REGISTERED, Person
from sandbox.digital_id.store import AlreadyThere, People
from shared.kernel import ids

PASSWORD: Final = "sandbox-only"
"""Of every one of them; it is on the page."""
ADDRESS: Final = "999 หมู่ที่ 9 ตำบลตัวอย่าง อำเภอตัวอย่าง จังหวัดตัวอย่าง 99999"
_ROWS: Final = (
    # user name, citizen number, title, first, last, in English, gender, born, phone, assurance, good for
    ("sample1", "1999900000013", "นาย", "สมมติ", "ตัวอย่างหนึ่ง", "Mr.", "Sommut", "Tuayang-Neung", "male",
     "1980-02-29", "+66800000001", THAID_ASSURANCE, "ประชาชน"),
    ("sample2", "1999900000021", "นางสาว", "สมมติ", "ตัวอย่างสอง", "Miss", "Sommut", "Tuayang-Song", "female",
     "1995-10-01", "+66800000002", SELF_REGISTERED, "ประชาชนที่ลงทะเบียนเอง (IAL 1.3)"),
    ("sample3", "3999900000036", "นาง", "จำลอง", "ตัวอย่างสาม ณ ทดสอบ", "Mrs.", "Chamlong", "Tuayang-Sam", "female",
     "1948-12-31", "+66800000003", THAID_ASSURANCE, "ประชาชนสูงอายุ นามสกุลยาว"),
    ("sample4", "5999900000041", "นาย", "จำลอง", "ตัวอย่างสี่", "Mr.", "Chamlong", "Tuayang-Si", "male",
     "1990-01-01", "+66800000004", THAID_ASSURANCE, "เจ้าหน้าที่รับเรื่อง"),
    ("sample5", "1999900000056", "นางสาว", "ทดลอง", "ตัวอย่างห้า", "Miss", "Thotlong", "Tuayang-Ha", "female",
     "1985-06-15", "+66800000005", THAID_ASSURANCE, "หัวหน้าหน่วยงาน"),
    ("sample6", "1999900000064", "นาย", "ทดลอง", "ตัวอย่างหก", "Mr.", "Thotlong", "Tuayang-Hok", "male",
     "1975-03-08", "+66800000006", THAID_ASSURANCE, "ผู้ดูแลระบบของหน่วยงาน"),
)  # fmt: skip


def people() -> Iterator[Person]:
    """The same ids each time, so that a subject stays the same when the store is made anew."""
    password_hash = passwords.hashed(PASSWORD)
    for row in _ROWS:
        user_name, number, title, given, family, title_en, given_en, family_en, gender, born, phone, ial, note = row
        yield Person(
            person_id=str(ids.derived_id(f"sandbox/digital-id/{user_name}")),
            citizen_number=number,
            user_name=user_name,
            email=f"{user_name}@example.com",
            phone=phone,
            password_hash=password_hash,
            given_name=given,
            family_name=family,
            title=title,
            title_en=title_en,
            given_name_en=given_en,
            family_name_en=family_en,
            gender=gender,
            birthdate=born,
            address=ADDRESS,
            assurance=ial,
            note=note,
        )


def settle(book: People) -> None:
    """Put the sample people into the book; those who are there stay as they are."""
    if book.having("user_name", _ROWS[-1][0]):
        return
    for person in people():
        try:
            book.add(person)
        except AlreadyThere:
            continue
