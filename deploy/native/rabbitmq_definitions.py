"""RabbitMQ definitions (exchanges, queues, bindings, …) completed with what a private broker needs to let anyone in.

A broker that loads definitions creates no default user and no default virtual host.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

DEFAULT_VHOST = "/"


def completed(definitions: Path | None, username: str, password: str) -> str:
    """The definitions as JSON, with the default virtual host and an administrator who may do everything everywhere."""
    content: dict[str, list[dict[str, Any]]] = json.loads(definitions.read_text()) if definitions else {}
    vhosts = {entry["name"]: entry for entry in content.get("vhosts", [])} | {DEFAULT_VHOST: {"name": DEFAULT_VHOST}}
    others = [entry for entry in content.get("users", []) if entry["name"] != username]
    granted = [entry for entry in content.get("permissions", []) if entry["user"] != username]
    return json.dumps(
        content
        | {
            "vhosts": [*vhosts.values()],
            "users": [*others, _administrator(username, password)],
            "permissions": [*granted, *(_everything(username, vhost) for vhost in vhosts)],
        },
        ensure_ascii=False,
        indent=1,
    )


def _administrator(username: str, password: str) -> dict[str, Any]:
    return {
        "name": username,
        "password_hash": password_hash(password, salt=hashlib.sha256(username.encode()).digest()[:4]),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "administrator",
    }


def _everything(username: str, vhost: str) -> dict[str, Any]:
    return {"user": username, "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"}


def password_hash(password: str, salt: bytes) -> str:
    """RabbitMQ's salted SHA-256 (docs/passwords): base64(salt ‖ SHA-256(salt ‖ password)), salt of 4 octets."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
