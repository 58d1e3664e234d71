"""How the two providers differ: paths, algorithm, scopes, claims, client authentication, log-out.

Source of names and values: the public client code of both (ETDA's ThaiD sample; four clients of DGA Digital ID). DGA's
signing algorithm is in none of them: RS256 is the default of the software that its paths belong to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.digital_id.person import Person
from sandbox.digital_id.settings import FlavourName

THAID_ASSURANCE: Final = "2.3"
"""Identity assurance of whoever proves to be the holder of a ThaiD; a self-registered person has 1.3."""
DGA_ROUNDS: Final = 7
DGA_SALT: Final = "EGA"


@dataclass(frozen=True, slots=True)
class Paths:
    """Below the issuer; with the trailing slashes that the real ones have."""

    authorization: str
    tokens: str
    userinfo: str
    introspection: str
    end_session: str
    jwks: str


@dataclass(frozen=True, slots=True)
class Flavour:
    """One of the two providers."""

    name: FlavourName
    title: str
    algorithm: str
    paths: Paths
    scopes: tuple[str, ...]
    claims: Callable[[Person, str], Mapping[str, Any]]
    """Every claim about a person who logged in with this assurance, named like its scope."""
    subject: Callable[[Person], str]
    claims_in_id_token: bool
    client_authentication: tuple[str, ...]
    secret_sent: Callable[[str], str]
    """What a client sends for its registered secret."""
    logout_parameter: str
    refreshable: bool


def dga_secret(consumer_secret: str) -> str:
    """DGA's `consumer secret hash`: md5(value + "EGA") in hexadecimal, seven times over."""
    value = consumer_secret
    for _ in range(DGA_ROUNDS):
        value = hashlib.md5(f"{value}{DGA_SALT}".encode(), usedforsecurity=False).hexdigest()
    return value


def _thaid_claims(person: Person, assurance: str) -> dict[str, Any]:
    names = {
        "title": person.title,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "name": " ".join(filter(None, (person.title, person.given_name, person.family_name))),
        "title_en": person.title_en,
        "given_name_en": person.given_name_en,
        "family_name_en": person.family_name_en,
        "name_en": " ".join(filter(None, (person.title_en, person.given_name_en, person.family_name_en))),
    }
    address = {"formatted": person.address} if person.address else None
    rest = {"gender": person.gender, "birthdate": person.birthdate, "address": address, "ial": assurance}
    return {"pid": person.citizen_number, **names, **rest}


def _dga_claims(person: Person, assurance: str) -> dict[str, Any]:
    return {
        "user_id": person.person_id,
        "preferred_username": person.user_name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "citizen_id": person.citizen_number,
        "citizen_id_verified": True,
        "phone_number": person.phone,
        "phone_number_verified": True,
        "email": person.email,
        "email_verified": False if person.email else None,
        "ial_level": assurance,
    }


THAID: Final = Flavour(
    name="thaid",
    title="ThaiD",
    algorithm="ES256",
    paths=Paths(
        authorization="/api/v2/oauth2/auth/",
        tokens="/api/v2/oauth2/token/",
        userinfo="/api/v2/oauth2/userinfo/",
        introspection="/api/v2/oauth2/introspect/",
        end_session="/api/v2/oauth2/logout/",
        jwks="/api/v2/oauth2/jwks/",
    ),
    scopes=(
        "openid", "pid", "title", "given_name", "family_name", "name", "title_en", "given_name_en", "family_name_en",
        "name_en", "gender", "birthdate", "address", "ial",
    ),
    claims=_thaid_claims,
    subject=lambda person: person.citizen_number,
    claims_in_id_token=True,
    client_authentication=("client_secret_basic", "client_secret_post"),
    secret_sent=lambda secret: secret,
    logout_parameter="post_logout_redirect_uri",
    refreshable=True,
)  # fmt: skip
DGA: Final = Flavour(
    name="dga",
    title="DGA Digital ID",
    algorithm="RS256",
    paths=Paths(
        authorization="/connect/authorize",
        tokens="/connect/token",
        userinfo="/connect/userinfo",
        introspection="/connect/introspect",
        end_session="/connect/endsession",
        jwks="/.well-known/openid-configuration/jwks",
    ),
    scopes=("openid", "profile", *_dga_claims(Person.nobody(), "")),
    claims=_dga_claims,
    subject=lambda person: person.person_id,
    claims_in_id_token=False,
    client_authentication=("client_secret_basic",),
    secret_sent=dga_secret,
    logout_parameter="post_logout_redirect_url",
    refreshable=False,
)
FLAVOURS: Final = (THAID, DGA)
PROFILE: Final = ("preferred_username", "given_name", "family_name")
"""What DGA's scope `profile` opens beside the claims that have a scope of their own."""


def claims_for(flavour: Flavour, person: Person, scopes: tuple[str, ...], assurance: str) -> dict[str, Any]:
    """The claims that the scopes open; one that the person does not have is left out."""
    opened = {*scopes, *(PROFILE if "profile" in scopes else ())}
    return {
        name: value
        for name, value in flavour.claims(person, assurance).items()
        if name in opened and value not in (None, "")
    }
