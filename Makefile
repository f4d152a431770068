# Every command a person or CI needs. `make` alone lists them.

PYTHON ?= python3
REDRESS := .venv/bin/redress
LOCK_WITH := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
# Twice quiet: errors only. The locks are whole, so pip need not resolve anything: its resolver looks past a pin to a newer
# release when one package asks for `sqlalchemy[asyncio]` and another for `sqlalchemy`.
PIP_INSTALL := .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check

# Where a shell forbids Python to keep compiled modules, each of the many processes of Redress and of its tests would
# compile them anew, a second each.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test check format bench lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

install: .venv/.redress-installed  ## build the environment in .venv from the lock file

run: install  ## start Redress and everything it needs; Ctrl-C stops it
	@exec $(REDRESS) up

# Two at once, a file each: much of the suite waits for servers that it starts.
test: .venv/.dev-installed  ## install what the tests need, a browser included, and run them all
	@.ci/install-test-tools
	.venv/bin/python -m pytest --numprocesses 2 --dist loadfile

check: .venv/.dev-installed  ## check format, lint, types and layers
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: .venv/.dev-installed  ## format the code and mend what the linter can mend
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: .venv/.dev-installed  ## run the benchmarks
	@test -d benchmarks || { echo "This checkout holds no benchmarks."; exit 1; }
	.venv/bin/python -m benchmarks

lock: .venv/.dev-installed  ## pin the dependencies anew; LOCK=--upgrade also moves them forward
	$(LOCK_WITH) $(LOCK) --group build --output-file requirements.lock
	$(LOCK_WITH) $(LOCK) --group build --group dev --group audit-tests --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## remove the environment and caches; data under var/ stays
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, in steps that run again only when their inputs change.

.venv/bin/python:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { \
		echo "Redress needs Python 3.11 or newer with its venv module, and $(PYTHON) is not that: install it, or name one with make PYTHON=/path/to/python3." >&2; \
		exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.lock-installed: requirements.lock | .venv/bin/python
	@echo "Installing Redress into .venv (a minute or two the first time) ..."
	@$(PIP_INSTALL) --require-hashes --no-deps --requirement requirements.lock
	@touch $@

# Setuptools comes from the lock, so nothing unpinned is fetched to build the project itself.
.venv/.redress-installed: pyproject.toml .venv/.lock-installed
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev-installed: requirements-dev.lock .venv/.redress-installed
	@echo "Installing the development tools into .venv ..."
	@$(PIP_INSTALL) --require-hashes --no-deps --requirement requirements-dev.lock
	@touch $@
