"""What an installation in a folder consists of: secrets that are made once, and the settings of every service."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

SERVICES: Final = ("intake", "tracking", "notification", "identity", "documents", "survey", "portal")
WITH_LOG: Final = ("intake", "notification", "identity", "documents", "survey", "tracking")
AUTHORITIES: Final = Path(__file__).parents[1] / "deploy" / "authorities"
DATABASE_SETTINGS: Final = frozenset(f"KHAMRONG_{name.upper()}_DATABASE_URL" for name in (*SERVICES, "keyring"))
_KEYS: Final = ("keyring_kek", "pepper", "capability_key", "portal_key")
_WORDS: Final = ("sms_receipt_secret", "client_secret", "s3_secret_key", "thaid_client_secret", "dga_client_secret")
SECRETS: Final = (*_KEYS, *_WORDS)
DIGITAL_ID: Final = "/sandbox/digital-id"
DIGITAL_ID_CLIENT: Final = "khamrong"
"""Khamrong's client id with both providers of the sandbox."""


def database_of(service: str) -> str:
    """The name of a service's database."""
    return f"khamrong_{service}"


def databases() -> list[str]:
    """The databases of an installation: one a service, and the keyring's."""
    return [database_of(service) for service in (*SERVICES, "keyring")]


def secrets_in(folder: Path) -> dict[str, str]:
    """The installation's secrets, readable for the owner only; what a newer version needs beside them is added."""
    path = folder / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    made = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in _KEYS}
    made |= {name: secrets.token_urlsafe(24) for name in _WORDS}
    if not made.keys() <= known.keys():
        known = made | known
        draft = path.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    return known


def digital_id_clients(public_url: str, known: Mapping[str, str]) -> str:
    """Khamrong as both providers of the Digital ID sandbox know it, as JSON."""
    clients = [
        {
            "flavour": flavour,
            "client_id": DIGITAL_ID_CLIENT,
            "client_secret": known[f"{flavour}_client_secret"],
            "redirect_uris": [f"{public_url}/api/identity/v1/callback/{flavour}"],
            "backchannel_logout_uri": f"{public_url}/api/identity/v1/backchannel-logout/{flavour}",
            "post_logout_redirect_uris": [f"{public_url}/api/identity/v1/logged-out/{flavour}"],
        }
        for flavour in ("thaid", "dga")
    ]
    return json.dumps(clients)


def identity_providers(public_url: str, known: Mapping[str, str]) -> str:
    """Both providers of the Digital ID sandbox as identity knows them, as JSON."""
    issuer = f"{public_url}{DIGITAL_ID}"
    client = {"client_id": DIGITAL_ID_CLIENT}
    scopes = ["openid", "citizen_id", "given_name", "family_name", "ial_level"]
    thaid = {**client, "client_secret": known["thaid_client_secret"], "issuer": f"{issuer}/thaid"}
    dga = {**client, "client_secret": known["dga_client_secret"], "issuer": f"{issuer}/dga", "scopes": scopes}
    return json.dumps({"thaid": thaid, "dga": dga})


def identity_clients(known: Mapping[str, str]) -> str:
    """The services as identity knows them, and what each may do with its token, as JSON."""
    scopes = {"intake": ["log", "members"], "portal": ["sessions"]}
    secret = known["client_secret"]
    return json.dumps({name: {"secret": secret, "scopes": scopes.get(name, ["log"])} for name in SERVICES})


GENEROUS_LIMITS: Final = {
    "KHAMRONG_FILING_LIMIT_PER_CLIENT": "",
    "KHAMRONG_FILING_LIMIT_PER_PHONE": "",
    "KHAMRONG_LOOKUP_FAILURES_PER_NUMBER": "100/hour",
    "KHAMRONG_LOOKUP_FAILURES_PER_CLIENT": "5000/hour",
    "KHAMRONG_LOOKUP_FAILURES": "10000/hour",
    "KHAMRONG_CODE_FAILURES_PER_CLIENT": "5000/hour",
    "KHAMRONG_CODE_FAILURES": "10000/hour",
    "KHAMRONG_STEP_UPS_PER_CLIENT": "5000/hour",
    "KHAMRONG_STEP_UPS_PER_PETITION": "100/hour",
    "KHAMRONG_STEP_UPS": "10000/hour",
    "KHAMRONG_OTP_FAILURES_PER_CLIENT": "5000/hour",
    "KHAMRONG_NEARBY_PER_CLIENT": "10000/hour",
    "KHAMRONG_OPEN_DATA_PER_CLIENT": "1000/hour",
    "KHAMRONG_LOGINS_PER_CLIENT": "",
    "KHAMRONG_LOGIN_FAILURES_PER_CLIENT": "5000/hour",
    "KHAMRONG_INVITATION_FAILURES_PER_CLIENT": "5000/hour",
    "KHAMRONG_INVITATION_FAILURES_PER_PERSON": "100/hour",
    "KHAMRONG_GENERAL_ANSWERS_PER_CLIENT": "",
}
"""A demonstration or a load test from one machine is not refused. Strict values are the defaults."""


def common_settings(
    folder: Path, public_url: str, database_url: Callable[[str], str], known: Mapping[str, str]
) -> dict[str, str]:
    """The settings that both ways of running share; `known` are the secrets."""
    return {
        **{f"KHAMRONG_{name.upper()}_DATABASE_URL": database_url(database_of(name)) for name in (*SERVICES, "keyring")},
        "KHAMRONG_PUBLIC_URL": public_url,
        "KHAMRONG_KEYRING_KEK": known["keyring_kek"],
        "KHAMRONG_PEPPER": known["pepper"],
        "KHAMRONG_CAPABILITY_KEY": known["capability_key"],
        "KHAMRONG_PORTAL_KEY": known["portal_key"],
        "KHAMRONG_IDENTITY_KEYS_DIR": str(folder / "identity"),
        "KHAMRONG_IDENTITY_CLIENTS": identity_clients(known),
        "KHAMRONG_IDENTITY_PROVIDERS": identity_providers(public_url, known),
        "KHAMRONG_CLIENT_SECRET": known["client_secret"],
        "KHAMRONG_SMS_URL": f"{public_url}/sandbox/sms",
        "KHAMRONG_SMS_API_KEY": "sandbox",
        "KHAMRONG_SMS_API_SECRET": "sandbox",
        "KHAMRONG_SMS_HONOURS_REFERENCE": "true",
        "KHAMRONG_SMS_CALLBACK_URL": f"{public_url}/api/notification/v1/receipts/sandbox",
        "KHAMRONG_SMS_RECEIPT_SECRET": known["sms_receipt_secret"],
        "KHAMRONG_SANDBOX_DIGITAL_ID_FOLDER": str(folder / "sandbox-digital-id"),
        "KHAMRONG_SANDBOX_DIGITAL_ID_URL": f"{public_url}{DIGITAL_ID}",
        "KHAMRONG_SANDBOX_DIGITAL_ID_CLIENTS": digital_id_clients(public_url, known),
        "KHAMRONG_SANDBOX_DIGITAL_ID_SMS_URL": f"{public_url}/sandbox/sms",
        "KHAMRONG_SANDBOX_DIGITAL_ID_SMS_PAGE": f"{public_url}/sandbox/sms",
        **GENEROUS_LIMITS,
    }
