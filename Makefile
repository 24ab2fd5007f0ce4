# What can be done here. The work is done by Python: tools/ before anything is installed, the package afterwards.
PYTHON ?= python3.11
export MULTIBALL_HOME ?= $(CURDIR)/examples/demo
RUN := $(CURDIR)/.venv/bin/python
MULTIBALL := $(CURDIR)/.venv/bin/multiball

.DEFAULT_GOAL := help
.PHONY: help env demo up down status superset docs test test-fast test-all check dev lock bench chaos

help: ## Show what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

env: ## Make the environment .venv from the lock file
	@$(PYTHON) tools/make_env.py multiball

demo: env ## Start everything with the sandbox, load thirteen months, publish, and say where it is
	@$(MULTIBALL) demo

up: env ## Start the stack of the workspace MULTIBALL_HOME (default: examples/demo)
	@$(MULTIBALL) up

down: ## Stop the stack; leave no process
	@if [ -x $(MULTIBALL) ]; then $(MULTIBALL) down; fi

status: env ## Say what runs, where, and how it is
	@$(MULTIBALL) status

superset: env ## Check the dashboards of superset/ and import them into the running Superset
	@$(RUN) -m multiball.runtime.superset import

docs: env ## Write dbt's docs of the published state to var/dbt_docs/ of the workspace
	@$(MULTIBALL) docs

test: dev ## Run every check and test, as CI does; of expensive variants those whose turn it is
	@$(PYTHON) tools/make_env.py superset
	@$(RUN) tools/browser.py
	@$(MAKE) --no-print-directory check
	@$(RUN) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(and $(TURN),--turn $(TURN))

test-all: TURN = all
test-all: test ## The same with every variant

test-fast: dev ## Run the tests of units: one Python process, no engine, browser or dbt
	@$(RUN) -m pytest --quick --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: dev ## Format, lint, types, SQL format, import rules, texts, dashboards, licences
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(CURDIR)/.venv/bin/lint-imports
	@$(CURDIR)/.venv/bin/sqlfmt --check --quiet dbt_project
	@$(RUN) -m multiball.words.check
	@$(RUN) -m multiball.dashboards.check
	@$(RUN) tools/check_licences.py

dev: ## Make the environment .venv with what tests and checks need
	@$(PYTHON) tools/make_env.py dev

lock: ## Compile requirements/*.in anew
	@$(RUN) tools/lock.py

chaos: dev ## Disturb a workspace at every event and compare: ENGINE=duckdb, ONLY=kills, MOST=5 points of each task, SEED=1
	@$(RUN) -m chaos --engine "$(or $(ENGINE),both)" --only "$(ONLY)" --most "$(or $(MOST),0)" --seed "$(or $(SEED),0)"

bench: dev ## Measure against peers and limits: PAIRS=2 for a quick look, ONLY=landing for some of it
	@$(RUN) -m bench --pairs "$(or $(PAIRS),5)" --only "$(ONLY)"
