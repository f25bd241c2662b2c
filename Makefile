# The commands of this project; `make help` lists them. What they do stands in docker/*.sh.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

ASTERISK := switchboard-asterisk
WITH_ENVIRONMENT := . docker/environment.sh
# Two processes of tests, since most of them wait for telephones; those that share a server stay together (tests/conftest.py).
SIDE_BY_SIDE := -n 2 --dist loadgroup
STARTED = docker/engine.sh && docker/base.sh && docker/images.sh asterisk

.PHONY: help demo up down clean test check lint bench faults power-loss soak audit requirements sounds lock tools engine base images venv secrets compose

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

demo: export SWITCHBOARD_ENV := demo
demo: tools venv secrets ## everything from nothing: demo data, Asterisk, the service, and the demo calls
	@$(STARTED)
	@$(WITH_ENVIRONMENT); export SWITCHBOARD_NOW=$${SWITCHBOARD_NOW:-$$(python -m tests.demo.clock)}; \
	  echo "clock: the service begins at 10:00 on a working day, so that the demo is the same at any hour (SWITCHBOARD_NOW=$$SWITCHBOARD_NOW)"; \
	  docker/asterisk/run.sh $(ASTERISK) start; \
	  docker/service.sh prepare; \
	  echo 'database: migrating and loading the demo'; \
	  switchboard migrate </dev/null; switchboard demo load </dev/null; \
	  docker/service.sh start; \
	  python -m tests.demo </dev/null

up: tools venv secrets ## Asterisk and the service, on the database as it is
	@$(STARTED)
	@$(WITH_ENVIRONMENT); docker/asterisk/run.sh $(ASTERISK) start; \
	  docker/service.sh prepare; \
	  switchboard migrate </dev/null; \
	  docker/service.sh start

down: ## stop them, leave the data
	@[ ! -f var/secrets.env ] || docker/service.sh stop
	@if docker info >/dev/null 2>&1; then docker/asterisk/run.sh $(ASTERISK) stop; else echo 'engine: none answers, so no container runs'; fi

clean: down ## stop them and delete data, environment, images and an engine that make started
	@if docker info >/dev/null 2>&1; then \
	  docker/asterisk/run.sh $(ASTERISK) remove; \
	  for image in asterisk postgres dovecot sipp switchboard; do docker image rm -f switchboard-$$image:latest >/dev/null 2>&1 || true; done; \
	  if [ -z "$$(docker ps -q)" ]; then docker/engine.sh stop; else echo 'engine: other containers run in it, so it stays'; fi; \
	fi
	@echo 'clean: deleting .venv, var/ and caches'
	@rm -rf .venv var build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

test: tools venv images ## format, lint, types, imports, every test, and the audit of dependencies
	@echo 'checking format, lint, types and imports'
	@$(MAKE) lint
	@docker/images.sh switchboard
	@echo 'testing'
	@.venv/bin/python -m pytest $(SIDE_BY_SIDE) </dev/null
	@$(MAKE) audit

check: venv ## what needs no container: lint and the tests without Asterisk, PostgreSQL and Dovecot
	@$(MAKE) lint
	@.venv/bin/python -m pytest $(SIDE_BY_SIDE) -m 'not asterisk and not postgres and not dovecot' </dev/null

lint: venv ## format, lint, types and direction of imports
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: tools venv images ## speed and cost of calls and messages, against the plain dialplan and others (writes var/bench.json)
	@docker/images.sh sipp
	@.venv/bin/python -m tests.bench </dev/null

faults: tools venv images ## each fault in each state of a call, with real callers (writes var/faults.json)
	@.venv/bin/python -m tests.faults </dev/null

power-loss: venv ## a hundred kill -9 at random points: what a caller was told is there (writes var/power_loss.json)
	@.venv/bin/python -m tests.power_loss </dev/null

soak: tools venv images ## an hour of mixed traffic at half capacity, MINUTES=1440 for a day (writes var/soak.json)
	@docker/images.sh sipp
	@.venv/bin/python -m tests.soak --minutes $(or $(MINUTES),60) </dev/null

audit: venv ## known vulnerabilities of what is locked, where their source can be reached (AUDIT=required: fail where not)
	@docker/audit.sh

requirements: venv ## which test proves which requirement
	@.venv/bin/python -m tests.requirements_table </dev/null

sounds: venv ## make the prompts again from their script
	@.venv/bin/python -m pip install -q --require-hashes -r sounds/requirements.lock </dev/null
	@.venv/bin/python -m switchboard.speech.make_sounds </dev/null

lock: ## write the lock files again from pyproject.toml
	@docker/lock.sh

compose: tools secrets base ## build what docker/compose.yaml runs, service included
	@docker/images.sh asterisk postgres switchboard

images: base
	@docker/images.sh asterisk postgres dovecot sipp

base: engine
	@docker/base.sh

engine:
	@docker/engine.sh

venv:
	@docker/python.sh

secrets:
	@docker/secrets.sh

tools:
	@command -v git >/dev/null || { echo 'make: error: git is missing' >&2; exit 1; }
