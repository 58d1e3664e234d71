"""Prints a petition as its official form."""

from __future__ import annotations

from typing import Final

import structlog

from services.documents.form.layout import FormData, Logo, laid_out
from services.documents.form.pictures import logo_picture, qr_code
from services.documents.form.press import NotPrintable, Press

TEMPLATE: Final = "petition_form.typ"

log = structlog.get_logger(__name__)


class Printer:
    """Turns `FormData` into a PDF (see `Press`). May be used by many threads at once."""

    def __init__(self, press: Press | None = None) -> None:
        self._press = press or Press()

    def print(self, form: FormData, attachment: bytes) -> bytes:
        """The PDF with `attachment` (UTF-8 JSON) inside as `petition.json`.

        Whatever the petitioner typed is printed; a logo that cannot be drawn is left out.
        """
        data = laid_out(form)
        clean = self._press.clean(data) | {"tracking_url": data["tracking_url"]}
        more = {"source": attachment.decode(), "qr": qr_code(data["tracking_url"])}
        logo = picture_or_none(form.authority.logo)
        if logo is not None:
            try:
                return self._press.pdf(TEMPLATE, clean, more | {"logo": logo})
            except NotPrintable:
                log.warning("form_logo_left_out", authority=form.authority.name)
        return self._press.pdf(TEMPLATE, clean, more | {"logo": ""})


def picture_or_none(logo: Logo | None) -> str | None:
    if logo is None:
        return None
    try:
        return logo_picture(logo)
    except (OSError, ValueError) as error:
        log.warning("form_logo_unreadable", media_type=logo.media_type, reason=type(error).__name__)
        return None
