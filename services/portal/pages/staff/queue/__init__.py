"""The queue of petitions."""
