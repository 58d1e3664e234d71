"""The staff's entrance."""
