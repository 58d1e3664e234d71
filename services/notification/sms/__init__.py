"""The SMS port: `gateway` says what a gateway does, one module beside it per provider, `memory_gateway` for tests."""
