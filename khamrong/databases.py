"""Where each service's database is, and bringing all of them to the newest version. Loads no service."""

from __future__ import annotations

from services.documents.settings import DocumentsSettings
from services.identity.settings import IdentitySettings
from services.intake.settings import IntakeSettings
from services.notification.settings import NotificationSettings
from services.portal.settings import PortalSettings
from services.survey.settings import SurveySettings
from services.tracking.settings import TrackingSettings
from shared.kernel.migrating import KEYRING, migrate
from shared.kernel.settings import load


def database_urls() -> dict[str, str]:
    """The databases that the settings of this process name, by service."""
    return {
        KEYRING: load(IntakeSettings).keyring_database_url,
        "intake": load(IntakeSettings).intake_database_url,
        "notification": load(NotificationSettings).notification_database_url,
        "documents": load(DocumentsSettings).documents_database_url,
        "identity": load(IdentitySettings).identity_database_url,
        "survey": load(SurveySettings).survey_database_url,
        "tracking": load(TrackingSettings).tracking_database_url,
        "portal": load(PortalSettings).portal_database_url,
    }


def migrate_all() -> None:
    """Bring every database, the keyring's included, to the newest version."""
    for name, url in database_urls().items():
        migrate(name, url)
