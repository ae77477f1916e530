# `make run` and `make test` need nothing but Python 3.11 or newer, make and a network.
#   make run PORT=8001        another port
#   make run PYTHON=python3.12  another Python
PYTHON ?= python3
VENV_PYTHON := .venv/bin/python

.PHONY: help run test test-fast check bench format reset

help:
	@echo "make run        the whole portal, with a demo hub, on http://localhost:8000/ (PORT=8001 for another port)"
	@echo "make test       every test, browser tests included"
	@echo "make test-fast  the tests that need no browser, no servers of their own and no demo hub"
	@echo "make check      style, types, layers, migrations, settings and templates"
	@echo "make bench      the measurements under bench/"
	@echo "make format     let ruff put the code in order"
	@echo "make reset      delete the local database, the demo hub with it"

run:
	@$(PYTHON) -I hubportal/prepare.py
	@$(VENV_PYTHON) -m hubportal.run

test:
	@$(PYTHON) -I hubportal/prepare.py --for-tests
	@$(VENV_PYTHON) -m pytest -n 2

test-fast:
	@$(PYTHON) -I hubportal/prepare.py --for-tests
	@$(VENV_PYTHON) -m pytest -n 2 -m "not browser and not live and not slow"

check:
	@$(PYTHON) -I hubportal/prepare.py --for-tests
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(VENV_PYTHON) -m hubportal.checks
	.venv/bin/djlint templates --lint --quiet

bench:
	@$(PYTHON) -I hubportal/prepare.py --for-tests
	@status=0; for bench in $(basename $(notdir $(filter-out %/__init__.py,$(wildcard bench/*.py)))); do \
		echo "== bench/$$bench.py"; \
		$(VENV_PYTHON) -m hubportal.embedded exec .local/bench $(VENV_PYTHON) -m bench.$$bench || status=1; \
	done; exit $$status

format:
	$(VENV_PYTHON) -m ruff check --fix-only .
	$(VENV_PYTHON) -m ruff format .

reset:
	$(VENV_PYTHON) -m hubportal.embedded remove
	rm -rf .local/mail
