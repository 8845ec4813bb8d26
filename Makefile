# The front door. Every target installs what it needs into .venv by itself; nothing else is asked of the machine than
# Python 3.11 or newer and a package index that pip can reach.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

VENV ?= .venv
BIN := $(VENV)/bin
BOOK ?= build/demo
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# An installation must not depend on what a shell happens to have set.
unexport PYTHONPATH PYTHONHOME

.PHONY: help demo tui test check docs fix bench bench-large golden matrix tiers wheel constraints upgrade clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-13s %s\n", $$1, $$2 }'

# ---------------------------------------------------------------------------------------------------- using the product

demo: $(VENV)/.runtime ## Simulate a company for a year, sync it, prove its books and print them
	rm -rf $(BOOK)
	mkdir -p $(dir $(BOOK))
	$(BIN)/autobook demo $(BOOK)

$(BOOK)/autobook.toml: | $(VENV)/.runtime
	$(MAKE) demo

tui: $(VENV)/.runtime $(BOOK)/autobook.toml ## Look at the demo's books in the terminal UI
	$(BIN)/autobook tui --book $(BOOK)

# ------------------------------------------------------------------------------------------------------------- working

test: $(VENV)/.dev ## Run the tests (ARGS="-k stripe" for some of them)
	$(BIN)/python -m pytest -n auto $(ARGS)

check: $(VENV)/.dev ## Everything a change must pass: format, lint, types, imports, documentation, tests
	$(MAKE) lint
	$(MAKE) docs
	$(MAKE) test

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
.PHONY: lint

docs: $(VENV)/.dev ## Build the documentation into build/docs; a warning is an error
	$(BIN)/python -m sphinx -q -W --keep-going -n -d build/doctrees -b html docs build/docs

fix: $(VENV)/.dev ## Put format and imports right, as far as a machine can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

golden: $(VENV)/.dev ## Write the golden files anew; read the difference before you keep it
	AUTOBOOK_GOLDEN=write $(BIN)/python -m pytest -n auto $(ARGS)

matrix: $(VENV)/.dev ## Every broken connector against every case, and every connector that can be written: minutes
	$(BIN)/python -m pytest -n auto -q -m matrix $(ARGS)

tiers: $(VENV)/.dev ## Run the conformance kit over our own connectors and write their reports
	$(BIN)/python -m pytest -n auto -q --autobook-report tests/connectors -k "Contract or contract" $(ARGS)

bench: $(VENV)/.bench ## Measure, at a size that takes minutes
	$(BIN)/python -m benchmarks $(ARGS)

bench-large: $(VENV)/.bench ## Measure, at millions of records
	$(BIN)/python -m benchmarks --large $(ARGS)

wheel: $(VENV)/.dev ## Build the wheel and the source distribution into dist/
	rm -rf dist
	$(BIN)/hatchling build -d dist

# -------------------------------------------------------------------------------------------------------- installation
# constraints.txt holds versions and hashes, so pip takes nothing that is not in it (and cannot check a folder, hence
# the two steps: first what the project needs, then the project itself without its needs).

PIP := $(BIN)/python -m pip --require-virtualenv --quiet
FIND_PYTHON := for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then exec "$$python" -m venv --clear $(VENV); fi; done; \
	echo "Autobook needs Python 3.11 or newer with its venv module (on Debian and Ubuntu: python3-venv)." >&2; \
	echo "None was found as python3.13, python3.12, python3.11 or python3. Name yours: make PYTHON=/path/to/python" >&2; \
	exit 1
RUNTIME_NEEDS := import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*project["dependencies"], *project["optional-dependencies"]["postgres"], \
	*project["optional-dependencies"]["tui"], sep="\n")

$(BIN)/python:
	@( $(FIND_PYTHON) )

# The pip that comes with Python may not know dependency groups, so the first thing it installs is its successor.
$(VENV)/.pip: constraints.txt | $(BIN)/python
	@sed -n '/^pip==/,/[^\\]$$/p' constraints.txt > $(VENV)/pip.txt
	@$(PIP) install --require-hashes -r $(VENV)/pip.txt
	@touch $@

$(VENV)/.runtime: pyproject.toml constraints.txt $(VENV)/.pip
	@echo "Installing Autobook into $(VENV)" >&2
	@$(BIN)/python -c '$(RUNTIME_NEEDS)' > $(VENV)/runtime.txt
	@$(PIP) install -c constraints.txt --group build -r $(VENV)/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing what tests and checks need into $(VENV)" >&2
	@$(PIP) install -c constraints.txt --group dev
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@$(PIP) install -c constraints.txt --group bench
	@touch $@

$(VENV)/.pin: $(VENV)/.pip
	@$(PIP) install -c constraints.txt --group pin
	@touch $@

# Versions, markers and hashes for every supported Python and platform; no addresses.
PIN := $(BIN)/uv pip compile pyproject.toml --quiet --output-file constraints.txt --all-extras \
	--group dev --group bench --group pin --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

constraints: $(VENV)/.pin ## Write constraints.txt after a change of dependencies; keeps versions where it can
	$(PIN)

upgrade: $(VENV)/.pin ## Write constraints.txt with the newest versions
	$(PIN) --upgrade

clean: ## Remove what was built, and .venv
	rm -rf $(VENV) build dist .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find autobook_core connectors docs examples tui tests -name __pycache__ -type d -prune -exec rm -rf {} +
