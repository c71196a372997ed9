# The whole life of a checkout. Only Python (3.12 or newer) and make are needed.

# A name may stand on the path without working (version managers leave such shims), so each candidate is run.
PYTHON ?= $(shell for name in python3.14 python3.13 python3.12 python3; do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo "$$name" && break; done)
BIN := .venv/bin
UV ?= uv
export QUNYING_HOME ?= $(CURDIR)/var
unexport PYTHONDONTWRITEBYTECODE # or every start would compile everything anew

.DEFAULT_GOAL := help
.PHONY: help setup setup-test chromium run test test-full lint check format lock translations peers bench clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.14, 3.13 or 3.12 found (with venv). Install one, or name it: make setup PYTHON=/path/to/python3.13"; exit 1; fi
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

.venv/installed-test: requirements-test.lock .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

setup: .venv/installed translations ## install into .venv from the lock file

setup-test: .venv/installed-test translations

chromium: # the browser journeys need it; without it they are skipped, with the reason
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing Chromium for the browser journeys …"; \
			{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk; } >/dev/null \
				|| echo "Chromium could not be installed; the browser journeys will be skipped."; \
		else echo "Chromium is missing: install it (e.g. apt install chromium) to run the browser journeys; they will be skipped."; fi; }

run: setup ## start Qunying with the sample brand at http://127.0.0.1:8000
	@exec $(BIN)/qunying run --sample

test: setup-test chromium ## all quick tests, headless
	$(BIN)/pytest -n auto --dist loadgroup -m "not full"

test-full: setup-test chromium ## every test at its full size, then alone those that hold a bound of time
	$(BIN)/pytest -n auto --dist loadgroup -m "not timed"
	$(BIN)/pytest -m timed

lint: setup-test ## style, types, who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint ## lint, and the architecture tests: migrations in step, translations complete
	$(BIN)/pytest -q -p no:cacheprovider tests/architecture

format: setup-test ## put the code into its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv-peers/installed:
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check django-oscar==4.2.1
	@touch $@

peers: .venv-peers/installed ## install what only the benchmark compares with, in an environment of its own

bench: setup-test ## measure speed beside a reference, as ratios
	$(BIN)/python -m bench

translations: .venv/installed
	@$(BIN)/python build_translations.py

lock: ## resolve the dependencies anew (needs uv)
	$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--group build pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--group build --group test -c requirements.lock pyproject.toml -o requirements-test.lock

clean: ## remove what was installed and built (never var/, where the data lives)
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis test-artifacts
