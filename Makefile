# `make site` builds the book, `make test` holds it. Both set up what they need; Python 3.11+ and
# make are all that a machine must have. With a package index of your own choice:
#   PIP_EXTRA_INDEX_URL=https://… make site

PYTHON ?= python3
VENV := .venv
BIN := $(abspath $(VENV))/bin
JOBS ?=
# Of the tests. A file stays in one process, for what its tests share, and long files begin early.
WORKERS ?= 2

# Documented switches of the docs tools' advertising banners.
export NO_MKDOCS_2_WARNING = 1
export DISABLE_MKDOCS_2_WARNING = true
# Node and npm come from the Python environment.
export PATH := $(BIN):$(PATH)

.PHONY: help site serve test audit offline pdf env browser lock benchmark clean
.DELETE_ON_ERROR:

help:
	@echo "make site       build both languages into site/ (trains what is missing or stale)"
	@echo "make serve      the same with live reload"
	@echo "make test       lint, types, layers, figures, records, parity, browser"
	@echo "make audit      Lighthouse and axe over the built site, as one table"
	@echo "make offline    the book as a zip that is read from a folder"
	@echo "make pdf        the book as a PDF in each language"
	@echo "make benchmark  the training engine against a loop over torch modules, and the page's against ours"
	@echo "make lock       resolve the dependencies anew into requirements.lock"
	@echo "make clean      remove what was built; the environment stays"

site: env
	@mkdocs build --strict
	@echo "Look at it:  $(VENV)/bin/python -m http.server --directory site 8000   then open http://127.0.0.1:8000/"

serve: env
	@mkdocs serve --livereload

test: env browser
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	cd web && npm run --silent check
	mkdocs build --strict
	cd web && npm run --silent test
	pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

offline: env
	@DLBOOK_OFFLINE=true mkdocs build --quiet --strict --site-dir .cache/offline
	@python -m press.bundle .cache/offline out/why-deep.zip

pdf: env browser
	@mkdocs build --quiet --strict
	@python -m press.pdf

audit: env browser press/node_modules/.installed
	@mkdocs build --quiet --strict
	@python -m press.audit $(ARGS)

env: $(VENV)/.installed web/node_modules/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Python 3.11 or newer is needed, and $(PYTHON) is ' + sys.version.split()[0] + '; say which one: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

web/node_modules/.installed press/node_modules/.installed: %/node_modules/.installed: %/package-lock.json $(VENV)/.installed
	cd $* && npm ci --silent --no-audit --no-fund
	@touch $@

browser: $(VENV)/.installed
	@$(BIN)/python -m tests.browser

lock:
	rm -rf .cache/lock && $(PYTHON) -m venv .cache/lock
	.cache/lock/bin/pip install --quiet "torch==2.13.0" --editable ".[site,test,dask]"
	.cache/lock/bin/pip freeze --all --exclude pip --exclude-editable | sed 's/+cpu$$//' > requirements.lock.tmp
	mv requirements.lock.tmp requirements.lock && rm -rf .cache/lock

benchmark: env
	$(BIN)/python benchmarks/training.py
	$(BIN)/python -m benchmarks.replay
	mkdocs build --quiet --strict
	$(BIN)/python -m benchmarks.blocking

clean:
	rm -rf site out .cache
