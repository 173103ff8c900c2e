# One command each: `make chat` talks to the agent, `make test` runs everything. Both set up .venv first.
PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup chat test check evals bench bless-counts fix train injections pictures torture lock

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready ## make .venv with everything locked

$(VENV)/.ready: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh scripts/setup.sh
	@touch $@

chat: setup ## talk to the agent in the demo shop
	@echo "== warmline chat  (leave with Ctrl-D)" >&2
	@$(BIN)/warmline chat $(ARGS)

test: setup ## the whole test suite, with coverage of agent/ and tools/
	@echo "== pytest"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered $(ARGS)
	@$(BIN)/python -m coverage report --include='agent/*,tools/*' --fail-under=95 --format=total

check: setup ## ruff, ruff format, basedpyright strict
	@echo "== ruff check" && $(BIN)/ruff check .
	@echo "== ruff format --check" && $(BIN)/ruff format --check .
	@echo "== basedpyright" && $(BIN)/basedpyright

evals: setup ## play the eval suites once, which gates CI (the embedded model plays the same way every time): make evals ARGS="--case 'undo-*'"
	@echo "== warmline eval run" && $(BIN)/warmline eval run evals/suites --trials 1 $(ARGS)

bench: setup ## speed and cost beside other libraries, and docs/performance.md: make bench ARGS="--quick --peers raw,warmline"
	@$(BIN)/python -m benchmarks $(ARGS)

bless-counts: setup ## write what a fixed turn does now into benchmarks/counts.json, which a test holds
	@$(BIN)/python -m benchmarks.counting --bless

fix: setup ## what ruff can mend by itself
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

train: setup ## train the guard's classifier again from fixtures/corpus and write docs/model-card.md
	@$(BIN)/python scripts/train_guard.py

injections: setup ## replay injected instructions with a model that obeys them: make injections DATA=file.jsonl
	@$(BIN)/python scripts/replay_injections.py "$(DATA)"

pictures: setup ## the pictures of the README and the docs, from real runs (those of pages need chromium: scripts/browser.sh)
	@$(BIN)/python scripts/pictures.py && $(BIN)/python scripts/insights_pictures.py >/dev/null

torture: setup ## kill workers for real for some minutes, then audit what is left: make torture ARGS="--seed 7 --scene kills"
	@PYTHONPATH=tests $(BIN)/python -m torture $(ARGS)

lock: setup ## requirements.lock from pyproject.toml
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install -q uv
	@$(BIN)/python -m uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-strip-extras --group dev \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock
