"""What may be uploaded, under which name, and what the citizen is told otherwise."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.uploads.filenames import UNNAMED, clean_filename, content_disposition, extension_of
from services.documents.uploads.rules import (
    MEDIA_TYPES,
    MESSAGES,
    Kind,
    Refusal,
    Refused,
    check_agreement,
    check_size,
    kind_by_name,
)


def refusal_of(size: int) -> Refused:
    with pytest.raises(Refused) as refused:
        check_size(size)
    return refused.value


def test_five_mebibytes_pass_and_one_byte_more_does_not() -> None:
    check_size(5 * 1024 * 1024)
    refused = refusal_of(5 * 1024 * 1024 + 1)
    assert (refused.refusal, refused.status) == (Refusal.TOO_LARGE, 413)


def test_an_empty_file_is_refused() -> None:
    assert refusal_of(0).refusal is Refusal.EMPTY


@pytest.mark.parametrize(
    ("filename", "kind"),
    [
        ("a.jpg", Kind.JPEG),
        ("a.JPEG", Kind.JPEG),
        ("ภาพ.PNG", Kind.PNG),
        ("a.b.pdf", Kind.PDF),
        ("a.doc", Kind.DOC),
        ("a.docx", Kind.DOCX),
        ("a.xls", Kind.XLS),
        ("a.xlsx", Kind.XLSX),
    ],
)
def test_accepted_extensions(filename: str, kind: Kind) -> None:
    assert kind_by_name(filename) is kind


@pytest.mark.parametrize("filename", ["a.exe", "a.pdf.exe", "a.docm", "a.gif", "a", ".pdf", "", "a.pdf "[:-2], "a.zip"])
def test_other_extensions_are_refused(filename: str) -> None:
    with pytest.raises(Refused) as refused:
        kind_by_name(filename)
    assert (refused.value.refusal, refused.value.status) == (Refusal.WRONG_TYPE, 415)


def test_name_and_content_must_agree() -> None:
    check_agreement(Kind.JPEG, Kind.JPEG)
    with pytest.raises(Refused) as refused:
        check_agreement(Kind.JPEG, Kind.PNG)
    assert (refused.value.refusal, refused.value.status) == (Refusal.NOT_WHAT_IT_SAYS, 415)


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_is_told_in_thai(refusal: Refusal) -> None:
    refused = Refused(refusal)
    assert re.search("[ก-๙]{4}", refused.message)
    assert refused.status in (413, 415, 422)
    assert str(refused) == refusal.value
    assert set(MESSAGES) == set(Refusal)


def test_macros_and_malware_are_unprocessable() -> None:
    assert Refused(Refusal.MACROS).status == Refused(Refusal.MALWARE).status == 422


def test_every_kind_has_its_media_type() -> None:
    assert set(MEDIA_TYPES) == set(Kind)
    assert Kind.JPEG.media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("ภาพถ่าย ถนน.JPG", "ภาพถ่าย ถนน.jpg"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\x00b\r\nc.pdf", "a b c.pdf"),
        ("gpj.\u202eexe.pdf", "gpj. exe.pdf"),
        ('a"<b>|?*:.pdf', "a__b_____.pdf"),
        ("...pdf", "pdf"),
        ("   .pdf", "pdf"),
        ("..", UNNAMED),
        ("", UNNAMED),
        ("ก" * 300 + ".docx", "ก" * 100 + ".docx"),
        ("no extension", "no extension"),
    ],
)
def test_clean_filename(typed: str, clean: str) -> None:
    assert clean_filename(typed) == clean


@given(st.text())
def test_a_clean_name_is_clean_and_keeps_the_promise_of_its_extension(typed: str) -> None:
    clean = clean_filename(f"{typed}.pdf")
    assert clean_filename(clean) == clean
    assert extension_of(clean) == "pdf" or clean == "pdf"
    assert not re.search(r'[\x00-\x1f\x7f/\\"]', clean)


def test_content_disposition() -> None:
    told = content_disposition("ภาพ ถนน 1.jpg")
    assert told == (
        'attachment; filename="1.jpg"; '
        "filename*=UTF-8''%E0%B8%A0%E0%B8%B2%E0%B8%9E%20%E0%B8%96%E0%B8%99%E0%B8%99%201.jpg"
    )
    assert content_disposition("a.pdf", inline=True) == "inline; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_content_disposition_is_one_safe_header_line(filename: str) -> None:
    told = content_disposition(filename)
    fallback, name = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9._ -]+)\"; filename\*=UTF-8''(\S*)", told
    ).groups()  # type: ignore[union-attr]
    assert told.isascii()
    assert fallback
    assert unquote(name) == filename
