"""Documents' part of the public contract."""

from __future__ import annotations

from typing import Final

from services.documents import api, attachments_api, case_api, own_data_api
from services.documents.asking.asking import Asking
from services.documents.settings import SERVICE
from services.documents.uploads.rules import MOST_BYTES
from services.documents.wiring import Documents
from shared.gateway.app import Gateway
from shared.gateway.feed import feed_router

MULTIPART_ROOM: Final = 64 * 1024
"""What a form's boundaries and headers may take beside the file."""


def gateway(documents: Documents, asking: Asking) -> Gateway:
    """The routers and what they need."""
    return Gateway(
        service=SERVICE,
        title="Khamrong documents: uploads, attachments, printed forms and case files",
        routers=[api.router, attachments_api.router, case_api.router, own_data_api.router, feed_router(documents.feed)],
        state={
            "documents": documents,
            "asking": asking,
            "capability_key": documents.settings.capability_key.get_secret_value(),
        },
        checks=documents.checks,
        stop=documents.close,
        most_octets=MOST_BYTES + MULTIPART_ROOM,
    )
