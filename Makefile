.DEFAULT_GOAL := help
SHELL := /bin/bash
T ?= src tests
PYTHON ?= python3
BIN := .venv/bin
# Tests never use the home of a demo or a real site
TEST_HOME ?= .pytest_cache/home
export PYTHONUNBUFFERED = 1

help: ## List these targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ First hour
demo: setup ## Build the example region, carry one request round, serve it (FRESH=1 begins anew)
	@$(BIN)/hyllan demo $(if $(FRESH),--fresh)

test: check test-sqlite test-postgres ## Everything CI runs; one place: make test T=src/hyllan/lending
	@echo "make test: everything passed"

map: ## Print each room: what it owns, what it must not do, where to start
	@$(PYTHON) tools/map.py

##@ Every change
fast: setup-dev ## Engines and codecs only, in seconds
	@HYLLAN_HOME=$(TEST_HOME) $(BIN)/pytest -q $$(find src -path '*/engine/*' -prune -o -path '*protocols*tests' -print) -m "not slow"

check: format lint types imports migrations-check ## Everything that reads the code without running it

fix: setup-dev ## Format, and mend what can be mended by itself
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

format: setup-dev
	@$(BIN)/ruff format -q --check . || { echo "Run: make fix"; exit 1; }

lint: setup-dev
	@$(BIN)/ruff check -q .

types: setup-dev
	@HYLLAN_HOME=$(TEST_HOME) $(BIN)/mypy src tests tools

imports: setup-dev
	@$(BIN)/lint-imports --no-cache | tail -n 5

migrations-check: setup-dev
	@HYLLAN_HOME=$(TEST_HOME) $(BIN)/hyllan makemigrations --check --dry-run

test-sqlite: setup-dev chromium yaz
	@HYLLAN_HOME=$(TEST_HOME) $(BIN)/pytest -q -n 2 --dist loadgroup $(T)

test-postgres: setup-dev
	@HYLLAN_HOME=$(TEST_HOME) $(BIN)/python tools/with_postgres.py $(BIN)/pytest -q -n 2 -m "not browser" --only-database $(T)

messages: setup-dev ## Collect the interface's texts into the catalogues and compile them
	@$(BIN)/python tools/messages.py extract

migrations: setup-dev ## Write migrations for changed models (name them: hyllan makemigrations ROOM -n NAME)
	@HYLLAN_HOME=$(TEST_HOME) $(BIN)/hyllan makemigrations

diagrams: setup-dev ## Draw docs/lifecycle.md from the table of states
	@$(BIN)/python tools/lifecycle.py

lock: setup-dev ## Lock the newest dependencies with hashes
	@$(BIN)/python tools/lock.py

##@ Set-up (the targets above do it themselves)
setup: .venv/run.stamp ## What running needs
setup-dev: .venv/dev.stamp ## What tests and checks need

.venv/uv.stamp: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("hyllan needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv .venv || { echo "The venv module is missing: apt install python3-venv"; exit 1; }
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/run.stamp: .venv/uv.stamp requirements/run.txt pyproject.toml $(wildcard src/hyllan/*/locale/*/LC_MESSAGES/*.po)
	@$(BIN)/uv pip install -q --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python tools/messages.py compile
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@$(BIN)/uv pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get update -q >/dev/null && apt-get install -y -q chromium >/dev/null; } \
		|| echo "Left out: the browser tests. They need the package chromium (apt install chromium)."

yaz:
	@command -v yaz-client >/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get update -q >/dev/null && apt-get install -y -q yaz >/dev/null; } \
		|| echo "Left out: the tests with other people's SRU clients. They need the package yaz (apt install yaz)."

.PHONY: help demo test map fast check fix format lint types imports migrations-check test-sqlite \
	test-postgres messages migrations diagrams lock setup setup-dev chromium yaz
