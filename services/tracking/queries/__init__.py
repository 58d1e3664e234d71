"""The questions that the read models answer."""
