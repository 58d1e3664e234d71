"""What an installation says about each provider; ThaiD and DGA Digital ID are known by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

Authentication = Literal["client_secret_basic", "client_secret_post", "dga_hashed_secret"]
_SIGNATURES: Final = frozenset(
    {"ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"}
)
"""Only with a public key: `none` and the HMAC family would let anybody sign who knows what everybody knows."""

FORBIDDEN_SCOPES: Final = frozenset({"smartcard_code"})
"""ThaiD's name of the laser code on the back of the card, which Khamrong never learns."""

_THAID: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "label": "ThaiD",
        "issuer": "https://imauth.bora.dopa.go.th",
        "scopes": ("openid", "pid", "title", "given_name", "family_name", "ial"),
        "algorithms": ("ES256",),
        "nonce_required": False,  # whether ThaiD repeats it is not confirmed; one that is there must be right
        "claims": {"citizen_id": "pid", "title": "title", "given_name": "given_name", "family_name": "family_name",
                   "assurance_level": "ial"},
    }
)  # fmt: skip
_DGA: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "label": "DGA Digital ID",
        "issuer": "https://connect.egov.go.th",
        "scopes": ("openid", "citizen_id", "given_name", "family_name"),
        "algorithms": ("RS256", "ES256"),
        "authentication": "dga_hashed_secret",
        "logout_parameter": "post_logout_redirect_url",
        "claims": {"citizen_id": "citizen_id", "given_name": "given_name", "family_name": "family_name",
                   "assurance_level": "ial_level"},
    }
)  # fmt: skip
PRESETS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({"thaid": _THAID, "dga": _DGA})


class ProviderSettings(BaseModel):
    """One provider. `claims` are its names of our fields; `back_channel` is where the issuer is reached from here, when
    that is not at its own address (a sandbox behind the same proxy)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    issuer: str
    client_id: str
    client_secret: SecretStr
    scopes: tuple[str, ...]
    algorithms: tuple[str, ...] = Field(min_length=1)
    authentication: Authentication = "client_secret_basic"
    nonce_required: bool = True
    user_info: bool = True
    claims: Mapping[str, str]
    logout_parameter: Literal["post_logout_redirect_uri", "post_logout_redirect_url"] = "post_logout_redirect_uri"
    back_channel: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_preset(cls, given: Any) -> Any:
        """`preset` names a known provider, whose values hold where nothing else is said."""
        if not isinstance(given, Mapping):
            return given
        said = dict(given)
        name = said.pop("preset", None)
        if name is not None and name not in PRESETS:
            raise ValueError(f"preset: one of {', '.join(PRESETS)}")
        return {**PRESETS.get(name, {}), **said}

    @field_validator("algorithms")
    @classmethod
    def _public_key_algorithms(cls, algorithms: tuple[str, ...]) -> tuple[str, ...]:
        if foreign := set(algorithms) - _SIGNATURES:
            raise ValueError(f"not among the accepted signatures: {', '.join(sorted(foreign))}")
        return algorithms

    @field_validator("scopes")
    @classmethod
    def _allowed_scopes(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in scopes or FORBIDDEN_SCOPES & set(scopes):
            raise ValueError("openid is needed, and the laser code is never asked for")
        return scopes


def with_names(given: Any) -> Any:
    """Providers called like a preset take it, unless they name another."""
    if not isinstance(given, Mapping):
        return given
    return {name: {"preset": name, **said} if name in PRESETS and isinstance(said, Mapping) else said
            for name, said in given.items()}  # fmt: skip
