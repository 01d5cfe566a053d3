# `make run` and `make test` need python3 (3.11 or later), make and a package index; `make help` lists the rest.

PYTHON ?= python3
PORT   ?= 8000
export PORT

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes --only-binary :all: --no-deps
MANAGE := $(BIN)/python manage.py
POSTGRES := $(filter postgres%,$(DATABASE_URL) $(POSTGRES_URL))

# What the site needs, and what PostgreSQL needs on top: the scale lock holds the base lock, so one of the two.
SITE := $(VENV)/.base $(if $(POSTGRES),$(VENV)/.scale)
APPS := community config demo discussion events forum jobs links moderation people photos recaps talks

# Only from the command line: some shells and build tools have a HOST of their own in the environment.
HOST_OPTION := $(if $(filter command line,$(origin HOST)),--host $(HOST))

ifneq ($(strip $(DATA_DIR)),)
export DATA_DIR
endif
ifneq ($(strip $(DATABASE_URL)),)
export DATABASE_URL
else
unexport DATABASE_URL
endif

.PHONY: help run test e2e web check lint types templates contract migrations locks-check locks messages messages-check \
        check-services test-sqlite test-postgres bench-pages bench-photos bench-kill bench-uploads bench-matching bench-talks \
        bench-backlinks bench-markdown bench-look screenshots clean

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | sed -E 's/^([a-z0-9-]+):.*## /\1|/' | while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

run: $(SITE) ## start the site at http://localhost:8000/ (variables: PORT, HOST, DATA_DIR, DATABASE_URL)
	@$(MANAGE) serve --prepare $(HOST_OPTION)

test: $(SITE) $(VENV)/.test ## run the whole suite, on SQLite or on DATABASE_URL
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

e2e: $(SITE) $(VENV)/.test ## run only the tests that drive a browser
	@$(BIN)/python -m pytest -n auto --dist loadgroup -m browser $(ARGS)

# --- All that CI does, in CI's order -----------------------------------------------------------------------------
check: ## all that CI does (needs POSTGRES_URL=postgres://…, Chromium, gettext, npm and Java; .ci/run brings them)
	@$(MAKE) --no-print-directory check-services
	@$(MAKE) --no-print-directory web
	@$(MAKE) --no-print-directory $(SITE) $(VENV)/.test $(VENV)/.lint
	@$(MAKE) --no-print-directory --jobs=2 lint migrations locks-check messages-check
	@# Side by side: a browser lets a processor wait, and the other database's tests have work for it.
	@$(MAKE) --no-print-directory --jobs=2 test-sqlite test-postgres
	@echo "make check: all passed"

check-services:
	@test -n "$(POSTGRES_URL)" || { echo "make check: POSTGRES_URL=postgres://user:password@host:port/name is needed; .ci/run starts a server of its own." >&2; exit 1; }
	@command -v msgfmt >/dev/null || { echo "make check: gettext is needed (apt-get install gettext)." >&2; exit 1; }
	@command -v npm >/dev/null || { echo "make check: npm is needed (apt-get install npm)." >&2; exit 1; }
	@command -v java >/dev/null || { echo "make check: Java 17 is needed (apt-get install default-jre-headless)." >&2; exit 1; }
	@for name in "$$CHROMIUM" chromium chromium-browser google-chrome; do command -v "$$name" >/dev/null 2>&1 && exit 0; done; \
	  echo "make check: Chromium is needed (apt-get install chromium, or CHROMIUM=/path/to/it)." >&2; exit 1

lint: ruff types templates contract ## ruff, mypy, djlint and the import contract

.PHONY: ruff
ruff: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(SITE) $(VENV)/.test $(VENV)/.lint
	$(BIN)/mypy $(APPS) tests

templates: $(VENV)/.lint
	$(BIN)/djlint --lint --quiet templates

contract: $(SITE) $(VENV)/.lint
	$(BIN)/lint-imports

migrations: $(SITE)
	$(MANAGE) makemigrations --check --dry-run

locks-check: $(VENV)/.lint
	$(BIN)/python .ci/locks.py --check

messages-check: $(SITE)
	$(BIN)/python .ci/messages.py --check

test-sqlite:
	@$(MAKE) --no-print-directory test DATABASE_URL=

# What asks the database, without the browser and the walks through every page, which run on SQLite: what they ask
# of it, others ask as well. `make test DATABASE_URL=…` runs them all.
test-postgres:
	@$(MAKE) --no-print-directory test DATABASE_URL=$(POSTGRES_URL) ARGS='-m "database and not browser and not pages"'

web: .ci/web/node_modules/.ready ## fetch what looks at the pages in tests: axe, the Nu checker, the observatory (needs npm; Node.js 20 and Java 17 to run)

OBSERVATORY := node_modules/@mdn/mdn-http-observatory

.ci/web/node_modules/.ready .ci/lighthouse/node_modules/.ready: %/node_modules/.ready: %/package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed (apt-get install npm)." >&2; exit 1; }
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@# The observatory's list of sites that browsers know to have https, which it would fetch: no site of a test is in it.
	@[ ! -d $*/$(OBSERVATORY) ] || echo '{}' > $*/$(OBSERVATORY)/conf/hsts-preload.json
	@touch $@

# --- Made files -----------------------------------------------------------------------------------------------------
locks: $(VENV)/.lint ## compile requirements/*.lock again from *.in
	$(BIN)/python .ci/locks.py

messages: $(SITE) ## gather the translatable sentences and compile the translations (needs gettext)
	$(BIN)/python .ci/messages.py

bench-pages: $(SITE) ## what the README's figures on pages come from
	@$(BIN)/python -m bench.pages

bench-uploads: $(SITE) ## kill the web server 200 times while twenty people send photos
	@$(BIN)/python -m bench.uploads

bench-photos: $(SITE) ## what the README's figures on photos come from (fetches what it compares with)
	@$(BIN)/python -m bench.photos

bench-matching: $(SITE) ## how well damaged titles are recognised (HALLWAY_CORPUS: with all of its talks)
	@$(BIN)/python -m bench.matching

bench-backlinks: $(SITE) ## how well the talks that a text names are found (HALLWAY_CORPUS: with all of its talks)
	@$(BIN)/python -m bench.backlinks

bench-talks: $(SITE) ## how quickly talks are suggested, over 100,000 of them
	@$(BIN)/python -m bench.talks

bench-markdown: $(SITE) ## how long the worst text of 50,000 characters takes to render
	@$(BIN)/python -m bench.markdown

bench-kill: $(SITE) $(VENV)/.test ## kill the worker 200 times while it prepares photos, and count what is lost
	@HALLWAY_KILLS=200 $(BIN)/python -m pytest -n 0 -q tests/photos/test_killed_worker.py

bench-look: $(SITE) $(VENV)/.test web .ci/lighthouse/node_modules/.ready ## what pages weigh, and what Lighthouse, axe and Nu say (needs Chromium, npm, Java)
	@$(BIN)/python -m bench.look

screenshots: $(SITE) $(VENV)/.test ## twenty pages, phone and desktop, light and dark (needs Chromium; ARGS=--readme makes README's pictures again)
	@$(BIN)/python -m bench.screenshots $(ARGS)

clean: ## remove .venv and what the tools left; var/ (your data) stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- The virtual environment: one stamp per lock ----------------------------------------------------------------------
$(VENV)/.python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not found; name a Python 3.11 or later: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12 …" % sys.version_info[:2])'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv (Debian, Ubuntu)." >&2; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) && touch $@

$(VENV)/.base: requirements/base.lock | $(VENV)/.python
	@echo "Installing $< …"
	@$(PIP) -r $< && touch $@

$(VENV)/.scale: requirements/scale.lock $(VENV)/.base | $(VENV)/.python
	@echo "Installing $< …"
	@$(PIP) -r $< && touch $@

$(VENV)/.test: requirements/test.lock $(VENV)/.base | $(VENV)/.python
	@echo "Installing $< …"
	@$(PIP) -r $< && touch $@

$(VENV)/.lint: requirements/lint.lock $(VENV)/.base | $(VENV)/.python
	@echo "Installing $< …"
	@$(PIP) -r $< && touch $@
