# make demo   a real model on the sample problems through real OpenCompass
# make test   everything: ruff, mypy, all tests (end-to-end runs included)
# make quick  the fast tests only, properties on a quarter of their examples
# make lint   ruff and mypy
# make fuzz   coverage-guided fuzzing of the grading, 20 minutes (MINUTES=20)
# make wheels both distributions, into dist/: the whole, and the light one without OpenCompass
# make docs   the tables of docs/*/grading.md, from the cases
# make clean  remove the virtual environment and build leftovers (never outputs/)
#
# The first use installs into .venv (2.3 GB, about two minutes); later ones start at once.
# Another interpreter: make demo PYTHON=/path/to/python3.12 (3.10 to 3.12).
# Without a GPU, point PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS at CPU builds of
# torch: the default build for Linux brings gigabytes of CUDA libraries.

SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin

# The first that really starts: a version manager's shim may exist for a Python that does not.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.10 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' \
	2>/dev/null && echo $$p && break; done)

PACKAGING := setup.py pyproject.toml constraints.txt
# Five dependencies come as source. The variables, one for older and one for newer pip,
# pin the setuptools that builds them too: a later one may not know their old ways.
INSTALL = PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e
section = @printf '\n== %s\n' '$(1)'

.PHONY: help demo test quick lint docs wheels fuzz clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: $(VENV)/.installed-demo
	$(call section,the embedded model (written once into the user cache))
	$(BIN)/python -c 'from opencompass_math500.embedded import embedded_model_dir as d; print(d())'
	$(call section,opencompass configs/eval_math500_demo.py)
	$(BIN)/opencompass configs/eval_math500_demo.py

# The tests start Python some hundred times, which finds its files compiled.
test quick: export PYTHONDONTWRITEBYTECODE =

# Two runs of a model at a time, not one a core: each takes gigabytes. By file, since the
# tests of a file share its run.
test: lint
	$(call section,quick tests)
	MATH500_EXAMPLES=all $(BIN)/python -m pytest -m 'not slow' -n auto --dist worksteal
	$(call section,slow tests)
	$(BIN)/python -m pytest -m slow -n 2 --dist loadfile

quick: $(VENV)/.installed-test
	$(call section,quick tests)
	$(BIN)/python -m pytest -m 'not slow' -n auto --dist worksteal

lint: $(VENV)/.installed-test
	$(call section,ruff)
	$(BIN)/ruff check .
	$(call section,mypy)
	$(BIN)/mypy

docs: $(VENV)/.installed-test
	$(call section,tables of rules and settings)
	$(BIN)/python tests/support/rule_tables.py

# The source archive first, as a release is built; setup.py reads the variable.
wheels: $(VENV)/.installed-test
	$(call section,opencompass-math500 and opencompass-math500-light)
	$(BIN)/python -m build --no-isolation
	MATH500_LIGHT=1 $(BIN)/python -m build --no-isolation

# Its own environment: atheris has wheels for Linux, and no other use here. Each target takes
# a quarter of the time.
FUZZ_VENV := .cache/fuzz-venv
FUZZ_PYTHON ?= python3.11
MINUTES ?= 20

fuzz: $(FUZZ_VENV)/.installed
	@for target in judge extract parse grade; do \
		printf '\n== fuzz %s\n' $$target; \
		$(FUZZ_VENV)/bin/python tests/fuzz/fuzz_judge.py --target $$target \
		--minutes $$(awk 'BEGIN { print $(MINUTES) / 4 }') || exit 1; done

$(FUZZ_VENV)/.installed: tests/fuzz/requirements.txt constraints.txt
	$(call section,virtual environment $(FUZZ_VENV))
	$(FUZZ_PYTHON) -m venv $(FUZZ_VENV)
	$(FUZZ_VENV)/bin/python -m pip install --disable-pip-version-check -q -c constraints.txt \
		-r tests/fuzz/requirements.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	$(call section,virtual environment $(VENV))
	@test -n '$(PYTHON)' || { echo 'No Python 3.10, 3.11 or 3.12 found:' \
		'install one, or name it: make demo PYTHON=/path/to/python' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# The stamps are newer than what describes the packages, so nothing is installed twice.
$(VENV)/.installed-demo: $(PACKAGING) | $(VENV)/.created
	$(call section,install the package with its demo)
	$(INSTALL) '.[demo]'
	$(BIN)/python -m pip check
	@touch $@

$(VENV)/.installed-test: $(PACKAGING) | $(VENV)/.created
	$(call section,install the package with its demo, test tools and lm-eval)
	$(INSTALL) '.[demo,test,lm-eval]'
	$(BIN)/python -m pip check
	@touch $@ $(VENV)/.installed-demo
