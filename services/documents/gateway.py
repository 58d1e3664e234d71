"""Documents' part of the public contract."""

from __future__ import annotations

from typing import Final

from services.documents import api, attachments_api, case_api, logos_api, own_data_api
from services.documents.asking.asking import Asking
from services.documents.settings import SERVICE
from services.documents.uploads.rules import MOST_BYTES
from services.documents.wiring import Documents
from shared.gateway.app import Gateway
from shared.gateway.feed import feed_router

MULTIPART_ROOM: Final = 64 * 1024
"""What a form's boundaries and headers may take beside the file."""
_APIS: Final = (api, attachments_api, logos_api, case_api, own_data_api)


def gateway(documents: Documents, asking: Asking) -> Gateway:
    """The routers and what they need."""
    return Gateway(
        service=SERVICE,
        title="Khamrong documents: uploads, attachments, logos, printed forms and case files",
        routers=[*(each.router for each in _APIS), feed_router(documents.feed)],
        state={
            "documents": documents,
            "asking": asking,
            "capability_key": documents.settings.capability_key.get_secret_value(),
        },
        checks=documents.checks,
        stop=documents.close,
        most_octets=MOST_BYTES + MULTIPART_ROOM,
    )
