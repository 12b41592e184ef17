# What a person or a script does with this checkout. Needs make, and Python 3.11 or later with venv and pip; nothing else.

PYTHON ?= python3
STUDENTS ?=
ARGS ?=
SEEDS ?= 200
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install
# one worker more than the two cores of CI: much of a test is waiting, for processes, receipts and a browser. Slow files
# first (tests/conftest.py sorts them), not those of many tests: none is left alone at the end. What is compiled is kept,
# whatever the environment says: each worker of both runs would do it again, five seconds long
TESTS := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
INITDB := $(firstword $(wildcard /usr/lib/postgresql/*/bin/initdb) $(shell command -v initdb))
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
# setup is done again when one of these has changed
INPUTS := requirements.lock pyproject.toml
DEV_INPUTS := $(INPUTS) requirements-dev.lock
SUM = $(PYTHON) -c "import hashlib, pathlib, sys; print(hashlib.sha256(b''.join(pathlib.Path(p).read_bytes() for p in sys.argv[1:])).hexdigest())"

.PHONY: setup setup-dev demo test check audit soak bench storm lock

setup:
	@sum=$$($(SUM) $(INPUTS)) && \
	if [ "$$(cat .venv/setup 2>/dev/null)" != "$$sum" ] || ! $(BIN)/python -c ''; then \
	  $(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or later is needed: make PYTHON=/path/to/python3')" && \
	  { $(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv; } && \
	  $(PIP) --require-hashes -r requirements.lock && \
	  $(PIP) --no-deps --no-build-isolation -e . && \
	  echo "$$sum" > .venv/setup; fi

setup-dev: setup
	@sum=$$($(SUM) $(DEV_INPUTS)) && if [ "$$(cat .venv/setup-dev 2>/dev/null)" != "$$sum" ]; then \
	  $(PIP) --require-hashes -r requirements-dev.lock && \
	  echo "$$sum" > .venv/setup-dev; fi

# `exec`: Ctrl-C and the exit code are the program's own
demo: setup
	@exec $(BIN)/broadcaster demo $(if $(STUDENTS),--students $(STUDENTS)) $(ARGS)

# all of it on SQLite, then everything that touches the ledger on a PostgreSQL of its own
test: check
	@$(TESTS) $(ARGS)
	@if [ -n "$(INITDB)" ]; then TEST_LEDGER=postgresql $(TESTS) -m django_db $(ARGS); \
	  else echo "PostgreSQL is not installed: nothing was tested on it (Debian: apt-get install postgresql)"; [ -z "$$CI" ]; fi

check: setup-dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }

# known holes in what we depend on, by the advisory database of Python packages: it needs the net
audit: setup-dev
	@$(PIP) pip-audit
	@exec $(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip $(ARGS)

# worker, broker, web and vendors fail at random, SEEDS times: nobody gets a message twice, nobody is forgotten
soak: setup-dev
	@exec $(BIN)/python -m tests.faults.soak --seeds $(SEEDS) $(ARGS)

# this product beside the usual ways, measured in one run; writes its page. Needs redis-server and PostgreSQL
bench: setup
	@$(BIN)/python -m bench $(ARGS)
	@[ -n "$(ARGS)" ] || $(BIN)/python -m bench.storm

# callbacks by the thousand beside a Django view; writes docs/storm.md (ARGS=--quick: only looks whether it works)
storm: setup
	@exec $(BIN)/python -m bench.storm $(ARGS)

# after a change of requirements.in or requirements-dev.in; pins stay unless they have to move
lock: setup
	@$(PIP) uv
	@$(BIN)/$(LOCK) requirements.in -o requirements.lock
	@$(BIN)/$(LOCK) requirements-dev.in -o requirements-dev.lock
