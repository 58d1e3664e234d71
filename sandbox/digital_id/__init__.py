"""A stand-in for ThaiD and for DGA Digital ID: an OpenID provider with their paths, scopes, claims and habits, people
ready to use, registration, and ways to misbehave when told to. For development, training and tests."""

from sandbox.digital_id.app import create_app
from sandbox.digital_id.settings import Client, DigitalIdSettings

__all__ = ["Client", "DigitalIdSettings", "create_app"]
