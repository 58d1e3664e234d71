"""Logging in with Digital ID, and what belongs to the person who has."""
