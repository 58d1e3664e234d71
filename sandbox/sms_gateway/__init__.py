"""A stand-in for an SMS aggregator: takes messages over its HTTP format, shows them on a page, sends receipts, and
fails in the ways real gateways fail when told to. For development, training and tests."""

from sandbox.sms_gateway.app import create_app
from sandbox.sms_gateway.settings import SmsSandboxSettings

__all__ = ["SmsSandboxSettings", "create_app"]
