# `make site` builds the book, `make test` holds it. Both set up what they need; Python 3.11+ and
# make are all that a machine must have. With a package index of your own choice:
#   PIP_EXTRA_INDEX_URL=https://… make site
# On Linux, PyPI's torch brings gigabytes of CUDA, for which the book has no use. Without them:
#   make site TORCH=cpu

PYTHON ?= python3
VENV := .venv
BIN := $(abspath $(VENV))/bin
# Modules are compiled when they are first imported: of all that is installed, a quarter ever is.
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile
unexport PYTHONDONTWRITEBYTECODE
JOBS ?=
# Which build of torch: as the index has it, or "cpu" from PyTorch's own index, or from a mirror of it.
TORCH ?=
TORCH_INDEX ?= https://download.pytorch.org/whl/$(TORCH)
FROM_TORCH = $(if $(TORCH),--index-url $(TORCH_INDEX))
# Of the tests that read the book: two more than two cores, since browsers and servers are waited for.
# A file stays in one process, for what its tests share, and long files begin first.
WORKERS ?= 4
TESTS := pytest --dist loadfile --no-loadscope-reorder

# What `make lock` writes a pin with: the hash of every file of that version, for any platform.
HASHED := .cache/lock/bin/uv pip compile --quiet --no-config --generate-hashes --no-header --no-annotate

# Documented switches of the docs tools' advertising banners.
export NO_MKDOCS_2_WARNING = 1
export DISABLE_MKDOCS_2_WARNING = true
# Node and npm come from the Python environment.
export PATH := $(BIN):$(PATH)

.PHONY: help site release serve test book compiled types early page late installed pins-0 pins-1 costs verify grids audit offline pdf env browser lock benchmark clean
.DELETE_ON_ERROR:

help:
	@echo "make site       build both languages into site/ (trains what is missing or stale)"
	@echo "make release    the same to publish: refused unless it says where site and code will be"
	@echo "make serve      the same with live reload"
	@echo "make test       lint, types, layers, figures, records, parity, browser"
	@echo "make costs      every test, none waiting for its turn, and what each costs (about an hour)"
	@echo "make verify     every finding once more by torch on fresh seeds, as one table (more than an hour)"
	@echo "make grids      judge every claim in the grid of its conventions; trained cells are kept"
	@echo "make audit      Lighthouse and axe over the built site, as one table"
	@echo "make offline    the book as a zip that is read from a folder"
	@echo "make pdf        the book as a PDF in each language"
	@echo "make benchmark  the training engine beside others, and the page's runs and tasks"
	@echo "make lock       resolve the dependencies anew into requirements.lock"
	@echo "make clean      remove what was built; the environment stays"

site: env
	@mkdocs build --strict
	@echo "Look at it:  $(VENV)/bin/python -m http.server --directory site 8000   then open http://127.0.0.1:8000/"

release: env
	@python -m press.release
	@mkdocs build --strict

serve: env
	@mkdocs serve --livereload

test: env browser
	ruff check .
	ruff format --check .
	lint-imports
	@$(MAKE) --no-print-directory --jobs 2 book compiled types early page late

# What needs nothing of the book is checked while it is built: types, then the early half of the tests.
# They give way to it, and have the processor that it leaves idle once its figures are trained. What
# reads the book waits for it.
book:
	mkdocs build --strict

# The check of the page's types compiles its arithmetic as well, which tests of either half read.
compiled:
	cd web && npm run --silent check

types:
	mypy

early: compiled
	nice -n 5 $(TESTS) --numprocesses 2 --half early

page: book compiled
	cd web && npm run --silent --ignore-scripts test

late: book early
	$(TESTS) --numprocesses $(WORKERS) --half late

# With nothing beside it, of which a test would be thought dear.
costs: env browser page
	DLBOOK_TURNS=all pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --costs

verify: env
	@dlbook verify --all --by torch $(ARGS)

grids: env
	@dlbook grid --all $(ARGS)

offline: env
	@DLBOOK_OFFLINE=true mkdocs build --quiet --strict --site-dir .cache/offline
	@python -m press.bundle .cache/offline out/why-deep.zip

pdf: env browser
	@mkdocs build --quiet --strict
	@python -m press.pdf

audit: env browser press/node_modules/.installed
	@mkdocs build --quiet --strict
	@python -m press.audit $(ARGS)

env:
	@$(MAKE) --no-print-directory --jobs 2 installed

installed: $(VENV)/.installed web/node_modules/.installed
	@:

# Torch, whose files differ from index to index, so that they can have no hash; then the book. What
# else torch needs is there, and is not looked for.
$(VENV)/.installed: $(VENV)/.unpacked requirements-torch.lock pyproject.toml
	$(PIP) --only-binary :all: $(FROM_TORCH) --requirement requirements-torch.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# An environment that is whole is brought up to date; one that a failure left half-made is made anew.
# The lock is whole, so no package looks for another; and it takes one processor to unpack it: two
# pips have every other pin.
$(VENV)/.unpacked: requirements.lock
	@$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Python 3.11 or newer is needed, and $(PYTHON) is ' + sys.version.split()[0] + '; say which one: make PYTHON=python3.12')"
	@{ test -e $@ && $(VENV)/bin/python -c ""; } 2>/dev/null || \
		$(PYTHON) -m venv $(if $(wildcard $(VENV)/pyvenv.cfg),--clear) $(VENV)
	@$(MAKE) --no-print-directory pins-0 pins-1
	@touch $@

pins-0 pins-1: pins-%:
	@awk '/^[^ ]/ { pin++ } pin % 2 == $*' requirements.lock > $(VENV)/$@.lock
	$(PIP) --no-deps --require-hashes --only-binary :all: --requirement $(VENV)/$@.lock

# No package runs a script of its own here: esbuild's program comes as a package of its platform.
web/node_modules/.installed press/node_modules/.installed: %/node_modules/.installed: %/package-lock.json $(VENV)/.unpacked
	cd $* && npm ci --ignore-scripts --silent --no-audit --no-fund
	@touch $@

browser: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.browser

# What was resolved here, and what the same packages need on other platforms. Torch has no hash: each
# index serves its own builds of a version, and names what those need (triton, nvidia-…) itself.
lock:
	rm -rf .cache/lock && $(PYTHON) -m venv .cache/lock
	.cache/lock/bin/python -m pip install --quiet "uv==0.13.9" "torch==2.13.0" --editable ".[site,test,dask]"
	.cache/lock/bin/python -m pip freeze --all --exclude pip --exclude uv --exclude-editable > .cache/lock/pins
	grep '^torch==' .cache/lock/pins | sed 's/+.*//' > .cache/lock/torch.txt
	grep -vE '^(torch==|triton==|nvidia-|cuda-)' .cache/lock/pins > .cache/lock/wheels.txt
	echo "torch ; sys_platform == 'none'" > .cache/lock/apart.txt
	$(HASHED) --universal --override .cache/lock/apart.txt --no-emit-package torch \
		--python-version 3.11 --extra site --extra test --extra dask pyproject.toml .cache/lock/wheels.txt \
		--output-file .cache/lock/requirements.lock
	mv .cache/lock/torch.txt requirements-torch.lock
	mv .cache/lock/requirements.lock .
	rm -rf .cache/lock
	$(MAKE) constraints.txt

# The same pins for an installation by hand: pip can ask no hash of the book's own folder.
constraints.txt: requirements.lock requirements-torch.lock
	cat $^ | grep -E '^[A-Za-z0-9]' | sed -E 's/ *\\$$//' | LC_ALL=C sort > $@

benchmark: env
	$(VENV)/bin/python -m benchmarks.training
	$(VENV)/bin/python -m benchmarks.replay
	$(VENV)/bin/python -m benchmarks.atoms
	mkdocs build --quiet --strict
	$(VENV)/bin/python -m benchmarks.blocking

clean:
	rm -rf site out .cache
