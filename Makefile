# make demo             set up, make a demo order file, summarise it
# make test             set up, run every check
# make generate         write everything that is generated
# make check-generated  say what of it is not current (make test does, too)
# make fuzz             try hostile inputs by the thousand, FUZZ_SECONDS for each area, and more examples
# make docs             build the guide, every link checked: build/site/index.html
# make dist             build what is published, and try it where nothing else is
# make bench            measure against the alternatives, and write benchmarks/README.md

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo.csv

.DEFAULT_GOAL := help
.PHONY: help demo test generate check-generated docs dist fuzz bench clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

# One stamp for each set of packages; a changed pyproject.toml or constraints.txt sets up anew.
$(VENV)/.all: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; run: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all]'
	@touch $@

$(VENV)/.test: $(VENV)/.all
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

.venv-rivals/.done: benchmarks/rivals.txt
	@$(PYTHON) -m venv .venv-rivals
	@.venv-rivals/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

demo: $(VENV)/.all
	@$(BIN)/crmf demo --output $(DEMO) --force
	@echo
	@$(BIN)/crmf summary $(DEMO) --contacts $(DEMO:.csv=-contacts.csv)
	@echo
	@echo "Next: $(BIN)/crmf summary YOUR-ORDERS.csv"
	@echo "      $(BIN)/crmf calc 'CLV(5, 500, 2.5)'"
	@echo "      $(BIN)/crmf formulas"

# Bytecode is kept, whatever the shell says: the tests start the command hundreds of times.
test: export PYTHONDONTWRITEBYTECODE =
# Tests wait for screens and for LibreOffice more than they count: two to a core.
test: export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	# A file to a worker: what a file sets up is set up once. In the order of tests/conftest.py.
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

generate: $(VENV)/.test
	$(BIN)/python docs/generate.py

check-generated: $(VENV)/.test
	$(BIN)/python docs/generate.py --check

docs: $(VENV)/.test
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -W ignore -m mkdocs build --strict --quiet
	@echo "build/site/index.html"

dist: $(VENV)/.test
	$(BIN)/python docs/dist.py

FUZZ_SECONDS ?= 600
FUZZ_FROM ?= 0

fuzz: $(VENV)/.test
	@status=0; for area in files expressions calls; do \
	  $(BIN)/python -W ignore -m tests.fuzz $$area --from $(FUZZ_FROM) --count 1000000 --seconds $(FUZZ_SECONDS) || status=1; \
	done; \
	CRMF_EXAMPLES=10 $(BIN)/python -m pytest -q -n auto -m hypothesis tests || status=1; exit $$status

bench: $(VENV)/.test .venv-rivals/.done
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV) .venv-rivals build dist $(DEMO) $(DEMO:.csv=-contacts.csv)
