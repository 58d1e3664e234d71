"""Search in what petitioners wrote, without keeping what they wrote."""
