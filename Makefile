# Everything runs in a virtual environment that this file makes; python3 and make are all that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench

.PHONY: demo test check torture fuzz lock clean bench bench-peers

demo: $(VENV)/.demo
	$(BIN)/visitcli demo

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2

check: $(VENV)/.dev
	BIN=$(BIN) sh tests/check/run.sh

# The long forms of what `make test` and `make check` try in short: some 40 minutes. strace and fiu-run have to be there.
torture: $(VENV)/.dev
	VISITCLI_KILLS=1000 $(BIN)/pytest -q -s tests/cli/test_kill.py
	$(BIN)/python -m tests.torture.at_once --answers 1000
	$(BIN)/python -m tests.torture.crashes --cuts 100 --states 300
	$(BIN)/python -m tests.torture.faults --lives 40
	$(BIN)/python -m tests.torture.flips --count 1000
	$(BIN)/python -m tests.torture.packages --count 10000 --megabytes 1000
	$(BIN)/python -m tests.torture.hostile
	$(BIN)/python -m tests.torture.search
	$(BIN)/python -m tests.oracle

# Ten minutes an importer, in an environment of its own.
FUZZ := .venv-fuzz
fuzz:
	test -x $(FUZZ)/bin/python || $(PYTHON) -m venv $(FUZZ)
	$(FUZZ)/bin/python -m pip install --quiet -r requirements/base.txt
	$(FUZZ)/bin/python -m pip install --quiet atheris==3.0.0 xlwt==1.3.0 pytest hypothesis
	for importer in csv xlsx xls json jsonl; do PYTHONPATH=src:. $(FUZZ)/bin/python -m tests.torture.fuzz $$importer; done

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.durable
	$(BIN)/python -m benchmarks.import_speed
	PYTHONPATH=src $(PEERS) -m benchmarks.optw $(DIR) --seconds 1 --seeds 1
	PYTHONPATH=src $(PEERS) -m benchmarks.day --days 5

# PyVRP, OR-Tools and VROOM beside the project: they bring numpy, whose mere presence would change start-up. With them
# installed, bench compares with them; DIR=folder takes published instances in place of made-up ones.
PEERS = $(if $(wildcard $(BENCH)/.installed),$(BENCH)/bin/python,$(BIN)/python)

bench-peers: $(BENCH)/.installed

$(BENCH)/.installed: requirements/bench.txt
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	touch $@

# The development environment holds all that the demo needs, so one install serves both once it is there.
$(VENV)/.demo: requirements/base.txt pyproject.toml | $(BIN)/python
	test -f $(VENV)/.dev || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt requirements/roads.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
	$(BIN)/python tests/fetch_roads.py
	touch $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# Locks with hashes; they name no index host.
lock:
	$(BIN)/uv pip compile pyproject.toml requirements/build.in --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-annotate --custom-compile-command "make lock" --quiet -o requirements/base.txt
	$(BIN)/uv pip compile pyproject.toml requirements/build.in --group dev --universal --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --quiet \
		-o requirements/dev.txt
	$(BIN)/uv pip compile requirements/bench.in --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --quiet \
		-o requirements/bench.txt
	$(BIN)/uv pip compile requirements/roads.in --no-deps --universal --python-version 3.12 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --quiet \
		-o requirements/roads.txt

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
