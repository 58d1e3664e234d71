"""What documents needs from its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from shared.kernel.settings import GatewaySettings, Key, KeyringSettings

SERVICE: Final = "documents"


class DocumentsSettings(GatewaySettings, KeyringSettings):
    """Files are kept in `vault_folder`, or in the bucket `s3_bucket` of the server at `s3_endpoint` (host:port)."""

    documents_database_url: str
    pepper: Key
    capability_key: Key
    vault_folder: Path | None = None
    s3_endpoint: str = Field(default="", validate_default=True)
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    s3_bucket: str = "khamrong"
    s3_secure: bool = True
    clamd: str = ""
    """host:port of clamd; empty: no malware scanner."""
    upload_hours: int = 48
    """How long an upload may wait to be claimed by a petition: longer than drafts of petitions usually do."""

    @field_validator("s3_endpoint")
    @classmethod
    def _one_vault(cls, endpoint: str, others: ValidationInfo) -> str:
        if (others.data.get("vault_folder") is None) == (endpoint == ""):
            raise ValueError("set this or KHAMRONG_VAULT_FOLDER, one of the two")
        return endpoint
