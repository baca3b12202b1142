# The commands of the house. `make demo` runs it, `make test` proves it; both need nothing but Python >= 3.11 and make.
# Everything is set up on demand and only when its lock changed; the work is done by scripts/.

SHELL := /bin/sh
# Compiled tests and programs are kept: without them every process of a test run compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE
PYTHON_IN := .venv/bin/python
# A process a core, each with a database of its own; the tests of one file stay together. (Not by xdist's groups: pytest
# 9.2 keeps ids in a form in which pytest-xdist 3.8 cannot mark them, and says nothing.)
TESTS := $(PYTHON_IN) -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
.DEFAULT_GOAL := help
.PHONY: help demo test heavy shift fast check lock assets translations messages reference bench bench-quick bench-map clean run-environment dev-environment bench-environment system

help:
	@echo "make demo    run the model city on this machine (Ctrl-C stops it); SCALE=district or SCALE=city for more people"
	@echo "make test    every test but the heavy ones, the walk through the house in a real browser included"
	@echo "make fast    every test that needs neither a browser nor a copy of the database"
	@echo "make heavy   what takes minutes: every other journey, a whole city (6 GB), kills, played days, properties at length"
	@echo "make shift   500 answers with photos in eight hours without a network, phone and house killed as they go (15 minutes)"
	@echo "make check   format, lint, types, walls, migrations, sizes"
	@echo "make bench   every benchmark, kept in docs/benchmarks (up to half an hour)"
	@echo "make lock assets translations messages reference bench-quick bench-map clean"

run-environment:
	@sh scripts/bootstrap.sh run

dev-environment:
	@sh scripts/bootstrap.sh dev

bench-environment:
	@sh scripts/bootstrap.sh bench

demo: run-environment assets translations
	@exec .venv/bin/gridward demo $(if $(SCALE),--scale $(SCALE))

test: dev-environment system assets translations
	@$(TESTS) -m "not heavy"

heavy: dev-environment system assets translations
	@GRIDWARD_EXAMPLES=all $(TESTS) -m "heavy or hypothesis"

shift: dev-environment system assets translations
	@GRIDWARD_QUEUED=500 $(PYTHON_IN) -m pytest -s -m heavy tests/journeys/test_a_shift.py

fast: dev-environment translations
	@$(TESTS) -m "not browser and not slow and not heavy"

check: dev-environment
	@$(PYTHON_IN) scripts/check.py

assets: | run-environment
	@$(PYTHON_IN) scripts/assets.py

translations: | run-environment
	@$(PYTHON_IN) scripts/translations.py

messages: dev-environment
	@$(PYTHON_IN) scripts/translations.py --collect

reference: dev-environment
	@$(PYTHON_IN) scripts/reference.py

bench: bench-environment system assets translations
	@$(PYTHON_IN) -m benchmarks all

bench-quick: bench-environment system assets translations
	@$(PYTHON_IN) -m benchmarks all --quick

bench-map: dev-environment system assets
	@$(PYTHON_IN) -m benchmarks.map

system:
	@sh scripts/system.sh

lock: dev-environment
	@$(PYTHON_IN) scripts/lock.py

clean:
	@rm -rf .venv .node node_modules build dist gridward/wiring/static/vendor gridward/wiring/static/handheld gridward/wiring/locale/zh_Hant
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@echo "Removed what the scripts made. The data directory is untouched."
