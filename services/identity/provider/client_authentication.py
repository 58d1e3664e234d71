"""How a provider is told who asks for tokens: a method by name, Authlib's own and DGA's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from authlib.oauth2.auth import ClientAuth, encode_client_secret_basic

from services.identity.provider.settings import ProviderSettings

DGA_ROUNDS: Final = 7
DGA_SALT: Final = "EGA"


def dga_hashed_secret(secret: str) -> str:
    """What DGA Digital ID takes in place of the consumer secret: MD5 of the value and `EGA`, seven times over, in lower
    case hexadecimal (DGA's development guide, "consumer secret hash")."""
    value = secret
    for _ in range(DGA_ROUNDS):
        value = hashlib.md5(f"{value}{DGA_SALT}".encode(), usedforsecurity=False).hexdigest()
    return value


def _dga(client: Any, method: str, uri: str, headers: dict[str, str], body: str) -> Any:
    hashed = ClientAuth(client.client_id, dga_hashed_secret(client.client_secret))
    return encode_client_secret_basic(hashed, method, uri, headers, body)


_METHODS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType({"dga_hashed_secret": _dga})


def authenticated(settings: ProviderSettings, uri: str, body: str) -> tuple[str, dict[str, str], str]:
    """(address, headers, body) of a request to the token endpoint, with the client's credentials in their place."""
    method = _METHODS.get(settings.authentication, settings.authentication)
    client = ClientAuth(settings.client_id, settings.client_secret.get_secret_value(), method)
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    address, signed, form = client.prepare("POST", uri, headers, body)
    return str(address), dict(signed), str(form)
