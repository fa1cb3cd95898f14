# make run    the guide at http://127.0.0.1:8080
# make test   everything that must hold
# make help   the rest
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
BABEL  := $(BIN)/python -m babel.messages.frontend --quiet
POT    := $(BABEL) extract -F babel.cfg --project=Dhaal --copyright-holder="the Dhaal translators" --no-wrap --sort-by-file
HOST   ?= 127.0.0.1
PORT   ?= 8080

.PHONY: help run test check lint browser locales graph bench clean

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dhaal needs Python 3.11 or newer. Set PYTHON=... to name it.")'
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev
	$(BIN)/python tools/bot_api_schema.py
	touch $@

run: $(VENV)/.run ## the guide at http://127.0.0.1:8080
	$(BIN)/dhaal serve --host $(HOST) --port $(PORT)

test: $(VENV)/.dev browser lint ## everything that must hold: style, types, walls, tests, proof
	$(BIN)/python -m pytest --numprocesses 3 --cov --cov-report=term:skip-covered
	$(BIN)/coverage report --include="bot/core/*,bot/talk/*" --fail-under=100
	$(BIN)/dhaal check

lint: $(VENV)/.dev ## style, types and walls
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

check: $(VENV)/.run ## read all content, visit every state, prove every law
	$(BIN)/dhaal check

browser: ## a real Chromium for the tests, where this machine can install one
	@sh tools/chromium.sh

locales: $(VENV)/.dev ## bring the catalogues up to date with flows/
	$(POT) -o locales/dhaal.pot --ignore-dirs="desk" flows
	$(POT) -o locales/desk.pot flows/desk
	for po in locales/*/LC_MESSAGES/*.po; do \
	  tag=$$(basename $$(dirname $$(dirname $$po))); \
	  $(BABEL) update -i locales/$$(basename $$po .po).pot -o $$po -l $$tag --no-wrap --ignore-obsolete; \
	done

graph: $(VENV)/.dev ## redraw the pictures of docs/journeys
	for name in $$($(BIN)/dhaal graph --list); do $(BIN)/dhaal graph $$name --format svg > docs/journeys/$$name.svg; done
	$(BIN)/dhaal graph --format svg > docs/journeys/all.svg

bench: $(VENV)/.dev ## the benchmarks, as ratios to a floor in the same run
	$(BIN)/dhaal bench

clean: ## forget what was built
	rm -rf $(VENV) build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
