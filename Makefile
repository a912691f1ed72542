# Two commands to begin with: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv

BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml

.PHONY: help run serve smoke parts test test-slow check format coverage eval bench bench-peers package requirements web-vendor clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/local  ## Set up, ingest the samples, ask two questions, keep serving
	@$(BIN)/knowledge-rag demo

serve: $(VENV)/local  ## Set up and serve on 127.0.0.1 (settings PORT, DATA_DIR)
	@$(BIN)/knowledge-rag serve

smoke: $(VENV)/local  ## Try a running service once from end to end: make smoke URL=https://...
	@$(BIN)/knowledge-rag smoke $(if $(URL),--url "$(URL)")

parts: $(BIN)/python  ## Get the servers and the browser that some tests start; says what it could not get
	@$(BIN)/python -m tests.parts

# Most tests wait for servers that they start, so three at once keep two cores busy. What fails beside others is asked once
# more alone: what fails again fails here, and what does not is named, for it is a race that somebody has to find.
test: check  ## Set up, check, run the tests
	$(BIN)/python -m pytest -n 3 -m "not slow" -rs || { [ $$? -eq 1 ] && \
	  echo "== Once more, alone and one after another: what failed above" && \
	  $(BIN)/python -m pytest -m "not slow" --last-failed --last-failed-no-failures none -rA --show-capture no; }

test-slow: $(VENV)/dev  ## Run the long property, kill and load tests
	$(BIN)/python -m pytest -m slow -rs

check: $(VENV)/dev  ## Lint, types, walls between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/dev  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

coverage: $(VENV)/dev  ## Run the tests and report which lines they reach
	$(BIN)/python -m pytest -n 2 -m "not slow" --cov=functions --cov=shared --cov=infra --cov-report=term:skip-covered

eval: $(VENV)/local  ## Measure retrieval: make eval DATA=FILE, or DATA="FILE FILE" in one base
	@$(BIN)/knowledge-rag eval $(DATA)

bench: $(VENV)/dev  ## Print one JSON line per figure: make bench BOOK=FILE indexes that book
	@$(BIN)/python -m tests.bench $(if $(BOOK),--book "$(BOOK)")

bench-peers: $(VENV)/dev  ## Measure other systems beside this one: make bench-peers NAMES="..." BOOK=FILE SHORT=FILE
	@$(BIN)/python -m tests.peers $(NAMES) $(if $(BOOK),--book "$(BOOK)") $(if $(SHORT),--short "$(SHORT)")

package:  ## Put what the cloud runs of the last commit into build/functions.zip
	@mkdir -p build
	git archive --format=zip --output=build/functions.zip HEAD function_app.py functions shared infra web host.json requirements.txt

requirements: $(VENV)/dev  ## Pin every dependency anew
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra local -o requirements-local.txt
	$(COMPILE) --extra local --extra dev -o requirements-dev.txt
	$(COMPILE:pyproject.toml=tests/peers/requirements.in) -o tests/peers/requirements.txt
	$(COMPILE:pyproject.toml=tests/bench/gateway.in) -o tests/bench/gateway.txt
	$(COMPILE:pyproject.toml=tests/parts/llm.in) -o tests/parts/llm.txt

web-vendor: $(BIN)/python  ## Get the one library of the page anew from npm
	@$(BIN)/python -m tests.vendor

clean:  ## Remove environments and caches, keep DATA_DIR
	rm -rf .venv* .mypy_cache .ruff_cache .hypothesis *.egg-info build

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; choose one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/local: $(BIN)/python requirements-local.txt pyproject.toml
	@echo "Installing the packages ..."
	@$(INSTALL) --require-hashes -r requirements-local.txt
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/dev: $(BIN)/python requirements-dev.txt pyproject.toml
	@echo "Installing the packages for development ..."
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@$(INSTALL) --editable .
	@touch $@ $(VENV)/local
