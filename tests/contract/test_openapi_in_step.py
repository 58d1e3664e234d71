"""The OpenAPI documents in the repository are those of the code (`make contracts` writes them)."""

from __future__ import annotations

from pathlib import Path

import pytest

from khamrong.openapi import documents_of, text_of

FOLDER = Path(__file__).parents[2] / "docs" / "openapi"
DOCUMENTS = documents_of()


@pytest.mark.parametrize("service", sorted(DOCUMENTS))
def test_the_document_is_in_step(service: str) -> None:
    assert (FOLDER / f"{service}.json").read_text(encoding="utf-8") == text_of(DOCUMENTS[service])


@pytest.mark.parametrize("service", sorted(DOCUMENTS))
def test_every_reference_leads_somewhere(service: str) -> None:
    text = text_of(DOCUMENTS[service])
    wanted = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= set(DOCUMENTS[service]["components"]["schemas"])
