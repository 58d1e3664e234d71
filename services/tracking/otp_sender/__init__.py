"""Who texts codes to petitioners: `sender` says what a sender does, one module beside it per technology."""
