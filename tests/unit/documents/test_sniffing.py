"""What an upload really is."""

from __future__ import annotations

import pikepdf
import pytest

from services.documents.uploads.rules import Kind, Refusal, Refused
from services.documents.uploads.sniffing import kind_of
from tests.samples import uploads as make

RELATIONS = "word/_rels/document.xml.rels"
DOCX, XLSX = make.word_document(), make.workbook()
JPEG, PNG, PDF = make.picture("JPEG"), make.picture("PNG"), make.pdf()
SCRIPT = make.action("JavaScript", JS="app.alert(1)")
REMOTE = (
    b'<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'attachedTemplate" '
    b'Target="http://elsewhere.example/t.dotx" TargetMode="External"/></Relationships>'
)

RIGHT = {
    "jpeg": (JPEG, Kind.JPEG),
    "jpeg with more pictures behind it": (make.picture_of_two(), Kind.JPEG),
    "jpeg with an archive behind it": (JPEG + make.packed({"a.txt": b"hi"}), Kind.JPEG),
    "png": (PNG, Kind.PNG),
    "pdf": (PDF, Kind.PDF),
    "pdf with object streams": (make.pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), Kind.PDF),
    "pdf in one object stream": (make.pdf_with_object_stream(0), Kind.PDF),
    "docx": (DOCX, Kind.DOCX),
    "docx in another order": (make.in_another_order(DOCX), Kind.DOCX),
    "docx with a workbook inside": (make.with_part(DOCX, "word/embeddings/sheet.xlsx", XLSX), Kind.DOCX),
    "xlsx": (XLSX, Kind.XLSX),
    "xlsx in another order": (make.in_another_order(XLSX), Kind.XLSX),
    "doc": (make.old_word_document(), Kind.DOC),
    "xls": (make.old_workbook(), Kind.XLS),
}

WRONG = {
    "plain archive": (make.packed({"readme.txt": b"hi"}), Refusal.NOT_WHAT_IT_SAYS),
    "archive that looks like a docx": (make.packed({"word/document.xml": b"<a/>"}), Refusal.NOT_WHAT_IT_SAYS),
    "gif": (make.picture("GIF"), Refusal.NOT_WHAT_IT_SAYS),
    "program": (b"MZ" + bytes(200), Refusal.NOT_WHAT_IT_SAYS),
    "html": (b"<html><script>alert(1)</script></html>", Refusal.NOT_WHAT_IT_SAYS),
    "pdf after other bytes": (b"junk\n" * 20 + PDF, Refusal.NOT_WHAT_IT_SAYS),
    "jpeg header and a script": (b"\xff\xd8\xff\xe0" + b"<script>" * 20, Refusal.DAMAGED),
    "cut archive": (DOCX[: len(DOCX) // 2], Refusal.DAMAGED),
    "cut compound file": (make.old_workbook()[:600], Refusal.DAMAGED),
    "pdf header alone": (b"%PDF-1.7\n%%EOF\n", Refusal.DAMAGED),
    "document type in a list": (
        make.with_replaced(DOCX, make.CONTENT_TYPES, b"<Types", b'<!DOCTYPE x [<!ENTITY a "b">]><Types'),
        Refusal.DAMAGED,
    ),
    "docx with macros": (make.with_part(DOCX, "word/vbaProject.bin"), Refusal.MACROS),
    "docm called docx": (
        make.with_replaced(
            DOCX,
            make.CONTENT_TYPES,
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
        Refusal.MACROS,
    ),
    "macros under another name": (
        make.with_replaced(
            DOCX,
            RELATIONS,
            b"</Relationships>",
            b'<Relationship Id="r9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
            b'Target="a.bin"/></Relationships>',
        ),
        Refusal.MACROS,
    ),
    "xlsx with a macro sheet": (make.with_part(XLSX, "xl/macrosheets/sheet1.xml"), Refusal.MACROS),
    "xls with a macro sheet": (make.old_workbook_with_macro_sheet(), Refusal.MACROS),
    "doc with macros": (make.old_word_document("Macros"), Refusal.MACROS),
    "docx with macros in a workbook inside": (
        make.with_part(DOCX, "word/embeddings/a.xlsx", make.with_part(XLSX, "xl/vbaProject.bin")),
        Refusal.MACROS,
    ),
    "docx with a packaged file": (
        make.with_part(DOCX, "word/embeddings/oleObject1.bin", make.old_word_document("\x01Ole10Native")),
        Refusal.ACTIVE_CONTENT,
    ),
    "docx with a control": (make.with_part(DOCX, "word/activeX/activeX1.bin"), Refusal.ACTIVE_CONTENT),
    "docx with a template from elsewhere": (
        make.with_replaced(DOCX, RELATIONS, b"</Relationships>", REMOTE),
        Refusal.ACTIVE_CONTENT,
    ),
    "docx with a password": (make.old_word_document("EncryptedPackage"), Refusal.PASSWORD),
    "docx in docx in docx in docx": (
        make.with_part(
            DOCX,
            "word/embeddings/a.docx",
            make.with_part(DOCX, "word/embeddings/a.docx", make.with_part(DOCX, "word/embeddings/a.docx", DOCX)),
        ),
        Refusal.UNPACKS_TOO_LARGE,
    ),
    "pdf bomb": (make.pdf_with_object_stream(65 * 1024 * 1024), Refusal.DAMAGED),
    "zip bomb": (make.with_part(DOCX, "word/media/image1.bmp", bytes(101 * 1024 * 1024)), Refusal.UNPACKS_TOO_LARGE),
    "pixel flood": (make.picture("PNG", (10_000, 5_001)), Refusal.UNPACKS_TOO_LARGE),
    "pdf with a script at opening": (make.pdf(pikepdf.Dictionary(OpenAction=SCRIPT)), Refusal.ACTIVE_CONTENT),
    "pdf with a named script": (
        make.pdf(pikepdf.Dictionary(Names=pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", SCRIPT])))),
        Refusal.ACTIVE_CONTENT,
    ),
    "pdf that starts a program": (
        make.pdf(pikepdf.Dictionary(OpenAction=make.action("Launch", F="cmd.exe"))),
        Refusal.ACTIVE_CONTENT,
    ),
    "pdf with a script behind an escaped name": (
        make.pdf(pikepdf.Dictionary(OpenAction=SCRIPT), object_stream_mode=pikepdf.ObjectStreamMode.disable)
        .replace(b"/JavaScript", b"/J#61vaScript")
        .replace(b"/JS ", b"/#4aS "),
        Refusal.ACTIVE_CONTENT,
    ),
    "pdf with a password": (
        make.pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
        Refusal.PASSWORD,
    ),
}


@pytest.mark.parametrize(("content", "kind"), RIGHT.values(), ids=RIGHT)
def test_accepted(content: bytes, kind: Kind) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(("content", "refusal"), WRONG.values(), ids=WRONG)
def test_refused(content: bytes, refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        kind_of(content)
    assert refused.value.refusal is refusal
