# Everything begins here, on a machine that has only Python ≥ 3.11 and make. `make help` lists the targets.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# of the tests; whoever brings a broker has one for all
PROCESSES ?= $(if $(BROKER_URL),0,2)

.DEFAULT_GOAL := help
.PHONY: help run test lint audit bench messages pictures lock screenshots clean local dev

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: local ## start SUGM with a local database and broker (SUGM_PORT, SUGM_HOME); Ctrl-C ends it
	@exec $(BIN)/python -m config.local run

test: lint ## checks, then all tests (ARGS="-k visa" for some)
	@$(PYTHON) -I config/local/bootstrap.py browser
	@exec $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile $(ARGS)

lint: dev ## style, import contracts, lock files, dangerous code, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports
	@$(BIN)/python -m config.local.locks
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive .
	@SUGM_ENV=test SECRET_KEY=- DATABASE_URL=postgres://- BROKER_URL=memory:// $(BIN)/mypy

audit: dev ## known vulnerabilities of what production installs; asks the network, and what it can not ask about fails
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements/base.txt $(ARGS)

bench: dev ## measure against hand-written SQL and at a million cases; writes var/bench.json
	@exec $(BIN)/python -m bench $(ARGS)

screenshots: dev ## take the pictures of docs/screenshots again
	@$(PYTHON) -I config/local/bootstrap.py browser
	@SUGM_SCREENSHOTS=docs/screenshots exec $(BIN)/python -m pytest tests/e2e -k screenshots $(ARGS)

pictures: dev ## draw the kept pictures of official papers anew, after a wanted change of a layout: look at them
	@SUGM_PICTURES=renew exec $(BIN)/python -m pytest -n0 tests/documents/test_visual.py

messages: dev ## join locale/fragments into the Spanish catalogue, and name what has no translation
	@$(BIN)/python -m config.messages merge
	@$(BIN)/python -m config.messages missing

lock: ## compile pyproject.toml into requirements/*.txt (ARGS=--upgrade for newer versions)
	@$(PYTHON) -I config/local/bootstrap.py lock $(ARGS)

clean: ## remove what can be made again; the data in var/ stay
	rm -rf .venv node_modules static/vendor test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name var -prune -o \( -name __pycache__ -o -name '*.mo' \) -print0 | xargs -0 rm -rf

local dev:
	@$(PYTHON) -I config/local/bootstrap.py $@
