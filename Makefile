# Everything that people type here. `make` alone lists it.

VENV := .venv
BIN  := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test bench lint

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: ## install what running needs (system packages, .venv); quick when it is there
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

demo: setup ## start a whole generated company to click through
	@$(BIN)/reviewflow demo

test: setup-test lint ## everything: lint, types, contracts, tests on both databases, a story in a browser
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: setup ## speed and memory, one JSON line each
	@$(BIN)/python -m bench

lint: setup-test ## style, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
