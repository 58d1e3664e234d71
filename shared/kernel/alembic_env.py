"""What every service's `migrations/env.py` runs: the scripts, on the connection that was handed over."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Run the migrations in the caller's transaction."""
    context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
    context.run_migrations()
