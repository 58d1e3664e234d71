"""Petitions as files: for spreadsheets of staff, and as open data. Streamed, however many there are."""
