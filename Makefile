# Needs GNU make and Python 3.11 or newer; everything else is set up by the commands themselves.
PYTHON ?= python3
RUN := .venv/bin/python
NODE_PATH := $(CURDIR)/.node/bin:$(PATH)
# Images of build machines often set it; here every process would compile all of its modules again, for seconds each.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo test test-fast soak audit check format bench schema clean
.PHONY: compose-setup compose-upgrade compose-rollback

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make the environment and build the pages (the other commands do it themselves)
	@$(PYTHON) -m scripts.bootstrap

setup-dev:
	@$(PYTHON) -m scripts.bootstrap --dev

run: setup ## Start the platform on http://127.0.0.1:8000 (another port: YARD_PORT=8001) until Ctrl-C
	@exec $(RUN) -m scripts.run

demo: setup ## Train a model on sample data, then keep serving until Ctrl-C (EXIT=1 ends by itself)
	@EXIT=$(EXIT) exec $(RUN) -m scripts.demo

test: setup-dev check ## Set up, check, and run all tests (parts that need a service say when they skip)
	@$(RUN) -m scripts.tests

test-fast: setup-dev ## Only the tests that need no service, browser or training
	@$(RUN) -m scripts.tests --fast

soak: setup-dev ## The long forms: faults and hostile input for about an hour
	@$(RUN) -m uv pip install --quiet --python $(RUN) -r requirements/fuzz.txt || echo "No fuzzing: atheris cannot be installed."
	@$(RUN) -m scripts.tests --soak

audit: setup-dev ## Ask whether a locked dependency has a known hole (0 no, 1 yes, 3 could not be found out)
	@$(RUN) -m scripts.audit

CHECKS := check-lint check-format check-types check-script-types check-layers check-migrations check-pages
.PHONY: $(CHECKS)

check: setup-dev ## Lint, format, types, layers, migrations; the pages' lint and types (all run, even when one fails)
	@$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync=target $(CHECKS)

check-lint:
	$(RUN) -m ruff check --quiet .
check-format:
	$(RUN) -m ruff format --quiet --check .
check-types:
	$(RUN) -m mypy
check-script-types:
	$(RUN) -m mypy --config-file scripts/mypy.ini
check-layers:
	PYTHONPATH=platform .venv/bin/lint-imports
check-migrations:
	DJANGO_SETTINGS_MODULE=yard.settings.test $(RUN) manage.py makemigrations --check --dry-run
check-pages:
	@if [ -f frontend/package.json ]; then set -ex; cd frontend; export PATH="$(NODE_PATH)"; \
		npm run --silent lint; npm run --silent typecheck; fi

format: setup-dev ## Put the Python sources into shape
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: setup-dev ## Measure; NAME=startup runs benchmarks/startup.py, without NAME all of them
	@$(RUN) -m benchmarks $(NAME)

schema: setup-dev ## Write the typed client's types (frontend/src/api/schema.ts) from the OpenAPI schema
	DJANGO_SETTINGS_MODULE=yard.settings.test $(RUN) manage.py spectacular --validate --fail-on-warn \
		--format openapi-json --file .cache/openapi.json
	cd frontend && PATH="$(NODE_PATH)" npm run --silent schema -- ../.cache/openapi.json

compose-setup: ## Make the passwords and the .env that docker-compose.yml reads
	@$(PYTHON) -m scripts.compose_setup

compose-upgrade: ## Bring the compose stack to this clone's release (or IMAGE=name); goes back by itself when it fails
	@$(PYTHON) -m scripts.compose_upgrade $(if $(IMAGE),--image $(IMAGE)) $(if $(BACKUP),--backup $(BACKUP)) $(if $(WAIT),--wait $(WAIT))

compose-rollback: ## Take the last compose-upgrade back: the image and the database of before
	@$(PYTHON) -m scripts.compose_upgrade --roll-back

clean: ## Remove what set-up made (environment, Node, built pages, caches); data in var/ stay
	rm -rf .venv .node .cache frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
