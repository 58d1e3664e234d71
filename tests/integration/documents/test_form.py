"""The printed form: archival, accessible, copied exactly, and never stopped by what somebody typed."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import page
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from services.documents.form.layout import FormData, Logo, Petitioner, Place, laid_out, masked, source_json
from services.documents.form.press import NotPrintable, Press
from services.documents.form.printer import Printer
from tests.samples.forms import a_form, a_full_form

WORDS = "น้ำ ที่ ปั๊ม กู้ ญู ฐู ป่า ฝ้า ฟื้น กำ ก้ำ เกี๊ยว ปู่ ฝั่ง ญี่ปุ่น ผู้ใหญ่ ตั้ง ทั่วไป น้ำแข็ง พระมหากษัตริย์"
SENTENCE = "ถนนชำรุดเสียหายเป็นหลุมเป็นบ่อจำนวนมากทำให้ประชาชนผู้สัญจรไปมาได้รับความเดือดร้อนขอให้เทศบาลซ่อมแซมด้วยน้ำใจ"
LONG = (SENTENCE * 100)[:10_000]
ODD = (
    "อีโมจิ 👨‍👩‍👧 ❤️ 👍🏽 จีน 道路损坏 อาหรับ مرحبا ควบคุม \x00\x07\x1b ส่วนตัว \ue000 \ufffe เต็มความกว้าง Ａ１ ซ้อน ก"
    + "\u0e49" * 40
    + " \u0e48นำหน้า \u202eกลับ \ud800 จบ"
)
MARKUP = '#read("/etc/passwd") #import "@preview/x:1.0.0" *หนา* _เอียง_ $x^2$ <b>x</b> @label \\ // --- = หัวข้อ'

FORMS = {
    "full": a_full_form(details=f"{SENTENCE}\n\n{WORDS}"),
    "masked": masked(a_full_form(), "นายสมชาย จ."),
    "minimal": a_form(petitioner=Petitioner(full_name="นางสาวสมหญิง ตัวอย่าง"), tracking_code=None, details=""),
    "long": a_full_form(details=LONG),
    "unbroken": a_form(details="x" * 10_000, subject="y" * 500),
    "odd": a_form(subject=ODD, details=ODD, place=Place(address=ODD)),
    "markup": a_form(subject=MARKUP, details=MARKUP),
}


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer()


@pytest.fixture(scope="module")
def printed(printer: Printer) -> dict[str, bytes]:
    return {name: printer.print(form, source_json(form)) for name, form in FORMS.items()}


def comparable(text: str) -> str:
    """Readers differ in white space and in the order of NIKHAHIT and a tone mark in น้ำ."""
    together = re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFKC", text))
    return re.sub("\u0e4d([\u0e48-\u0e4b])", "\\1\u0e4d", together)


Reader = Callable[[bytes], list[str]]


def by_pdfium(document: bytes) -> list[str]:
    return [sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(document)]


def by_poppler(document: bytes) -> list[str]:
    told = subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, check=True).stdout.decode()
    return told.split("\f")[:-1]


def failures(path: Path, profile: page.ValidationProfile) -> list[str]:
    """What the validator finds, but for a false alarm.

    It takes the CR at the end of a compressed stream for a part of the line end that follows, and calls /Length wrong.
    """
    with pikepdf.open(path) as pdf:
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        false_alarm = any(stream.read_raw_bytes().endswith(b"\r") for stream in streams)
    found = page.validate_pdf(str(path), profile=profile).failures
    return [failure.message for failure in found if not (false_alarm and "STREAM-LENGTH" in failure.rule_id)]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1])
def test_both_standards_hold(
    printed: dict[str, bytes], name: str, profile: page.ValidationProfile, tmp_path: Path
) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(printed[name])
    assert failures(path, profile) == []


@pytest.mark.parametrize("read", [by_pdfium, by_poppler])
@pytest.mark.parametrize("name", ["full", "long", "unbroken"])
def test_text_is_copied_exactly(printed: dict[str, bytes], name: str, read: Reader) -> None:
    sheets = [comparable(sheet) for sheet in read(printed[name])]
    running = [comparable("คำร้องเลขที่ KT1080767000011 (ต่อ) เทศบาลเมืองกะทู้")]
    copied = "".join(sheets)
    for text in [*running, *re.findall(r"หน้า\d/\d", copied)]:
        copied = copied.replace(text, "")
    footer = comparable("คำร้องเลขที่ KT1080767000011 · 08 ก.ค. 2567 เวลา 17:56:42 น.")
    assert copied.count(footer) == len(sheets)
    for paragraph in laid_out(FORMS[name])["details"]:
        assert comparable(paragraph) in copied.replace(footer, "")


@pytest.mark.parametrize("read", [by_pdfium, by_poppler])
@pytest.mark.parametrize("word", WORDS.split())
def test_words_are_copied_exactly(printed: dict[str, bytes], word: str, read: Reader) -> None:
    assert comparable(word) in comparable("".join(read(printed["full"])))


def test_everything_is_on_the_form(printed: dict[str, bytes]) -> None:
    copied = comparable("".join(by_pdfium(printed["full"])))
    for text in (
        "ระบบ One Stop Service",
        "เทศบาลเมืองกะทู้",
        "โทรศัพท์ 076-321-500",
        "เลขที่คำร้อง KT1080767000011",
        "วันที่ 08 ก.ค. 2567 เวลา 17:56:42 น.",
        "หน่วยงานเจ้าของเรื่อง สำนักปลัดเทศบาล",
        "เจ้าหน้าที่รับคำร้อง นางสาวตัวอย่าง รักงาน",
        "ประเภทเรื่องร้องเรียน ภาษีและค่าธรรมเนียม : ถนน/ไหล่ทาง",
        "ชื่อผู้ร้อง นายสมชาย ใจดี",
        "หมายเลขบัตรประชาชน 1-1017-00207-12-9",
        "เบอร์โทรศัพท์ 081-234-5678",
        "ที่อยู่ เลขที่ 12 หมู่ที่ 2 ถนนวิชิตสงคราม",
        "หัวข้อเรื่อง ถนนชำรุด",
        "สถานที่ให้ดำเนินการ หน้าตลาดสด ตำบลป่าตอง พิกัด 7.905600, 98.333200",
        "1. ภาพถ่ายถนนชำรุด.jpg (1.2 MB)",
        "จึงเรียนมาเพื่อโปรดพิจารณา",
        "(นายสมชาย ใจดี)",
        "รหัสติดตาม 7K3M9QX",
        "สำหรับเจ้าหน้าที่",
        "หน้า 1/1",
    ):
        assert comparable(text) in copied


def test_the_masked_form_tells_nothing_of_the_person(printed: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(printed["masked"])) as pdf:
        inside = pdf.attachments["petition.json"].get_file().read_bytes().decode()
    for told in ("".join(by_pdfium(printed["masked"])), inside):
        assert told.count("ปกปิด") >= 3
        assert told.count("แสดงเมื่อยืนยันตัวตน") == 4
        for secret in (
            "1-1017",
            "1101700",
            "812345678",
            "234-5678",
            "หมู่ที่ 2",
            "วิชิตสงคราม",
            "ใจดี",
            "ขรุขระ",
            "ตลาด",
            "7.9056",
        ):
            assert secret not in told


def test_a_long_text_flows_to_more_pages_under_the_number(printed: dict[str, bytes]) -> None:
    first, *others = (comparable(sheet) for sheet in by_pdfium(printed["long"]))
    assert len(others) >= 2
    assert comparable("(ต่อ)") not in first
    for number, sheet in enumerate(others, start=2):
        assert comparable("คำร้องเลขที่ KT1080767000011 (ต่อ)") in sheet
        assert f"หน้า{number}/{len(others) + 1}" in sheet


def test_thai_breaks_between_words(printed: dict[str, bytes]) -> None:
    """No line begins with what cannot begin a syllable, and none ends with what cannot end one."""
    lines = [line.strip() for sheet in by_poppler(printed["long"]) for line in sheet.splitlines() if len(line) > 60]
    assert len(lines) > 80
    assert not [line for line in lines if re.match("[\u0e30-\u0e3a\u0e45-\u0e4e]", line)]
    assert not [line for line in lines if re.search("[\u0e40-\u0e44]$", line)]
    starts = {line[:3] for line in lines}
    words = (
        "ถนน ชำรุด เสียหาย เป็น หลุม บ่อ จำนวน มาก ทำให้ ประชาชน ผู้ สัญจร ไป มา ได้ รับ ความ เดือดร้อน ขอ ให้ เทศบาล ซ่อมแซม ด้วย น้ำใจ"
    )
    assert {start for start in starts if not any(word.startswith(start[:2]) for word in words.split())} == set()


def test_odd_characters_are_replaced_and_the_paper_says_so(printed: dict[str, bytes]) -> None:
    copied = "".join(by_pdfium(printed["odd"]))
    assert "□" in copied
    assert comparable("หมายเหตุ: □ แทนอักขระที่แบบพิมพ์แสดงไม่ได้") in comparable(copied)
    assert "หมายเหตุ" not in "".join(by_pdfium(printed["full"]))


def test_markup_is_literal(printed: dict[str, bytes]) -> None:
    assert comparable(MARKUP) in comparable("".join(by_pdfium(printed["markup"])))


def test_the_petition_travels_inside(printed: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(printed["full"])) as pdf:
        (name,) = pdf.attachments
        inside = pdf.attachments[name]
        told = (name, str(inside.relationship), inside.get_file().mime_type)
        assert told == ("petition.json", "/Source", "application/json")
        assert json.loads(inside.get_file().read_bytes()) == json.loads(source_json(FORMS["full"]))


def test_equal_input_gives_equal_bytes(printed: dict[str, bytes]) -> None:
    again = Printer()
    for name, form in FORMS.items():
        document = again.print(form, source_json(form))
        assert hashlib.sha256(document).hexdigest() == hashlib.sha256(printed[name]).hexdigest()


def test_many_threads_may_print_at_once(printer: Printer, printed: dict[str, bytes]) -> None:
    def document(name: str) -> bytes:
        return printer.print(FORMS[name], source_json(FORMS[name]))

    names = ["full", "masked", "odd", "minimal"] * 5
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(document, names)) == [printed[name] for name in names]


def png(mode: str) -> bytes:
    saved = io.BytesIO()
    Image.new(mode, (900, 600), 0).save(saved, "PNG")
    return saved.getvalue()


SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'


def with_logo(media_type: str, content: bytes) -> FormData:
    form = a_form()
    authority = form.authority.model_copy(update={"logo": Logo(media_type=media_type, content=content)})
    return form.model_copy(update={"authority": authority})


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("image/png", png("RGBA")), ("image/png", png("L")), ("image/svg+xml", SQUARE)],
)
def test_the_logo_takes_the_place_of_the_crest(
    printer: Printer, media_type: str, content: bytes, tmp_path: Path
) -> None:
    form = with_logo(media_type, content)
    path = tmp_path / "form.pdf"
    path.write_bytes(printer.print(form, source_json(form)))
    for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
        assert failures(path, profile) == []
    assert not re.search("^KT$", "".join(by_pdfium(path.read_bytes())), re.MULTILINE)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("image/png", b"no picture"), ("image/svg+xml", b"<svg"), ("image/svg+xml", b"\xff\xfe"), ("text/plain", b"x")],
)
def test_a_broken_logo_never_stops_the_form(printer: Printer, media_type: str, content: bytes) -> None:
    form = with_logo(media_type, content)
    assert printer.print(form, source_json(form)) == printer.print(a_form(), source_json(a_form()))


def test_a_refusal_quotes_nobody() -> None:
    with pytest.raises(NotPrintable) as refused:
        Press().pdf("petition_form.typ", {"name": "สมชาย"}, {"source": "{}", "qr": "", "logo": ""})
    assert "สมชาย" not in f"{refused.value!r} {refused.value.__cause__!r}"
    assert refused.value.__suppress_context__
