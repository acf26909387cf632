# The verbs of the house; `make` alone lists them.
# Needs Python 3.11 or newer with pip or venv, and make. Nothing else is installed outside .venv.

SHELL := /bin/sh
BIN := .venv/bin
CORES := $(shell nproc 2>/dev/null || echo 2)
# One more than there are cores: drills wait for clocks and networks while others compute.
JOBS ?= $(shell expr $(CORES) + 1)
PORT ?= 8000
IN_BROWSER = $(shell grep -rlw 'mark.browser' tests --include='test_*.py')
# Where it is set, every process compiles every module anew: a third of the time of all tests.
unexport PYTHONDONTWRITEBYTECODE
COMPILED := $(patsubst %.po,%.mo,$(wildcard src/gapura/jurisdictions/*/locale/*/LC_MESSAGES/*.po))

.PHONY: help run test attack check bench demo new-module map lock clean

help:
	@echo "make run               start everything on this machine, with a demo nation (PORT=8000)"
	@echo "make test              the whole suite, on SQLite and on PostgreSQL (JOBS=processes)"
	@echo "make attack            let the machines try longer (FUZZ_EXAMPLES=50 FUZZ_SECONDS=60)"
	@echo "make check             style, types, contracts and completeness, under 30 seconds"
	@echo "make bench             measure against the goals (ONLY=name for one)"
	@echo "make demo              a fresh demo nation (PEOPLE=10000 SEED=1)"
	@echo "make new-module M=…    a new module that passes all checks, e.g. M=sectors/welfare"
	@echo "make map               draw the house"
	@echo "make lock              pin the dependencies anew (needs uv)"

run: .venv/.ok $(COMPILED)
	@GAPURA_DEMO=$${GAPURA_DEMO:-1} $(BIN)/gapura run --port $(PORT)

test: .venv/.ok-dev $(COMPILED)
	@echo "== SQLite"
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not browser"
	@echo "== SQLite, in a browser"
	@$(BIN)/python -m pytest -n $(CORES) -m browser $(IN_BROWSER) || [ $$? -eq 5 ]  # 5: no browser, no test; said above
	@echo "== PostgreSQL"
	@GAPURA_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "database and not browser and not one_database"

attack: export FUZZ_EXAMPLES ?= 50
attack: export FUZZ_SECONDS ?= 60
attack: export FUZZ_HOME ?= $(or $(GAPURA_HOME),$(CURDIR)/var)
attack: .venv/.ok-dev $(COMPILED)
	@GAPURA_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(JOBS) tests/security/test_fuzz_openapi.py tests/security/test_fuzz_parsers.py
	@$(BIN)/python -m tests.security.attack

check: .venv/.ok-dev $(COMPILED)
	@$(BIN)/python -m tools.check

bench: .venv/.ok-dev $(COMPILED)
	@$(BIN)/python -m benchmarks $(ONLY)

demo: .venv/.ok $(COMPILED)
	@$(BIN)/gapura migrate --verbosity 0
	@GAPURA_DEMO=1 $(BIN)/gapura demo --replace --people $(or $(PEOPLE),10000) --seed $(or $(SEED),1)

new-module: .venv/.ok-dev
	@$(BIN)/python -m tools.new_module $(M)

map: .venv/.ok-dev
	@$(BIN)/python -m tools.map
	@$(BIN)/python -m tools.reference

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		requirements.in -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		-c requirements.lock requirements-dev.in -o requirements-dev.lock

clean:
	rm -rf .venv .ruff_cache .mypy_cache .pytest_cache .import_linter_cache $(COMPILED)

.venv/.ok: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" tools/set-up requirements.lock
	@touch $@

.venv/.ok-dev: requirements-dev.lock .venv/.ok
	@PYTHON="$(PYTHON)" tools/set-up requirements-dev.lock
	@touch $@

%.mo: %.po .venv/.ok
	@$(BIN)/pybabel -q compile -i $< -o $@
