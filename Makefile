# Every target sets up what it needs: a fresh clone and `make lab` is enough.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
# One thread for each process: several run side by side, and numbers do not depend on the core count.
export OMP_NUM_THREADS ?= 1
LESSON ?= notebooks/00_start_here.ipynb
# Tests run in two processes more than there are cores, four at most: they wait for kernels and browsers half of their
# time. Each file, each notebook is whole in one of them. Notebooks come first: tests of the book need not run them again.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
PYTEST := $(BIN)/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
# `make test ONLY=lessons` runs what a change to lessons can break, and so on; or name files and folders.
TESTS_lessons := tests/lessons tests/lesson_helpers tests/quiz notebooks
TESTS_widgets := tests/widgets tests/book
TESTS_exercises := tests/exercises tests/kinds tests/own source
TESTS_grader := tests/authoring tests/essays tests/desk tests/grading tests/kernels tests/own tests/results tests/sandbox tests/scale \
	tests/split \
	tests/submissions tests/threats
TESTS_sandbox := tests/kernels tests/sandbox tests/threats
TESTS := $(if $(ONLY),$(foreach each,$(ONLY),$(or $(TESTS_$(each)),$(each))),notebooks source tests) --nbval
# How much of the code the tests run. Kernels that they start are not measured.
COVERAGE := --cov --cov-report=term --cov-report=html:build/coverage
# Jupyter refuses to run as root unless told to; in a container one often is.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.DEFAULT_GOAL := help
.PHONY: help lab test test-all slow seeds claims long lint grade notebooks widgets release book book-pdf book-words bundle wheels sheets anki audit promises models capstone bench bench-widgets bench-book lock clean env env-dev

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# JupyterLab as a student needs it: in a copy of lessons and assignments, without nbgrader's panels for instructors and
# without news.
STUDENT_LAB := $(CURDIR)/tools/student_lab$(addprefix :,$(JUPYTER_CONFIG_PATH))

lab: export JUPYTER_CONFIG_PATH := $(if $(INSTRUCTOR),$(JUPYTER_CONFIG_PATH),$(STUDENT_LAB))
lab: env ## open JupyterLab in the course; INSTRUCTOR=1 with the formgrader, Create Assignment and the lessons' sources
	$(if $(INSTRUCTOR),,@$(BIN)/python tools/reader_copy.py work)
	$(BIN)/jupyter lab --ServerApp.root_dir=$(if $(INSTRUCTOR),.,work) --LabApp.default_url=/lab/tree/$(LESSON) $(AS_ROOT) $(LAB_ARGS)

test: env-dev lint ## style, types, builds, every notebook, some tests of each kind; ONLY=lessons
	$(PYTEST) $(TESTS) $(PYTEST_ARGS)

slow: env-dev ## tests that `make test` leaves out, but those of claims, long and audit; ONLY=lessons
	$(PYTEST) $(TESTS) -m "slow and not audit and not claims and not long" $(PYTEST_ARGS)

test-all: env-dev lint ## the same with every test, coverage, and (without ONLY) lessons with their seeds moved
	AUTOGRADER_MOMENTS=20 $(PYTEST) $(TESTS) -m "slow or not slow" $(COVERAGE) $(PYTEST_ARGS)
	$(if $(ONLY),,$(BIN)/python tools/seeds.py)

seeds: env-dev ## run lessons with all their seeds moved, three times; ONLY=07_gradient_flow
	$(BIN)/python tools/seeds.py $(ONLY)

claims: env-dev ## make claims of the lessons false, one by one; their cells must fail
	$(PYTEST) tests/lessons/test_false_claims.py -m claims $(PYTEST_ARGS)

long: env-dev ## tests that take most of a minute each, which `make slow` leaves out
	$(PYTEST) tests -m long $(PYTEST_ARGS)

lint: env-dev ## style, types, import layers, and whether built files are up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/autograder notebooks --check
	$(BIN)/python tools/claims.py --check
	$(BIN)/autograder release --check
	@if [ -d tools/js/node_modules ]; then npm run --silent --prefix tools/js bundles; fi

grade: env ## build the example class and grade it
	$(BIN)/python -m examples

notebooks: env ## build the notebooks from their text files, the claims index and the glossary
	$(BIN)/autograder notebooks $(if $(FORCE),--force)
	$(BIN)/python tools/claims.py

widgets: ## bundle the widgets' JavaScript and style sheets again; needs Node
	@[ -d tools/js/node_modules/esbuild ] || npm ci --prefix tools/js --no-audit --no-fund
	@npm run --silent --prefix tools/js build

release: notebooks ## check the assignments and write the students' versions; ONLY=a3_gates
	$(BIN)/autograder release $(ONLY)

book: env-dev ## the course as a static site in build/book; REPO=OWNER/NAME and HUB=ADDRESS say where lessons can be run
	$(BIN)/python -m book $(if $(REPO),--repo $(REPO)) $(if $(HUB),--hub $(HUB)) $(ONLY)

book-words: env-dev ## what translators of the book work on: catalogues (.pot) in build/words
	$(BIN)/python -m book --builder gettext --out build/words $(ONLY)

book-pdf: ## lessons as PDF in build/pdf, from the built book, with Chromium; PAPER=letter, ONLY=03_gates
	@[ -f build/book/index.html ] || $(MAKE) book
	$(BIN)/python -m book.prints $(if $(PAPER),--paper $(PAPER)) $(ONLY)

bundle: release ## zips for students in build/: one for each assignment, one with all they need
	$(BIN)/python tools/bundle.py

wheels: env-dev ## the grader and the course as two wheels, in build/wheels
	$(BIN)/python tools/wheels.py

sheets: env ## the cheat sheets as pages to print, in build/
	$(BIN)/python tools/sheets.py

anki: env ## all cards and questions as a deck for Anki, in build/
	@$(BIN)/python -c 'import genanki' 2>/dev/null || $(BIN)/python -m pip install -q "$$(grep ^genanki= requirements-dev.txt)"
	$(BIN)/python -m lstmlab.quiz.anki

audit: env-dev ## grade the graders: right, wrong and mutated answers; ONLY=lstm_cell
	$(BIN)/autograder audit $(ONLY)

promises: env-dev ## remove each promise of the sandbox and the border in turn; its tests must fail
	$(BIN)/python tools/promises.py $(ONLY)

models: env-dev ## train the shipped character model again into build/models and compare; SEEDS=5 for the survey of its card
	$(BIN)/python -m lstmlab.characters.train $(if $(SEEDS),--seeds $(SEEDS))

capstone: env-dev ## train the capstone's reference solution and list its letters again
	$(BIN)/python tools/capstone.py

bench: env-dev ## time and memory of each command, and the engine against stock nbgrader
	$(BIN)/python benchmarks/commands.py
	PYTHONPATH=. $(BIN)/python benchmarks/engine.py
	PYTHONPATH=. $(BIN)/python benchmarks/engine.py --foreign
	PYTHONPATH=tests $(BIN)/python benchmarks/scale.py cluster
	PYTHONPATH=tests $(BIN)/python benchmarks/scale.py memory

bench-widgets: env-dev ## milliseconds from a moved slider to paint, beside interact and matplotlib
	PYTHONPATH=tests $(BIN)/python benchmarks/widgets.py

bench-book: env-dev ## first paint, widgets and bytes of the built book's pages, from disk and over http
	@[ -f build/book/index.html ] || $(MAKE) book
	PYTHONPATH=tests $(BIN)/python benchmarks/book.py

lock: env-dev ## resolve the dependencies of pyproject.toml again
	@sh tools/lock.sh

clean: ## remove built files, but neither .venv nor anybody's work
	rm -rf examples/class build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

env:
	@PYTHON="$(PYTHON)" sh tools/environment.sh requirements.txt

env-dev:
	@PYTHON="$(PYTHON)" sh tools/environment.sh requirements-dev.txt
