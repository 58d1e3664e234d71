# Khamrong. `make` lists what can be made.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
PORT   ?= 8000
UV     := .venv/bin/uv
RUN    := .venv/bin/python -m
UV_VERSION := 0.13.9

.PHONY: help setup run stack demo test check format bench contracts clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/installed: .venv/bin/uv uv.lock
	$(UV) sync --quiet --frozen --no-dev
	@touch $@

.venv/installed-dev: .venv/bin/uv uv.lock
	$(UV) sync --quiet --frozen
	@touch $@ .venv/installed

setup: .venv/installed-dev ## Install everything that development needs

run: .venv/installed ## Run everything in one process: PORT=8000 DATA=.data
	@exec $(RUN) khamrong up --port $(PORT) --data $(or $(DATA),.data)

stack: .venv/installed ## Run the full way without Docker: RabbitMQ, PostgreSQL, S3 (PORT=8000 DATA=.stack)
	@$(RUN) deploy.native.packages stack
	@exec $(RUN) khamrong stack --port $(PORT) --data $(or $(DATA),.stack)

demo: .venv/installed ## File a petition with a running server and show what follows
	@$(RUN) khamrong demo --url http://127.0.0.1:$(PORT)

test: .venv/installed-dev ## Run all tests against real servers
	@$(RUN) deploy.native.packages test
	@$(RUN) pytest -n 2 --dist loadgroup

check: .venv/installed-dev ## Formatting, lint, types and import rules
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports

format: .venv/installed-dev ## Format and mend what can be mended
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

bench: .venv/installed-dev ## Measure, each figure against its reference (ONLY="flow memory": these parts)
	@$(RUN) deploy.native.packages test bench
	@$(RUN) benchmarks $(ONLY)

contracts: .venv/installed-dev ## Write docs/asyncapi.yaml, docs/openapi and the broker's definitions anew
	@$(RUN) shared.contracts.asyncapi > docs/asyncapi.yaml
	@$(RUN) shared.messaging.topology > deploy/rabbitmq/definitions.json
	@$(RUN) khamrong.openapi docs/openapi

clean: ## Remove what was installed and built; data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
