# `make` lists the targets; every one of them sets up what it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DATA ?= ../shared/data/northwind

.PHONY: seeded-faults help demo test lint golden schema conformance fuzz northwind bench long docs clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --constraint constraints.txt '.[node]'
	touch $@

demo: $(READY) ## a working company on an embedded PostgreSQL, GraphiQL in the browser
	$(BIN)/erp demo

test: $(READY) ## all tests, on an embedded PostgreSQL
	$(BIN)/python -m pytest -m "not long"

lint: $(READY) ## ruff, mypy strict, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/erp types --path examples
	$(BIN)/mypy --config-file modules/mypy.ini
	cd examples/northwind && $(abspath $(BIN))/mypy --cache-dir ../../.mypy_cache -m load -m run -p loading
	$(BIN)/python -m pytest tests/architecture

golden: $(READY) ## rewrite golden files; review the difference as code
	$(BIN)/python -m tests.golden.regenerate

schema: $(READY) ## rewrite schema.graphql and the JSON Schemas of declarations
	$(BIN)/erp schema graphql --output schema.graphql
	$(BIN)/erp schema yaml

docs: $(READY) ## rewrite the generated reference pages
	$(BIN)/python -m graphql_erp.cli.reference

conformance: $(READY) ## the server audits of graphql-http; last line "N passed, N failed"
	$(BIN)/python tests/conformance/run.py

fuzz: $(READY) ## schemathesis against a served tenant, SECONDS=60; last line "N passed, N failed"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz.run --seconds $(or $(SECONDS),60)

northwind: $(READY) ## load the CSV files in DATA=dir through the API and check the totals
	$(BIN)/python examples/northwind/run.py --data $(DATA)

bench: $(READY) ## ratios to hand-written limits; benchmarks/results/latest.json
	$(BIN)/python -m benchmarks.run

long: $(READY) ## the long property runs
	$(BIN)/python -m pytest -m long

seeded-faults: $(READY) ## take checks out of a copy one by one; tests must notice; last line "N passed, N failed"
	$(BIN)/python tests/seeded_faults/run.py

clean: ## forget the virtual environment and all local data
	rm -rf $(VENV) .data
