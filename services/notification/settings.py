"""What notification needs from its environment."""

from __future__ import annotations

from typing import Final

from pydantic import SecretStr

from shared.kernel.settings import GatewaySettings, KeyringSettings

SERVICE: Final = "notification"


class NotificationSettings(GatewaySettings, KeyringSettings):
    """The SMS gateway's account, and the secret that providers put into their callbacks."""

    notification_database_url: str
    sms_url: str
    sms_api_key: SecretStr
    sms_api_secret: SecretStr
    sms_honours_reference: bool = False
    sms_callback_url: str = ""
    sms_receipt_secret: SecretStr
    """Providers post receipts with HTTP Basic, user `receipts`, and this password."""
