# The commands of the City Learning Exchange. `make run` and `make test` are all that a newcomer needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PORT   ?= 8866

# A kernel that may not keep its bytecode compiles pandas at every start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run lab test test-slow lint browser bench bench-runs bench-matching bench-lessons chaos accept-workshop \
  screenshots messages lock golden clean

help:          ## say what each command does
	@sed -n 's/^\([a-z-]*\):.*## /\1 | /p' $(MAKEFILE_LIST) | column -t -s '|'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV); the first time takes a few minutes."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(STAMP)  ## virtual environment with pinned packages

run: setup     ## demo network (once) and the workbook at http://127.0.0.1:8866
	@$(BIN)/exchange demo --if-empty
	@$(BIN)/exchange serve --port $(PORT)

lab: setup     ## JupyterLab on the workbook, for analysts
	@$(BIN)/exchange demo --if-empty
	@$(BIN)/jupyter lab --notebook-dir=notebooks --ip=127.0.0.1 --LabApp.news_url= \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate $(if $(filter 0,$(shell id -u)),--allow-root)

browser: setup  ## a Chromium for the browser tests, if the machine has none
	@$(BIN)/python tests/get_chromium.py

test: setup browser lint  ## everything that must pass, in under 20 minutes on two cores
	@$(BIN)/python -m pytest -q -m "not slow"

test-slow: setup browser  ## the long form of the slow suites
	@$(BIN)/python -m pytest -q -m slow

lint: setup    ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: setup browser  ## figures, both sides in one run; never a pass or fail
	@$(BIN)/python -m tests.bench.bench

bench-runs: setup  ## throughput of unattended runs beside papermill's, both sides in one run
	@$(BIN)/python -m tests.runs.bench

chaos: setup     ## a thousand unattended runs while everything that can die does
	@$(BIN)/python -m tests.runs.chaos 1000

bench-matching: setup  ## matching beside its peers: one city, rounds up to 250,000 cities, proofs
	@$(BIN)/python -m tests.bench.bench_matching

bench-lessons: setup  ## how quickly 100,000 lessons are indexed and searched, by both indexes
	@$(BIN)/python -m tests.bench.bench_lessons

accept-workshop: setup  ## sixty phones, ten minutes in two, three kills of the server: what was lost, and how long it took
	@$(BIN)/python -m tests.room.acceptance

screenshots: setup browser  ## every page at 1280 and 360 px into docs/screens/
	@$(BIN)/python -m tests.screenshots
	@$(BIN)/python -m tests.room.screens

golden: setup    ## execute the golden notebooks anew; read the difference before you commit
	@$(BIN)/python -m tests.make_golden

messages: setup  ## collect new sentences into the catalogues
	@$(BIN)/python exchange/locale/collect.py

lock:          ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-header --no-annotate pyproject.toml \
	  | (echo '# Exact versions for `make run` and `make test`; made by `make lock` from pyproject.toml.'; cat) > requirements.lock.new
	mv requirements.lock.new requirements.lock

clean:         ## remove the environment, keep what running made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
