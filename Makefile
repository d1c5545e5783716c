# The house's commands. `make help` lists them. Needs make and Python 3.11 or newer, nothing else of ours.

HOST ?= 127.0.0.1
PORT ?= 5000
WORKERS ?= 2
BIN := .venv/bin
# Several caches and tests write below the working copy; everything they leave is in these.
CACHES := .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset run-environment develop-environment test check suite format bench hooks lock clean

help: ## Show these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: run-environment ## Serve a lively demo park at http://127.0.0.1:5000 (HOST=, PORT=)
	@$(BIN)/flask --app wsgi demo --host $(HOST) --port $(PORT)

demo-reset: run-environment ## Forget the demo park and serve a new one
	@$(BIN)/flask --app wsgi demo --reset --host $(HOST) --port $(PORT)

test: develop-environment check suite ## Check everything, then run all tests (PostgreSQL and browser included)

check: develop-environment ## Lint, format, types, import law, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if [ -d booking/templates ]; then $(BIN)/djlint booking/templates --lint --quiet; fi

suite: develop-environment
	@set -e; CHROMIUM="$$(sh scripts/get_chromium.sh)"; export CHROMIUM; \
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

format: develop-environment ## Write the code as ruff would
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: develop-environment ## Measure: 10 thousand, 100 thousand and 1 million reservations (BENCH=arguments)
	$(BIN)/python -m bench $(BENCH)

hooks: develop-environment ## Let git run `make check` before each commit
	@$(BIN)/pre-commit install

lock: ## Pin and hash the requirements again, from requirements/*.in
	@sh scripts/lock.sh $(LOCK)

clean: ## Remove the virtual environment and the caches; var/ (data, screenshots) stays
	rm -rf .venv $(CACHES)
	find booking tests -name __pycache__ -type d -prune -exec rm -rf {} +

run-environment:
	@sh scripts/environment.sh run

develop-environment:
	@sh scripts/environment.sh develop
