"""How a flavour treats relying parties: well, or in the ways that they must notice.

The modes are named after the cases of the OpenID conformance suite for relying parties, where it has one.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Mode(StrEnum):
    # The ID token's claims.
    INVALID_ISS = "invalid_iss"
    MISSING_SUB = "missing_sub"
    INVALID_AUD = "invalid_aud"
    MISSING_IAT = "missing_iat"
    FUTURE_IAT = "future_iat"
    """Issued an hour from now."""
    MISSING_EXP = "missing_exp"
    EXPIRED = "expired"
    """Ended an hour ago."""
    NONCE_INVALID = "nonce_invalid"
    NONCE_MISSING = "nonce_missing"
    WRONG_AZP = "wrong_azp"
    """For two audiences, the client among them, and authorised for the other one."""
    AT_HASH_INVALID = "at_hash_invalid"
    MISSING_ID_TOKEN = "missing_id_token"

    # Its signature, and the keys.
    KID_ABSENT = "kid_absent"
    MULTIPLE_KEYS = "multiple_keys"
    """The key set has a second key of the same kind, before the one that signs."""
    SIG_NONE = "sig_none"
    INVALID_SIG = "invalid_sig"
    """By a key that is nowhere published, under the id of the one that is."""
    RS256 = "rs256"
    """By a published RSA key: another algorithm than ThaiD's."""
    ES256 = "es256"
    """By a published P-256 key: another algorithm than DGA's."""
    HS256_PUBLIC_KEY = "hs256_public_key"
    """HMAC with the public key as its secret."""
    ROTATION_BEFORE_SIGNING = "rotation_before_signing"
    """Each ID token is signed by a new key; the key set tells only the newest."""

    # Discovery and UserInfo.
    DISCOVERY_ISSUER_MISMATCH = "discovery_issuer_mismatch"
    USERINFO_INVALID_SUB = "userinfo_invalid_sub"
    USERINFO_SIGNED = "userinfo_signed"
    """`application/jwt` (OpenID Connect Core §5.3.2)."""

    # The answers to the browser.
    RESPONSE_ISS_INVALID = "response_iss_invalid"
    """The authorization response names another issuer (RFC 9207)."""
    RESPONSE_ISS_MISSING = "response_iss_missing"
    STATE_INVALID = "state_invalid"
    LOGOUT_OTHER_STATE = "logout_other_state"
    LOGOUT_NO_STATE = "logout_no_state"

    # What a provider may do wrong by itself.
    CODE_REPLAY_ACCEPTED = "code_replay_accepted"
    PKCE_IGNORED = "pkce_ignored"
    """Neither told of nor checked, as at the real ThaiD."""
    TOKEN_ERROR = "token_error"
    """The token endpoint answers 500."""
    SLOW = "slow"
    """Whatever the protocol asks for comes after `delay_seconds`."""
    DOWN = "down"
    """Whatever the protocol asks for is answered with 503."""


class Behaviour(BaseModel):
    """Frozen. What a `PUT` leaves out has its default, so `{}` is good behaviour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    modes: frozenset[Mode] = frozenset()
    delay_seconds: float = Field(default=5.0, ge=0, le=600)

    def __contains__(self, mode: Mode) -> bool:
        return mode in self.modes
