# Sitter. `make demo` shows it, `make test` tests it; both set everything up first. docs/install.md says more.
#   make demo [PORT=8000] [ONCE=1]    make setup PYTHON=/path/to/python3.11    make test LANES="unit slow"
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
export PYTHONUNBUFFERED := 1

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## .venv, packages and models; instant when nothing changed
	@scripts/setup.sh

demo: setup ## a portrait speaks, through the website, with every part real (ONCE=1 ends there)
	@$(PY) -m webapp.demo $(if $(PORT),--port $(PORT)) $(if $(filter-out 0,$(ONCE)),--once)

check: setup ## format, lint, types, import rules, templates, migrations
	@scripts/check.sh

test: setup ## check, and every lane of tests, with seconds per lane
	@scripts/setup_tests.sh
	@scripts/test.sh $(LANES)

bench: setup ## milliseconds per frame and stage, end to end; writes build/bench.json
	@$(PY) manage.py bench --out build/bench.json

showcase: setup ## the six videos of docs/showcase.md, from samples/ alone
	@PYTHONPATH=. $(PY) scripts/showcase.py

clean: ## remove what was built and installed; var/ (your keys, database and media) stays
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

.PHONY: help setup demo check test bench showcase clean
