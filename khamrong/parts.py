"""All services in one process: for the embedded way and for the operator's tools."""

from __future__ import annotations

from dataclasses import dataclass

from services.documents import gateway as documents_gateway
from services.documents import wiring as documents
from services.documents.asking.http_asking import http_asking
from services.documents.settings import DocumentsSettings
from services.identity import gateway as identity_gateway
from services.identity import wiring as identity
from services.identity.settings import IdentitySettings
from services.intake import gateway as intake_gateway
from services.intake import wiring as intake
from services.intake.members.http_members import http_members
from services.intake.proofs.http_proofs import http_proofs
from services.intake.settings import SERVICE, IntakeSettings
from services.notification import gateway as notification_gateway
from services.notification import wiring as notification
from services.notification.settings import NotificationSettings
from services.survey import gateway as survey_gateway
from services.survey import wiring as survey
from services.survey.settings import SurveySettings
from services.tracking import gateway as tracking_gateway
from services.tracking import wiring as tracking
from services.tracking.settings import TrackingSettings
from shared.gateway.app import Gateway
from shared.kernel.settings import FeedSettings, load
from shared.messaging.feed import LogFeed


@dataclass(frozen=True, slots=True)
class Parts:
    """The services of an installation."""

    intake: intake.Intake
    notification: notification.Notification
    documents: documents.Documents
    identity: identity.Identity
    survey: survey.Survey
    tracking: tracking.Tracking

    @property
    def feeds(self) -> dict[str, LogFeed]:
        """Every log, by its service."""
        owners = (self.intake, self.notification, self.documents, self.identity, self.survey, self.tracking)
        return {owner.feed.service: owner.feed for owner in owners}

    def gateways(self) -> list[Gateway]:
        """The whole public contract."""
        return [
            self._intake_gateway(),
            tracking_gateway.gateway(self.tracking),
            notification_gateway.gateway(self.notification),
            documents_gateway.gateway(self.documents, http_asking(load(FeedSettings), self.documents.settings)),
            identity_gateway.gateway(self.identity),
            survey_gateway.gateway(self.survey),
        ]

    def _intake_gateway(self) -> Gateway:
        feeds, own = load(FeedSettings), self.intake.settings
        return intake_gateway.gateway(self.intake, http_members(SERVICE, feeds, own), http_proofs(feeds, own))

    def close(self) -> None:
        """Finish and disconnect."""
        for part in (self.tracking, self.survey, self.intake, self.notification, self.documents, self.identity):
            part.close()


def build_parts() -> Parts:
    """Every service with the settings of this process; the others' logs are read in place."""
    at_intake = intake.build(load(IntakeSettings))
    of_intake = {at_intake.feed.service: at_intake.feed}
    owners = (
        at_intake,
        notification.build(load(NotificationSettings), feeds=of_intake),
        documents.build(load(DocumentsSettings)),
        identity.build(load(IdentitySettings)),
        survey.build(load(SurveySettings), of_intake),
    )
    feeds = {owner.feed.service: owner.feed for owner in owners}
    return Parts(*owners, tracking.build(load(TrackingSettings), feeds))
