"""What a browser keeps for us without being able to read or change it: AES-256-GCM under a key of the portal's.

Used for cookies that hold a look-up or a proof for half an hour; nothing of it is ever in an address or in a log.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import Request, Response

from services.portal.cookies import read_cookie, set_cookie
from services.portal.settings import PortalSettings
from shared.kernel import clock, ids

LIFETIME: Final = timedelta(minutes=30)
_NONCE: Final = 12


def seal(settings: PortalSettings, purpose: str, told: dict[str, Any]) -> str:
    """Readable by the portal alone, for this purpose alone, until it ends."""
    nonce, ends = ids.new_nonce(), int((clock.now() + LIFETIME).timestamp())
    text = orjson.dumps({"ends": ends, "told": told})
    sealed = _cipher(settings, purpose).encrypt(nonce, text, purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(settings: PortalSettings, purpose: str, sealed: str) -> dict[str, Any]:
    """What was sealed; empty when it ended, was made for something else, or by somebody else."""
    try:
        octets = base64.urlsafe_b64decode(sealed)
        text = _cipher(settings, purpose).decrypt(octets[:_NONCE], octets[_NONCE:], purpose.encode())
    except (InvalidTag, ValueError, binascii.Error):
        return {}
    kept: dict[str, Any] = orjson.loads(text)
    told: dict[str, Any] = kept["told"] if kept["ends"] > clock.now().timestamp() else {}
    return told


def read_sealed(request: Request, settings: PortalSettings, name: str) -> dict[str, Any]:
    """What the cookie of this name holds."""
    return unseal(settings, name, read_cookie(request, settings, name))


def keep_sealed(response: Response, settings: PortalSettings, name: str, told: dict[str, Any]) -> None:
    """Let the browser keep it in a cookie of this name."""
    set_cookie(response, settings, name, seal(settings, name, told), int(LIFETIME.total_seconds()))


def _cipher(settings: PortalSettings, purpose: str) -> AESGCM:
    master = settings.portal_key.get_secret_value()
    return AESGCM(HKDF(SHA256(), 32, None, f"khamrong/portal/{purpose}".encode()).derive(master))
