from shared.kernel.alembic_env import run

run()
