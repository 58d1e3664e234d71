"""The broker as whoever needs no client of it knows it: reading pika costs 75 ms of each start."""

from __future__ import annotations


class BrokerUnavailable(ConnectionError):
    """The broker does not answer, or not in time; the text names host and port, never a password."""
